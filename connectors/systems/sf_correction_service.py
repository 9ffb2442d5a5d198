"""社区矫正帮扶协同系统: which help is due by when, for the judicial office responsible, a full dump in GB18030 a day.

Nothing of it is shown on any screen. The identity number becomes a token; all sensitive items are sealed in the row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.people import service
from connectors.standard_items import CHANGE, FILE_RECORD_NO, FILE_UPDATE_TIME, NUMBER
from connectors.values import Code, Day, PersonToken
from streams.contract import Fact
from streams.facts.people import ServiceState

FINISHED = "解除"
SERVICE_STAGES = {"入矫": "入矫衔接", "日常": "日常帮扶", "解矫前": "解矫前准备", FINISHED: "帮扶结束"}

CONTRACT = Contract(
    system="sf_correction_service",
    name="社区矫正帮扶协同系统",
    department="司法局",
    purpose="只送帮扶到期提醒给责任司法所;不进大屏",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕024号",
    authorisation="authorised",
    event_types=("person.service_due", "person.service_done"),
    fresh_seconds=90_000,
    late_seconds=172_800,
    items=(
        Item("person_token", "人员令牌", "spi", PersonToken("services", "certificate"), field="身份证号"),
        Item("service_stage", "帮扶阶段", "spi", Code(SERVICE_STAGES), field="帮扶阶段"),
        Item("office_code", "责任司法所", "inner", NUMBER, field="责任司法所"),
        Item("next_service_date", "下次帮扶日期", "spi", Day(), field="下次帮扶日期"),
    ),
    additions=(
        FILE_RECORD_NO,
        FILE_UPDATE_TIME,
        CHANGE,
    ),
    record=("record_no",),
    occurred="update_time",
    full_dump=True,
)


def event_type(values: Mapping[str, Any]) -> str:
    return "person.service_done" if values["service_stage"] in (FINISHED, None) else "person.service_due"


def facts(row: Row) -> Sequence[Fact]:
    """A line that has gone says no more whose it was: the service simply is not due again."""
    values = row.values
    if values["person_token"] is None:
        return []
    state: ServiceState = "due" if row.event_type == "person.service_due" else "done"
    token, unit, due_on = values["person_token"], values["office_code"], values["next_service_date"]
    return [service(row, token, unit=unit, kind="correction", state=state, due_on=due_on)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
