"""合舟共济e+平台: disputes that citizens bring online or at the centre's desk, pushed as CloudEvents.

The platform mediates itself and has judges confirm; the hub keeps the picture, its clocks and its place, no party.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.disputes import DISPUTE_CLASSES, urgency_of_dispute
from connectors.meanings.incidents import reported, source_closed, updated
from connectors.standard_items import NUMBER, UPDATED_AT, VERSION, VILLAGE_CODE
from connectors.values import Code, Whole, ZonedTime
from connectors.vocabulary import YES_NO
from streams.contract import Fact

DISPUTE_STATUSES = {"10": "已申请", "20": "调解中", "30": "已达成协议", "40": "已终结"}

CONTRACT = Contract(
    system="zz_hezhou",
    name="合舟共济e+平台",
    department="区矛盾调处中心",
    purpose="网上网下一站式调解与司法确认",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2025〕014号",
    authorisation="authorised",
    reply="callback",
    event_types=("dispute.filed", "dispute.progressed", "dispute.closed"),
    fresh_seconds=30,
    late_seconds=3600,
    items=(
        Item("dispute_no", "纠纷编号", "inner", NUMBER),
        Item("dispute_class", "纠纷类别", "inner", Code(DISPUTE_CLASSES)),
        Item("apply_time", "申请时间", "inner", ZonedTime()),
        Item("party_count", "当事人数", "inner", Whole(1, 100_000)),
        Item("confirm_flag", "司法确认标志", "inner", Code(YES_NO)),
        Item("dispute_status", "纠纷状态", "inner", Code(DISPUTE_STATUSES)),
    ),
    additions=(VERSION, UPDATED_AT, VILLAGE_CODE),
    record=("dispute_no",),
    version=("version",),
    occurred="apply_time",
    recorded="updated_at",
    whereabouts=Whereabouts(region="village_code"),
)


def facts(row: Row) -> Sequence[Fact]:
    urgency = urgency_of_dispute(row.values["party_count"])
    if row.event_type == "dispute.filed":
        return [reported(row, "dispute", urgency)]
    return [updated(row, urgency)] if row.event_type == "dispute.progressed" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts)
