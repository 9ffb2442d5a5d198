"""便民服务中心登记系统: services at villages' desks and what residents say there, polled from a table.

Times are local text, and clerks enter some rows twice under one number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.situation import counted
from connectors.standard_items import NUMBER, REGION, UPDATE_TIME
from connectors.values import Code, LocalTime
from streams.contract import Fact

OPINION = "9"
SERVICE_CLASSES = {"1": "证明办理", "2": "代办帮办", "3": "政策咨询", OPINION: "民情反映"}

CONTRACT = Contract(
    system="zw_convenience",
    name="便民服务中心登记系统",
    department="民政局(村社区)",
    purpose="村社区便民服务与民情收集",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕020号",
    authorisation="authorised",
    reply="table",
    event_types=("service.finished", "request.submitted"),
    fresh_seconds=1800,
    late_seconds=28_800,
    items=(
        Item("service_no", "服务编号", "inner", NUMBER),
        Item("service_class", "服务类别", "inner", Code(SERVICE_CLASSES)),
        Item("village_code", "村社区代码", "inner", REGION),
        Item("handle_time", "办理时间", "inner", LocalTime()),
    ),
    additions=(UPDATE_TIME,),
    record=("service_no",),
    version=("update_time",),
    occurred="handle_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="village_code"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "request.submitted" if values["service_class"] == OPINION else "service.finished"


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "request.submitted":
        return [reported(row, "service_request", "routine")]
    return [counted(row, "service_finished")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
