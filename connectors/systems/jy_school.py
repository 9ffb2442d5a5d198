"""校园安全与学位服务系统: happenings at and around schools and requests for places, polled from a table.

How many are concerned, never which child. Times are local text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.situation import counted
from connectors.standard_items import EVENT_NO, NUMBER, UPDATE_TIME
from connectors.values import Code, LocalTime, Whole
from streams.contract import Fact

PLACE_REQUEST = "9"
EVENT_CLASSES = {"1": "校园周边秩序", "2": "设施隐患", "3": "食堂安全", "4": "突发事件", PLACE_REQUEST: "学位服务申请"}
CLOSED = "3"
HANDLE_STATUSES = {"1": "已登记", "2": "处理中", CLOSED: "已办结"}

CONTRACT = Contract(
    system="jy_school",
    name="校园安全与学位服务系统",
    department="教育委",
    purpose="涉校事件与周边治理",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕063号",
    authorisation="authorised",
    reply="table",
    event_types=("incident.reported", "service.applied"),
    fresh_seconds=1800,
    late_seconds=28_800,
    items=(
        Item("school_code", "学校代码", "inner", NUMBER),
        Item("event_class", "事件类别", "inner", Code(EVENT_CLASSES)),
        Item("event_time", "事件时间", "inner", LocalTime()),
        Item("people_count", "涉及人数", "inner", Whole(0, 100_000)),
        Item("handle_status", "处理状态", "inner", Code(HANDLE_STATUSES)),
    ),
    additions=(EVENT_NO, UPDATE_TIME),
    record=("event_no",),
    version=("update_time",),
    occurred="event_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("school_code",)),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "service.applied" if values["event_class"] == PLACE_REQUEST else "incident.reported"


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "service.applied":
        return [counted(row, "service_applied")]
    return [source_closed(row) if row.values["handle_status"] == CLOSED else reported(row, "campus", "urgent")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
