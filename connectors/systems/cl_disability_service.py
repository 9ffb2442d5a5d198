"""残疾人服务系统: which visits are due by when, a full dump in GB18030 a day.

Identity numbers, some still of 15 digits, become tokens; sensitive items are sealed in the row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.people import service
from connectors.standard_items import CHANGE, FILE_RECORD_NO, FILE_UPDATE_TIME, REGION
from connectors.values import Code, Day, PersonToken
from streams.contract import Fact
from streams.facts.people import OwedServiceKind, ServiceState

REHABILITATION = "康复"
SERVICE_CLASSES = {REHABILITATION: "康复上门", "托养": "居家托养", "辅具": "辅具适配", "就业": "就业服务"}
DONE = "已完成"
SERVICE_STATUSES = {"待服务": "待服务", DONE: "已完成"}

CONTRACT = Contract(
    system="cl_disability_service",
    name="残疾人服务系统",
    department="残联",
    purpose="上门服务到期提醒",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕056号",
    authorisation="authorised",
    event_types=("person.service_due", "person.service_done"),
    fresh_seconds=90_000,
    late_seconds=259_200,
    items=(
        Item("person_token", "人员令牌", "spi", PersonToken("services", "certificate"), field="身份证号"),
        Item("service_class", "服务类别", "spi", Code(SERVICE_CLASSES), field="服务类别"),
        Item("service_date", "服务日期", "pii", Day(), field="服务日期"),
        Item("village_code", "村社区代码", "inner", REGION, field="村社区代码"),
    ),
    additions=(
        FILE_RECORD_NO,
        Item("service_status", "服务状态", "inner", Code(SERVICE_STATUSES), field="服务状态"),
        FILE_UPDATE_TIME,
        CHANGE,
    ),
    record=("record_no",),
    occurred="update_time",
    whereabouts=Whereabouts(region="village_code"),
    full_dump=True,
)


def event_type(values: Mapping[str, Any]) -> str:
    return "person.service_due" if values["service_status"] == "待服务" else "person.service_done"


def facts(row: Row) -> Sequence[Fact]:
    """A line that has gone says no more whose it was."""
    values = row.values
    if values["person_token"] is None:
        return []
    state: ServiceState = "due" if row.event_type == "person.service_due" else "done"
    kind: OwedServiceKind = "health" if values["service_class"] == REHABILITATION else "disability"
    token, unit, due_on = values["person_token"], values["village_code"], values["service_date"]
    return [service(row, token, unit=unit, kind=kind, state=state, due_on=due_on)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
