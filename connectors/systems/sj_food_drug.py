"""食品药品监管系统: samples of food and drugs and recalls, a full dump in GB18030 every day."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.situation import counted
from connectors.standard_items import CHANGE, FILE_UPDATE_TIME, NUMBER
from connectors.values import Code, CreditCode
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

FAILED = "不合格"
SAMPLE_RESULTS = {"合格": "抽检合格", FAILED: "抽检不合格"}
RISK_LEVELS = {"高": "高风险", "中": "中风险", "低": "低风险"}
URGENCY_OF_LEVEL: dict[str, Urgency] = {"高": "urgent", "中": "routine", "低": "routine"}
RECALLED = "已召回"
RECALL_STATUSES = {"无需召回": "无需召回", "召回中": "召回进行中", RECALLED: "召回完成"}

CONTRACT = Contract(
    system="sj_food_drug",
    name="食品药品监管系统",
    department="市场监管局",
    purpose="抽检不合格与召回",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕052号",
    authorisation="authorised",
    event_types=("org.inspected", "facility.hazard_found"),
    fresh_seconds=90_000,
    late_seconds=172_800,
    items=(
        Item("org_uscc", "单位统一社会信用代码", "pub", CreditCode(), field="统一社会信用代码"),
        Item("sample_no", "抽样编号", "inner", NUMBER, field="抽样编号"),
        Item("sample_result", "抽检结果", "pub", Code(SAMPLE_RESULTS), field="抽检结果"),
        Item("risk_level", "风险等级", "inner", Code(RISK_LEVELS), field="风险等级"),
        Item("recall_status", "召回状态", "inner", Code(RECALL_STATUSES), field="召回状态"),
    ),
    additions=(FILE_UPDATE_TIME, CHANGE),
    record=("sample_no",),
    occurred="update_time",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
    full_dump=True,
)


def event_type(values: Mapping[str, Any]) -> str:
    open_failure = values["sample_result"] == FAILED and values["recall_status"] != RECALLED
    return "facility.hazard_found" if open_failure else "org.inspected"


def facts(row: Row) -> Sequence[Fact]:
    """A failed sample is a report until its recall is done or its line has gone; a new good one is counted."""
    if row.event_type == "facility.hazard_found":
        return [reported(row, "food_drug", URGENCY_OF_LEVEL[row.values["risk_level"]])]
    return [counted(row, "organisation_inspected")] if row.change == "new" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
