"""医保服务投诉与基金监管系统: complaints and checks of medical institutions, a CSV file in GB18030 a day.

About institutions alone: nothing of any treatment and nobody treated is shared.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.situation import counted
from connectors.standard_items import FILE_UPDATE_TIME, NUMBER
from connectors.values import Code
from streams.contract import Fact

COMPLAINT = "投诉"
CLUE_KINDS = {COMPLAINT: "服务投诉", "检查": "基金检查"}
DONE = "已办结"
CLUE_STATUSES = {"待核查": "待核查", "核查中": "核查中", DONE: "已办结"}

CONTRACT = Contract(
    system="yb_fund_clue",
    name="医保服务投诉与基金监管系统",
    department="医保局",
    purpose="机构线索,不含就医明细",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕059号",
    authorisation="authorised",
    reply="file",
    event_types=("request.submitted", "org.inspected"),
    fresh_seconds=90_000,
    late_seconds=259_200,
    items=(
        Item("clue_no", "线索编号", "inner", NUMBER, field="线索编号"),
        Item("org_code", "医药机构代码", "inner", NUMBER, field="医药机构代码"),
        Item("clue_status", "线索状态", "inner", Code(CLUE_STATUSES), field="线索状态"),
    ),
    additions=(
        Item("clue_kind", "线索类别", "inner", Code(CLUE_KINDS), field="线索类别"),
        FILE_UPDATE_TIME,
    ),
    record=("clue_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("org_code",)),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "request.submitted" if values["clue_kind"] == COMPLAINT else "org.inspected"


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "org.inspected":
        return [counted(row, "organisation_inspected")]
    return [source_closed(row) if row.values["clue_status"] == DONE else reported(row, "fund", "routine")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
