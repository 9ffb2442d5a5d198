"""法院诉前联调与司法确认系统: disputes that the court entrusts to mediators before a suit, pushed as CloudEvents.

The court's order stays master: the mediating organisation is its unit, the term of mediation its deadline.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import NUMBER, UPDATED_AT, VERSION
from connectors.values import Code, Day, Text, ZonedTime
from streams.contract import Fact
from streams.facts.incidents import MasterOrder

CONFIRM_RESULTS = {"0": "未申请", "1": "已确认", "2": "驳回", "3": "转立案"}

CONTRACT = Contract(
    system="fy_pre_litigation",
    name="法院诉前联调与司法确认系统",
    department="人民法院",
    purpose="诉调对接与司法确认",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕026号",
    authorisation="authorised",
    reply="callback",
    event_types=("dispute.entrusted", "dispute.confirmed"),
    fresh_seconds=120,
    late_seconds=14_400,
    items=(
        Item("case_no", "案号", "inner", NUMBER),
        Item("cause_code", "案由代码", "inner", Text(10, r"\d{4,10}")),
        Item("entrust_date", "委派日期", "inner", Day()),
        Item("mediation_org", "调解组织", "inner", Text(60)),
        Item("confirm_result", "确认结果", "inner", Code(CONFIRM_RESULTS)),
        Item("deadline_at", "调解期限", "inner", ZonedTime()),
    ),
    additions=(VERSION, UPDATED_AT),
    record=("case_no",),
    version=("version",),
    occurred="updated_at",
    recorded="updated_at",
)


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "dispute.confirmed":
        return [source_closed(row)]
    values = row.values
    order = MasterOrder(order_no=row.record_no, unit=values["mediation_org"], due_at=values["deadline_at"])
    return [reported(row, "dispute", "routine", order=order)]


CONNECTOR = Connector(CONTRACT, facts)
