"""劳动人事争议调解仲裁系统: disputes of labour before the arbitration committee, polled from a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import NUMBER, UPDATE_TIME
from connectors.values import Code, Day
from streams.contract import Fact

DISPUTE_CLASSES = {"1": "劳动报酬", "2": "社会保险", "3": "解除终止", "4": "工伤待遇", "5": "人事争议", "9": "其他"}
ENDED = ("4", "5", "6")
ARBITRATION_STATUSES = {"1": "已受理", "2": "调解中", "3": "开庭", "4": "裁决", "5": "调解结案", "6": "撤回"}

CONTRACT = Contract(
    system="rs_arbitration",
    name="劳动人事争议调解仲裁系统",
    department="人社局",
    purpose="仲裁期限",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕058号",
    authorisation="authorised",
    reply="table",
    event_types=("dispute.filed", "dispute.closed"),
    fresh_seconds=3600,
    late_seconds=86_400,
    items=(
        Item("arb_no", "仲裁编号", "inner", NUMBER),
        Item("dispute_class", "争议类别", "inner", Code(DISPUTE_CLASSES)),
        Item("accept_date", "受理日期", "inner", Day()),
        Item("arb_status", "案件状态", "inner", Code(ARBITRATION_STATUSES)),
    ),
    additions=(UPDATE_TIME,),
    record=("arb_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
)


def event_type(values: Mapping[str, Any]) -> str:
    return "dispute.closed" if values["arb_status"] in ENDED else "dispute.filed"


def facts(row: Row) -> Sequence[Fact]:
    return [reported(row, "dispute", "routine")] if row.event_type == "dispute.filed" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
