"""应急指挥综合业务系统: emergencies and the response to them, on the system's own topic.

Classes are those of GB/T 35561, levels I to IV as 1 to 4. The command leads its own forces: the hub keeps the picture.
An ordered response level is a condition of the district; what it does to clocks is decided by rules, not by this row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import placed, reported, source_closed, updated
from connectors.meanings.orders import mirrored
from connectors.meanings.situation import condition
from connectors.standard_items import NUMBER, RECORD_TIME, SEQ
from connectors.values import Code, LocalTime, Position
from connectors.vocabulary import LEVELS, RESPONSE_LEVELS, URGENCY_OF_LEVEL
from streams.contract import Fact
from streams.facts.incidents import MasterOrder
from streams.facts.matters import MirroredState

INCIDENT_CODES = {
    "11A00": "洪涝灾害",
    "11B00": "地质灾害",
    "11C00": "森林火灾",
    "12A00": "生产安全事故",
    "12B00": "危险化学品事故",
    "12C00": "火灾事故",
    "12D00": "交通运输事故",
    "12E00": "燃气事故",
    "13A00": "公共卫生事件",
}
INCIDENT_OF_CODE = {
    "11A00": "flooding",
    "11B00": "geohazard",
    "11C00": "fire",
    "12A00": "rescue",
    "12B00": "hazardous_chemicals",
    "12C00": "fire",
    "12D00": "traffic",
    "12E00": "gas_leak",
    "13A00": "public_health",
}
MODE = "90"
EVENT_TYPE_OF_STATUS = {
    "10": "incident.reported",
    "11": "incident.accepted",
    "20": "incident.updated",
    "21": "incident.returned",
    "30": "incident.resolved",
    "40": "incident.closed",
    "50": "incident.reopened",
    MODE: "mode.changed",
}
INCIDENT_STATUSES = {
    "10": "接报",
    "11": "已受理",
    "20": "续报",
    "21": "退回核实",
    "30": "处置完毕",
    "40": "终报办结",
    "50": "重新处置",
    MODE: "响应级别变更",
}
STATE_OF_EVENT: dict[str, MirroredState] = {
    "incident.accepted": "accepted",
    "incident.returned": "returned",
    "incident.resolved": "resolved",
    "incident.closed": "closed",
    "incident.reopened": "reopened",
}
STANDING_BY = "0"
FORCE_STATUSES = {STANDING_BY: "待命", "1": "出动", "2": "到场", "3": "撤收"}

CONTRACT = Contract(
    system="yj_command",
    name="应急指挥综合业务系统",
    department="应急管理局",
    purpose="突发事件分级响应与平战切换",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2025〕028号",
    authorisation="authorised",
    event_types=(
        "incident.reported", "incident.updated", "incident.closed", "mode.changed",
        "incident.accepted", "incident.returned", "incident.resolved", "incident.reopened",
    ),
    fresh_seconds=5,
    late_seconds=300,
    items=(
        Item("incident_no", "突发事件编号", "inner", NUMBER),
        Item("incident_code", "事件分类编码", "inner", Code(INCIDENT_CODES)),
        Item("level", "事件级别", "inner", Code(LEVELS)),
        Item("occur_time", "发生时间", "inner", LocalTime()),
        Item("geo_point", "坐标", "inner", Position("CGCS2000"), required=False),
        Item("response_level", "响应级别", "inner", Code(RESPONSE_LEVELS)),
        Item("force_status", "力量状态", "inner", Code(FORCE_STATUSES)),
    ),
    additions=(SEQ, RECORD_TIME, Item("incident_status", "事件状态", "inner", Code(INCIDENT_STATUSES))),
    record=("incident_no",),
    version=("seq",),
    occurred="occur_time",
    recorded="record_time",
    whereabouts=Whereabouts(point="geo_point", point_by="landmark"),
)  # fmt: skip


def event_type(values: Mapping[str, Any]) -> str:
    return EVENT_TYPE_OF_STATUS[values["incident_status"]]


def facts(row: Row) -> Sequence[Fact]:
    urgency = URGENCY_OF_LEVEL[row.values["level"]]
    match row.event_type:
        case "incident.reported":
            return [reported(row, INCIDENT_OF_CODE[row.values["incident_code"]], urgency, order=_order(row))]
        case "incident.updated":
            return [updated(row, urgency)]
        case "mode.changed":
            level = int(row.values["response_level"])
            return [condition(row, "response_level", row.record_no, holds=level > 0, level=level)]
        case "incident.closed":
            return [*placed(row), source_closed(row), mirrored(row, "closed")]
        case state:
            return [*placed(row), mirrored(row, STATE_OF_EVENT[state])]


def _order(row: Row) -> MasterOrder:
    """The command's own order: it has somebody as soon as its forces are out."""
    is_out = row.values["force_status"] != STANDING_BY
    return MasterOrder(order_no=row.record_no, unit=CONTRACT.department if is_out else None, assigned=is_out)


CONNECTOR = Connector(CONTRACT, facts, event_type)
