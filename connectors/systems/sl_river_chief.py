"""河长制信息系统: patrols along the rivers and the problems they find, polled from a table. Times are local text."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.situation import counted
from connectors.standard_items import NUMBER, UPDATE_TIME
from connectors.values import Code, LocalTime
from streams.contract import Fact

NO_PROBLEM = "00"
PROBLEM_CLASSES = {
    NO_PROBLEM: "无问题",
    "01": "排污",
    "02": "垃圾漂浮",
    "03": "违法采砂",
    "04": "侵占岸线",
    "05": "堤防损坏",
}
HANDLED = "3"
HANDLE_STATUSES = {"1": "待处理", "2": "处理中", HANDLED: "已处理"}

CONTRACT = Contract(
    system="sl_river_chief",
    name="河长制信息系统",
    department="水利局",
    purpose="巡河问题闭环",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕035号",
    authorisation="authorised",
    event_types=("patrol.checked", "matter.reported"),
    fresh_seconds=1800,
    late_seconds=28_800,
    items=(
        Item("patrol_no", "巡河编号", "inner", NUMBER),
        Item("river_section", "河段编码", "inner", NUMBER),
        Item("problem_class", "问题类别", "inner", Code(PROBLEM_CLASSES)),
        Item("handle_status", "处理状态", "inner", Code(HANDLE_STATUSES)),
    ),
    additions=(Item("patrol_time", "巡河时间", "inner", LocalTime()), UPDATE_TIME),
    record=("patrol_no",),
    version=("update_time",),
    occurred="patrol_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("river_section",)),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "patrol.checked" if values["problem_class"] == NO_PROBLEM else "matter.reported"


def facts(row: Row) -> Sequence[Fact]:
    """A problem is reported until it is handled; a patrol that found none is counted."""
    if row.event_type == "patrol.checked":
        return [counted(row, "patrol_checked")]
    if row.values["handle_status"] == HANDLED:
        return [source_closed(row)]
    return [reported(row, "river", "routine")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
