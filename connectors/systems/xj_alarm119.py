"""119消防接处警系统: fires and rescues, on the brigade's own topic; versions arrive out of order.

The way is one-way: nothing is ever asked back, and the brigade is never called by the hub.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed, updated
from connectors.standard_items import ACCURACY, NUMBER, RECORD_TIME, SEQ
from connectors.values import Code, LocalTime, Position, Whole
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

DISASTER_CLASSES = {
    "1": "火灾",
    "2": "抢险救援",
    "3": "危险化学品处置",
    "4": "社会救助",
}
INCIDENT_OF_DISASTER: dict[str, tuple[str, Urgency]] = {
    "1": ("fire", "critical"),
    "2": ("rescue", "critical"),
    "3": ("hazardous_chemicals", "critical"),
    "4": ("rescue", "urgent"),
}
EVENT_TYPE_OF_STATUS = {
    "1": "incident.reported",
    "2": "incident.updated",
    "3": "incident.updated",
    "4": "incident.closed",
}
ALARM_STATUSES = {"1": "接警", "2": "出动", "3": "到场展开", "4": "返回归队"}

CONTRACT = Contract(
    system="xj_alarm119",
    name="119消防接处警系统",
    department="消防救援大队",
    purpose="火警与抢险救援",
    zone="operations",
    passage="one_way",
    agreement_no="合数协〔2025〕031号",
    authorisation="authorised",
    event_types=("incident.reported", "incident.updated", "incident.closed"),
    fresh_seconds=5,
    late_seconds=120,
    items=(
        Item("alarm_no", "警情编号", "inner", NUMBER),
        Item("alarm_time", "接警时间", "inner", LocalTime()),
        Item("disaster_class", "灾害类别", "inner", Code(DISASTER_CLASSES)),
        Item("place_code", "标准地址编码", "inner", NUMBER, required=False),
        Item("geo_point", "坐标", "inner", Position("CGCS2000"), required=False),
        Item("force_count", "出动力量", "inner", Whole(0, 10_000)),
        Item("alarm_status", "警情状态", "inner", Code(ALARM_STATUSES)),
    ),
    additions=(SEQ, RECORD_TIME, ACCURACY),
    record=("alarm_no",),
    version=("seq",),
    occurred="alarm_time",
    recorded="record_time",
    whereabouts=Whereabouts(
        point="geo_point", point_by="landmark", accuracy="accuracy_metres", place_codes=("place_code",)
    ),
)


def event_type(values: Mapping[str, Any]) -> str:
    return EVENT_TYPE_OF_STATUS[values["alarm_status"]]


def facts(row: Row) -> Sequence[Fact]:
    incident_class, urgency = INCIDENT_OF_DISASTER[row.values["disaster_class"]]
    if row.event_type == "incident.reported":
        return [reported(row, incident_class, urgency)]
    return [updated(row, urgency)] if row.event_type == "incident.updated" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
