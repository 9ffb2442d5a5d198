"""12348公共法律服务热线: what legal advice is asked for, by town, pushed as CloudEvents. Only counts leave."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.situation import counted
from connectors.standard_items import NUMBER, REGION, VERSION
from connectors.values import Code, ZonedTime
from connectors.vocabulary import YES_NO
from streams.contract import Fact

CONSULT_CLASSES = {"1": "婚姻家庭", "2": "劳动用工", "3": "债权债务", "4": "房产物业", "5": "损害赔偿", "9": "其他"}

CONTRACT = Contract(
    system="sf_legal12348",
    name="12348公共法律服务热线",
    department="司法局",
    purpose="法律咨询需求按镇街汇总",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2025〕023号",
    authorisation="authorised",
    reply="callback",
    event_types=("service.applied",),
    fresh_seconds=60,
    late_seconds=3600,
    items=(
        Item("consult_no", "咨询编号", "inner", NUMBER),
        Item("consult_class", "咨询类别", "inner", Code(CONSULT_CLASSES)),
        Item("consult_time", "咨询时间", "inner", ZonedTime()),
        Item("town_code", "镇街代码", "inner", REGION),
        Item("transfer_flag", "转办标志", "inner", Code(YES_NO)),
    ),
    additions=(VERSION,),
    record=("consult_no",),
    version=("version",),
    occurred="consult_time",
    recorded="consult_time",
    whereabouts=Whereabouts(region="town_code"),
)


def facts(row: Row) -> Sequence[Fact]:
    return [counted(row, "legal_advice")]


CONNECTOR = Connector(CONTRACT, facts)
