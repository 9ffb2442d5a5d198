"""安全生产隐患排查治理系统: hazards found at organisations and their repair by a date, polled from a table.

A row that was entered by mistake is only marked as deleted. The bureau's order stays master.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import IS_DELETED, NUMBER, UPDATE_TIME
from connectors.values import Code, CreditCode, LocalTime, Text
from connectors.vocabulary import DELETED
from streams.contract import Fact
from streams.facts.incidents import MasterOrder
from streams.facts.vocabulary import Urgency

HAZARD_LEVELS = {"1": "重大隐患", "2": "一般隐患"}
URGENCY_OF_HAZARD: dict[str, Urgency] = {"1": "urgent", "2": "routine"}
FIXED = "3"
RECTIFY_STATUSES = {"1": "待整改", "2": "整改中", FIXED: "整改合格"}

CONTRACT = Contract(
    system="yj_hazard",
    name="安全生产隐患排查治理系统",
    department="应急管理局",
    purpose="隐患整改期限",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕029号",
    authorisation="authorised",
    event_types=("facility.hazard_found", "facility.hazard_fixed"),
    fresh_seconds=1200,
    late_seconds=28_800,
    items=(
        Item("hazard_no", "隐患编号", "inner", NUMBER),
        Item("org_uscc", "单位统一社会信用代码", "inner", CreditCode()),
        Item("hazard_level", "隐患等级", "inner", Code(HAZARD_LEVELS)),
        Item("rectify_deadline", "整改期限", "inner", LocalTime()),
        Item("rectify_status", "整改状态", "inner", Code(RECTIFY_STATUSES)),
        Item("inspect_org", "检查单位", "inner", Text(60)),
    ),
    additions=(IS_DELETED, Item("found_time", "发现时间", "inner", LocalTime()), UPDATE_TIME),
    record=("hazard_no",),
    version=("update_time",),
    occurred="found_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
)


def event_type(values: Mapping[str, Any]) -> str:
    gone = values["rectify_status"] == FIXED or values["is_deleted"] == DELETED
    return "facility.hazard_fixed" if gone else "facility.hazard_found"


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    if row.event_type == "facility.hazard_fixed":
        return [source_closed(row)]
    order = MasterOrder(order_no=row.record_no, unit=values["inspect_org"], due_at=values["rectify_deadline"])
    return [reported(row, "hazard", URGENCY_OF_HAZARD[values["hazard_level"]], order=order)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
