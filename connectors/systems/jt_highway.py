"""公路养护与路况系统: roads that are blocked and opened again, polled from a table. Times are local text."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import EVENT_NO, NUMBER, UPDATE_TIME
from connectors.values import Code, LocalTime
from streams.contract import Fact

EVENT_CLASSES = {"1": "塌方", "2": "水毁", "3": "积水", "4": "施工", "5": "桥梁病害"}
OPEN = "0"
BLOCK_STATUSES = {OPEN: "畅通", "1": "半幅通行", "2": "双向中断"}

CONTRACT = Contract(
    system="jt_highway",
    name="公路养护与路况系统",
    department="交通局",
    purpose="路况阻断与抢通",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕046号",
    authorisation="authorised",
    event_types=("facility.alarm", "facility.status"),
    fresh_seconds=600,
    late_seconds=3600,
    items=(
        Item("road_code", "道路编码", "pub", NUMBER),
        Item("section_code", "路段编码", "pub", NUMBER),
        Item("event_class", "路况类别", "pub", Code(EVENT_CLASSES)),
        Item("block_status", "阻断状态", "pub", Code(BLOCK_STATUSES)),
        Item("event_time", "事件时间", "pub", LocalTime()),
    ),
    additions=(EVENT_NO, UPDATE_TIME),
    record=("event_no",),
    version=("update_time",),
    occurred="event_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("section_code", "road_code")),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "facility.status" if values["block_status"] == OPEN else "facility.alarm"


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "facility.status":
        return [source_closed(row)]
    return [reported(row, "road_block", "urgent" if row.values["block_status"] == "2" else "routine")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
