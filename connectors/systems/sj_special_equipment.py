"""特种设备应急处置平台: lifts with people in them and other emergencies of equipment, pushed as CloudEvents."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import EVENT_NO, NUMBER, VERSION
from connectors.values import Code, ZonedTime
from connectors.vocabulary import YES, YES_NO
from streams.contract import Fact

LIFT = "1"
EQUIPMENT_CLASSES = {LIFT: "电梯", "2": "锅炉", "3": "压力容器", "4": "起重机械", "5": "大型游乐设施"}
ALARM_KINDS = {"1": "困人", "2": "故障停运", "3": "泄漏", "4": "倾覆"}
RESCUE_STATUSES = {"1": "已接报", "2": "救援中", "3": "救援完成"}

CONTRACT = Contract(
    system="sj_special_equipment",
    name="特种设备应急处置平台",
    department="市场监管局",
    purpose="电梯困人救援时限",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2025〕051号",
    authorisation="authorised",
    event_types=("incident.reported", "incident.closed"),
    fresh_seconds=10,
    late_seconds=300,
    items=(
        Item("equipment_code", "设备代码", "inner", NUMBER),
        Item("equipment_class", "设备类别", "inner", Code(EQUIPMENT_CLASSES)),
        Item("place_code", "标准地址编码", "inner", NUMBER, required=False),
        Item("alarm_kind", "告警类别", "inner", Code(ALARM_KINDS)),
        Item("trapped_flag", "困人标志", "inner", Code(YES_NO)),
        Item("rescue_status", "救援状态", "inner", Code(RESCUE_STATUSES)),
    ),
    additions=(EVENT_NO, VERSION, Item("event_time", "事件时间", "inner", ZonedTime())),
    record=("event_no",),
    version=("version",),
    occurred="event_time",
    recorded="event_time",
    whereabouts=Whereabouts(place_codes=("place_code", "equipment_code")),
)


def facts(row: Row) -> Sequence[Fact]:
    """People in a lift are critical; other equipment calls for rescuers."""
    if row.event_type == "incident.closed":
        return [source_closed(row)]
    incident_class = "elevator" if row.values["equipment_class"] == LIFT else "rescue"
    return [reported(row, incident_class, "critical" if row.values["trapped_flag"] == YES else "urgent")]


CONNECTOR = Connector(CONTRACT, facts)
