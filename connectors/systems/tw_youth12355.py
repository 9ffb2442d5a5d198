"""12355青少年服务台系统: what service young people ask for, counted by town, a CSV file in GB18030 a day.

Nothing but kind and town: who called stays with the service.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.situation import counted
from connectors.standard_items import FILE_UPDATE_TIME, NUMBER, REGION
from connectors.values import Code
from streams.contract import Fact

SERVICE_CLASSES = {"学业": "学业咨询", "法律": "法律咨询", "就业": "就业创业", "家庭": "家庭关系", "其他": "其他"}

CONTRACT = Contract(
    system="tw_youth12355",
    name="12355青少年服务台系统",
    department="团委",
    purpose="服务需求按镇街计数",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕065号",
    authorisation="authorised",
    reply="file",
    event_types=("service.applied",),
    fresh_seconds=90_000,
    late_seconds=259_200,
    items=(
        Item("service_no", "服务编号", "inner", NUMBER, field="服务编号"),
        Item("service_class", "服务类别", "inner", Code(SERVICE_CLASSES), field="服务类别"),
        Item("town_code", "镇街代码", "inner", REGION, field="镇街代码"),
    ),
    additions=(FILE_UPDATE_TIME,),
    record=("service_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="town_code"),
)


def event_type(_: object) -> str:
    return "service.applied"


def facts(row: Row) -> Sequence[Fact]:
    return [counted(row, "service_applied")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
