"""重大矛盾综合调处管理系统: grave disputes that police, courts and prosecutors settle together, polled from a table.

Times are local text. A row changes in place; the first version the hub sees is the report, later ones are words on it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import NUMBER, TOWN_CODE, UPDATE_TIME
from connectors.values import Code, LocalTime, Real
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

DISPUTE_SCALES = {"1": "一般", "2": "较大", "3": "重大"}
URGENCY_OF_SCALE: dict[str, Urgency] = {"1": "routine", "2": "urgent", "3": "urgent"}
LEAD_LEVELS = {"1": "镇街包案", "2": "部门包案", "3": "区领导包案"}
RESOLVED = ("3", "4")
RESOLVE_STATUSES = {"1": "调处中", "2": "稳控中", "3": "已化解", "4": "已导入诉讼"}

CONTRACT = Contract(
    system="zz_major_mediation",
    name="重大矛盾综合调处管理系统",
    department="区矛盾调处中心",
    purpose="公检法司集中办公的疑难纠纷",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕015号",
    authorisation="authorised",
    event_types=("dispute.progressed", "dispute.closed"),
    fresh_seconds=1200,
    late_seconds=14_400,
    items=(
        Item("dispute_no", "纠纷编号", "inner", NUMBER),
        Item("dispute_scale", "纠纷规模", "inner", Code(DISPUTE_SCALES)),
        Item("lead_level", "包案层级", "inner", Code(LEAD_LEVELS)),
        Item("involved_amount", "涉及金额", "inner", Real(0), required=False),
        Item("next_meeting_at", "下次会商时间", "inner", LocalTime(), required=False),
        Item("resolve_status", "化解状态", "inner", Code(RESOLVE_STATUSES)),
    ),
    additions=(Item("register_time", "登记时间", "inner", LocalTime()), TOWN_CODE, UPDATE_TIME),
    record=("dispute_no",),
    version=("update_time",),
    occurred="register_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="town_code"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "dispute.closed" if values["resolve_status"] in RESOLVED else "dispute.progressed"


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "dispute.closed":
        return [source_closed(row)]
    return [reported(row, "dispute", URGENCY_OF_SCALE[row.values["dispute_scale"]])]


CONNECTOR = Connector(CONTRACT, facts, event_type)
