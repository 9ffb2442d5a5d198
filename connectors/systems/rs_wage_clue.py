"""劳动保障监察与欠薪线索系统: clues that wages are owed, polled from a table; local times, rows entered twice.

Clues are about enterprises: how much and how many workers, never who. A clue that the account watch raised is a signal
on the enterprise; one that workers brought is a matter, which the department itself leads (主单).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.disputes import urgency_of_dispute
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.orders import mirrored
from connectors.meanings.situation import condition
from connectors.standard_items import NUMBER, UPDATE_TIME
from connectors.values import Code, CreditCode, LocalTime, Real, Whole
from streams.contract import Fact
from streams.facts.incidents import MasterOrder

WATCH = "3"
CLUE_SOURCES = {"1": "来访投诉", "2": "热线转办", WATCH: "工资专户监测"}
DONE = "3"
HANDLE_STATUSES = {"1": "待核实", "2": "处理中", DONE: "已办结"}

CONTRACT = Contract(
    system="rs_wage_clue",
    name="劳动保障监察与欠薪线索系统",
    department="人社局",
    purpose="劳资纠纷联动与企业风险预警",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕057号",
    authorisation="authorised",
    event_types=("org.wage_signal", "matter.reported"),
    fresh_seconds=1200,
    late_seconds=28_800,
    items=(
        Item("clue_no", "线索编号", "inner", NUMBER),
        Item("org_uscc", "单位统一社会信用代码", "inner", CreditCode()),
        Item("wage_amount", "欠薪金额", "inner", Real(0)),
        Item("worker_count", "涉及人数", "inner", Whole(1, 100_000)),
        Item("clue_source", "线索来源", "inner", Code(CLUE_SOURCES)),
        Item("handle_status", "处理状态", "inner", Code(HANDLE_STATUSES)),
    ),
    additions=(Item("found_time", "发现时间", "inner", LocalTime()), UPDATE_TIME),
    record=("clue_no",),
    version=("update_time",),
    occurred="found_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "org.wage_signal" if values["clue_source"] == WATCH else "matter.reported"


def facts(row: Row) -> Sequence[Fact]:
    values, done = row.values, row.values["handle_status"] == DONE
    if row.event_type == "org.wage_signal":
        return [condition(row, "wage_arrears", values["org_uscc"], holds=not done)]
    if done:
        return [source_closed(row), mirrored(row, "closed")]
    order = MasterOrder(order_no=row.record_no, unit=CONTRACT.department)
    urgency = urgency_of_dispute(values["worker_count"])
    return [reported(row, "wage", urgency, order=order), mirrored(row, "accepted", unit=order.unit)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
