"""治安案件办理摘要系统: summaries of public order cases, polled from a table of the department's database.

A case changes its row in place (`update_time`); one that was entered by mistake is only marked as deleted. Times are
local text without a zone. Only the summary is shared: nothing on persons.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import IS_DELETED, UPDATE_TIME
from connectors.values import Code, LocalTime, Text
from connectors.vocabulary import DELETED
from streams.contract import Fact

OPEN, CLOSED = "1", "9"
CASE_STATUSES = {OPEN: "办理中", CLOSED: "已办结"}

CONTRACT = Contract(
    system="ga_public_order",
    name="治安案件办理摘要系统",
    department="公安局(治安)",
    purpose="治安态势按镇街汇总,只给案件摘要",
    zone="police",
    passage="front_machine",
    agreement_no="合数协〔2025〕002号",
    authorisation="authorised",
    event_types=("case.opened", "case.closed"),
    fresh_seconds=600,
    late_seconds=3600,
    items=(
        Item("case_no", "案件编号", "inner", Text(40)),
        Item("case_class", "案件类别", "inner", Text(40)),
        Item("accept_time", "受理时间", "inner", LocalTime()),
        Item("place_code", "标准地址编码", "inner", Text(40), required=False),
        Item("case_status", "案件状态", "inner", Code(CASE_STATUSES)),
    ),
    additions=(IS_DELETED, UPDATE_TIME),
    record=("case_no",),
    version=("update_time",),
    occurred="accept_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("place_code",)),
)


def event_type(values: Mapping[str, Any]) -> str:
    gone = values["case_status"] == CLOSED or values["is_deleted"] == DELETED
    return "case.closed" if gone else "case.opened"


def facts(row: Row) -> Sequence[Fact]:
    """An open case is a report, and so is each later version of it, under the same record number."""
    if row.event_type == "case.closed":
        return [source_closed(row)]
    return [reported(row, "public_security", "routine")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
