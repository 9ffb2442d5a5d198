"""道路运输监管系统: violations of commercial vehicles and inspections of their companies, pushed as CloudEvents.

Out of order and now and then twice. A vehicle is known by a hash that its department makes; it stays in the row.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.situation import counted
from connectors.standard_items import EVENT_NO, VERSION
from connectors.values import Code, CreditCode, Text, ZonedTime
from connectors.vocabulary import YES, YES_NO
from streams.contract import Fact

CONTRACT = Contract(
    system="jt_transport",
    name="道路运输监管系统",
    department="交通局",
    purpose="两客一危与出租网约车企业安全",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕045号",
    authorisation="authorised",
    event_types=("facility.alarm", "org.inspected"),
    fresh_seconds=30,
    late_seconds=900,
    items=(
        Item("vehicle_code", "车辆编码(散列)", "inner", Text(64, r"[0-9a-f]{16,64}"), required=False),
        Item("org_uscc", "企业统一社会信用代码", "inner", CreditCode()),
        Item("overspeed_flag", "超速标志", "inner", Code(YES_NO)),
        Item("fatigue_flag", "疲劳驾驶标志", "inner", Code(YES_NO)),
        Item("event_time", "事件时间", "inner", ZonedTime()),
    ),
    additions=(EVENT_NO, VERSION),
    record=("event_no",),
    version=("version",),
    occurred="event_time",
    recorded="event_time",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
)


def facts(row: Row) -> Sequence[Fact]:
    """Violations and inspections are counted where the company is registered."""
    if row.event_type == "org.inspected":
        return [counted(row, "organisation_inspected")]
    kinds = {"overspeed_flag": "vehicle_overspeed", "fatigue_flag": "vehicle_fatigue"}
    return [counted(row, kind) for flag, kind in kinds.items() if row.values[flag] == YES]


CONNECTOR = Connector(CONTRACT, facts)
