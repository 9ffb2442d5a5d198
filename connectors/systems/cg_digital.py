"""数字城管系统: parts and events of the city's streets, filed, disposed of and checked, on the system's own topic.

A case has a unit and a deadline of its own and stays master (主单). Codes of classes are the system's own (GB/T 30428
forms them of part or event, class and sub-class); points are GCJ-02.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import placed, reported, source_closed
from connectors.meanings.orders import mirrored
from connectors.standard_items import ACCURACY, NUMBER, ORIGIN, RECORD_TIME, SEQ
from connectors.values import Code, LocalTime, Position, Text
from connectors.vocabulary import WRITTEN_BACK
from streams.contract import Fact
from streams.facts.incidents import MasterOrder
from streams.facts.matters import MirroredState
from streams.facts.vocabulary import Urgency

CATEGORIES = {
    "010101": "上水井盖",
    "010103": "雨水井盖",
    "010501": "路灯",
    "010301": "供水管网",
    "020101": "暴露垃圾",
    "020103": "道路破损",
    "020105": "道路积水",
    "020201": "占道经营",
    "020203": "私搭乱建",
    "020301": "施工扬尘",
}
INCIDENT_OF_CATEGORY: dict[str, tuple[str, Urgency]] = {
    "010101": ("manhole", "urgent"),
    "010103": ("manhole", "urgent"),
    "010501": ("streetlight", "routine"),
    "010301": ("burst_main", "urgent"),
    "020101": ("environment", "routine"),
    "020103": ("street_order", "routine"),
    "020105": ("flooding", "urgent"),
    "020201": ("street_order", "routine"),
    "020203": ("street_order", "routine"),
    "020301": ("pollution", "routine"),
}
EVENT_OF_STATUS: dict[str, tuple[str, MirroredState]] = {
    "1": ("matter.reported", "accepted"),
    "2": ("matter.accepted", "accepted"),
    "3": ("matter.routed", "routed"),
    "4": ("matter.returned", "returned"),
    "5": ("matter.resolved", "resolved"),
    "6": ("matter.closed", "closed"),
    "7": ("matter.reopened", "reopened"),
}
CASE_STATUSES = {
    "1": "上报",
    "2": "立案",
    "3": "派遣",
    "4": "退回",
    "5": "处置完毕",
    "6": "结案",
    "7": "返工",
}
CHECK_RESULTS = {"0": "未核查", "1": "核查通过", "2": "核查不通过"}

CONTRACT = Contract(
    system="cg_digital",
    name="数字城管系统",
    department="城市管理局",
    purpose="部件事件立案处置结案",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕038号",
    authorisation="authorised",
    write_back="topic",
    event_types=(
        "matter.reported", "matter.routed", "matter.closed",
        "matter.accepted", "matter.returned", "matter.resolved", "matter.reopened",
    ),
    fresh_seconds=15,
    late_seconds=900,
    items=(
        Item("case_no", "案件编号", "inner", NUMBER),
        Item("category_code", "大小类代码", "pub", Code(CATEGORIES)),
        Item("part_code", "部件编码", "inner", NUMBER, required=False),
        Item("geo_point", "坐标", "inner", Position("GCJ-02")),
        Item("file_time", "立案时间", "inner", LocalTime()),
        Item("deadline_at", "处置时限", "inner", LocalTime(), required=False),
        Item("dispose_dept", "处置单位", "inner", Text(60), required=False),
        Item("check_result", "核查结果", "inner", Code(CHECK_RESULTS)),
    ),
    additions=(
        SEQ,
        RECORD_TIME,
        Item("case_status", "案件状态", "inner", Code(CASE_STATUSES)),
        ORIGIN,
        ACCURACY,
    ),
    record=("case_no",),
    version=("seq",),
    occurred="file_time",
    recorded="record_time",
    whereabouts=Whereabouts(
        point="geo_point", point_by="officer", accuracy="accuracy_metres", place_codes=("part_code",)
    ),
)  # fmt: skip


def event_type(values: Mapping[str, Any]) -> str:
    return EVENT_OF_STATUS[values["case_status"]][0]


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    if values["origin"] == WRITTEN_BACK:
        return []
    unit, due_at = values["dispose_dept"], values["deadline_at"]
    if row.event_type == "matter.reported":
        order = MasterOrder(order_no=row.record_no, unit=unit, due_at=due_at)
        return [reported(row, *INCIDENT_OF_CATEGORY[values["category_code"]], order=order)]
    mirror = mirrored(row, EVENT_OF_STATUS[values["case_status"]][1], unit=unit, due_at=due_at)
    closed = [source_closed(row)] if row.event_type == "matter.closed" else []
    return [*placed(row), *closed, mirror]


CONNECTOR = Connector(CONTRACT, facts, event_type)
