"""120急救调度系统: ambulances called, sent and arrived, on the dispatch centre's own topic, out of order.

Where and when, never who or what of: nothing on the illness is shared. The way is one-way: nothing is asked back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed, updated
from connectors.standard_items import ACCURACY, NUMBER, RECORD_TIME, SEQ
from connectors.values import Code, LocalTime, Position
from streams.contract import Fact

EVENT_TYPE_OF_STATUS = {
    "1": "incident.reported",
    "2": "incident.updated",
    "3": "incident.updated",
    "4": "incident.updated",
    "5": "incident.closed",
}
DISPATCH_STATUSES = {"1": "受理", "2": "派车", "3": "到达现场", "4": "送达医院", "5": "任务结束"}

CONTRACT = Contract(
    system="wj_ambulance120",
    name="120急救调度系统",
    department="卫生健康委",
    purpose="急救出车与到场,不含病情",
    zone="government",
    passage="one_way",
    agreement_no="合数协〔2025〕061号",
    authorisation="authorised",
    event_types=("incident.reported", "incident.updated", "incident.closed"),
    fresh_seconds=5,
    late_seconds=120,
    items=(
        Item("call_no", "呼叫编号", "inner", NUMBER),
        Item("call_time", "呼叫时间", "inner", LocalTime()),
        Item("geo_point", "坐标", "inner", Position("CGCS2000"), required=False),
        Item("dispatch_status", "调度状态", "inner", Code(DISPATCH_STATUSES)),
        Item("hospital_code", "医院代码", "inner", NUMBER, required=False),
    ),
    additions=(SEQ, RECORD_TIME, ACCURACY),
    record=("call_no",),
    version=("seq",),
    occurred="call_time",
    recorded="record_time",
    whereabouts=Whereabouts(point="geo_point", point_by="landmark", accuracy="accuracy_metres"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return EVENT_TYPE_OF_STATUS[values["dispatch_status"]]


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "incident.reported":
        return [reported(row, "medical", "critical")]
    return [updated(row)] if row.event_type == "incident.updated" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
