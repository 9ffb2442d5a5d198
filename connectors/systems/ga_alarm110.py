"""110接处警系统: calls for the police, on the department's own Kafka topic.

Each message is one version of one alarm (`seq`), and versions arrive out of order. Codes of classes and levels are the
police's own; coordinates are GCJ-02, times Beijing time without a zone. The way is one-way: nothing is ever asked back.
Calls pass both ways between 110 and 12345: an alarm that came from there names the order's number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import placed, reported, source_closed, transferred, updated
from connectors.standard_items import ACCURACY, NUMBER, RECORD_TIME, SEQ
from connectors.values import Code, LocalTime, Position, Text
from connectors.vocabulary import LEVELS, URGENCY_OF_LEVEL
from streams.contract import Fact

ALARM_CLASSES = {
    "0101": "火警",
    "0201": "交通警情",
    "0301": "治安警情",
    "0401": "供水管爆裂",
    "0402": "内涝积水",
    "0501": "燃气泄漏",
    "0901": "其他求助",
}

INCIDENT_CLASS_OF_ALARM = {
    "0101": "fire",
    "0201": "traffic",
    "0301": "public_security",
    "0401": "burst_main",
    "0402": "flooding",
    "0501": "gas_leak",
    "0901": "service_request",
}

NEW, IN_HAND, CLOSED, HANDED_OVER = "10", "20", "30", "40"
ALARM_STATUSES = {NEW: "新警情", IN_HAND: "处置中", CLOSED: "已办结", HANDED_OVER: "已转12345"}
EVENT_TYPE_OF_STATUS = {
    NEW: "incident.reported",
    IN_HAND: "incident.updated",
    CLOSED: "incident.closed",
    HANDED_OVER: "incident.transferred",
}

CONTRACT = Contract(
    system="ga_alarm110",
    name="110接处警系统",
    department="公安局(指挥中心)",
    purpose="急难险重警情与综治中心同屏调度;非警务诉求转12345",
    zone="police",
    passage="one_way",
    agreement_no="合数协〔2025〕001号",
    authorisation="authorised",
    event_types=("incident.reported", "incident.updated", "incident.closed", "incident.transferred"),
    fresh_seconds=5,
    late_seconds=120,
    items=(
        Item("alarm_no", "警情编号", "inner", Text(40)),
        Item("alarm_time", "接警时间", "inner", LocalTime()),
        Item("alarm_class", "警情类别代码", "inner", Code(ALARM_CLASSES)),
        Item("alarm_level", "警情级别", "inner", Code(LEVELS)),
        Item("place_code", "标准地址编码", "inner", Text(40), required=False),
        Item("geo_point", "坐标", "inner", Position("GCJ-02"), required=False),
        Item("handle_unit", "处警单位", "inner", Text(60)),
        Item("alarm_status", "警情状态", "inner", Code(ALARM_STATUSES)),
    ),
    additions=(
        SEQ,
        RECORD_TIME,
        Item("transferred_from", "来源工单编号", "inner", NUMBER, required=False),
        ACCURACY,
    ),
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
    """A new alarm is a report; being handled is a later word on it; closed by the police is not closed for the hub."""
    urgency = URGENCY_OF_LEVEL[row.values["alarm_level"]]
    match row.event_type:
        case "incident.reported":
            incident_class = INCIDENT_CLASS_OF_ALARM[row.values["alarm_class"]]
            return [reported(row, incident_class, urgency, transferred_from=row.values["transferred_from"])]
        case "incident.updated":
            return [updated(row, urgency)]
        case "incident.transferred":
            return [*placed(row), transferred(row, "zw_hotline12345")]
        case _:
            return [*placed(row), source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
