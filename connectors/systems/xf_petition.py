"""信访信息系统: petitions and their statutory time limits, polled from a table with the office's own codes.

Petitions are counted as petitions, never by petitioner: nothing on who petitioned is shared. The office's order stays
master; its deadline is the one for deciding on acceptance.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.disputes import urgency_of_dispute
from connectors.meanings.incidents import reported, source_closed, updated
from connectors.standard_items import NUMBER, TOWN_CODE, UPDATE_TIME
from connectors.values import Code, LocalTime, Whole
from streams.contract import Fact
from streams.facts.incidents import MasterOrder

PETITION_CLASSES = {
    "A": "城乡建设",
    "B": "农村农业",
    "C": "劳动社保",
    "D": "国土资源",
    "E": "环境保护",
    "F": "政法",
    "Z": "其他",
}
EVENT_TYPE_OF_STATUS = {
    "01": "petition.registered",
    "02": "petition.accepted",
    "03": "petition.accepted",
    "04": "petition.closed",
    "05": "petition.closed",
}
PETITION_STATUSES = {"01": "已登记", "02": "已受理", "03": "办理中", "04": "已办结", "05": "不予受理"}

CONTRACT = Contract(
    system="xf_petition",
    name="信访信息系统",
    department="信访办",
    purpose="信访办理期限与重复件关联(按件不按人排名)",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕021号",
    authorisation="authorised",
    reply="table",
    event_types=("petition.registered", "petition.accepted", "petition.closed"),
    fresh_seconds=1200,
    late_seconds=14_400,
    items=(
        Item("petition_no", "信访件编号", "inner", NUMBER),
        Item("petition_class", "信访类别", "inner", Code(PETITION_CLASSES)),
        Item("register_time", "登记时间", "inner", LocalTime()),
        Item("people_count", "涉及人数", "inner", Whole(1, 100_000)),
        Item("accept_deadline", "受理期限", "inner", LocalTime()),
        Item("petition_status", "办理状态", "inner", Code(PETITION_STATUSES)),
    ),
    additions=(TOWN_CODE, UPDATE_TIME),
    record=("petition_no",),
    version=("update_time",),
    occurred="register_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="town_code"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return EVENT_TYPE_OF_STATUS[values["petition_status"]]


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "petition.registered":
        order = MasterOrder(order_no=row.record_no, due_at=row.values["accept_deadline"])
        return [reported(row, "petition", urgency_of_dispute(row.values["people_count"]), order=order)]
    return [updated(row)] if row.event_type == "petition.accepted" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
