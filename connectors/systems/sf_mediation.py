"""人民调解信息系统: disputes before the people's mediation committees, polled from a table. Addresses are free text."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.disputes import DISPUTE_CLASSES
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import ADDRESS, NUMBER, UPDATE_TIME
from connectors.values import Code, Day, Real
from streams.contract import Fact

IN_HAND = "0"
MEDIATION_RESULTS = {IN_HAND: "调解中", "1": "调解成功", "2": "调解不成", "3": "撤回申请"}

CONTRACT = Contract(
    system="sf_mediation",
    name="人民调解信息系统",
    department="司法局",
    purpose="大调解之人民调解",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕022号",
    authorisation="authorised",
    reply="table",
    event_types=("dispute.filed", "dispute.closed"),
    fresh_seconds=1800,
    late_seconds=86_400,
    items=(
        Item("mediation_no", "调解编号", "inner", NUMBER),
        Item("dispute_class", "纠纷类别", "inner", Code(DISPUTE_CLASSES)),
        Item("accept_date", "受理日期", "inner", Day()),
        Item("committee_code", "调委会代码", "inner", NUMBER),
        Item("agreement_amount", "协议金额", "inner", Real(0), required=False),
        Item("mediation_result", "调解结果", "inner", Code(MEDIATION_RESULTS)),
    ),
    additions=(ADDRESS, UPDATE_TIME),
    record=("mediation_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="committee_code", address="address"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "dispute.filed" if values["mediation_result"] == IN_HAND else "dispute.closed"


def facts(row: Row) -> Sequence[Fact]:
    return [reported(row, "dispute", "routine")] if row.event_type == "dispute.filed" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
