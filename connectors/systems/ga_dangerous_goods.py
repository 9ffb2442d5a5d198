"""枪爆危化物品管理系统: inspections of stores of explosives and chemicals, a full dump of all of them every day.

The file is CSV in GB18030 with Chinese headers; each dump holds every line again, so only lines that are new, changed
or gone since the last dump are rows. The dump's name is the version of its rows. A store is in the facility registry;
where its code is missing there, the organisation's place counts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.situation import counted
from connectors.standard_items import CHANGE
from connectors.values import Code, CreditCode, Day, LocalTime, Text
from streams.contract import Fact

PASSED, FAILED = "合格", "不合格"
INSPECT_RESULTS = {PASSED: "检查合格", FAILED: "检查不合格,存在隐患"}

CONTRACT = Contract(
    system="ga_dangerous_goods",
    name="枪爆危化物品管理系统",
    department="公安局(治安)",
    purpose="危爆单位检查与隐患",
    zone="police",
    passage="front_machine",
    agreement_no="合数协〔2025〕008号",
    authorisation="authorised",
    event_types=("org.inspected", "facility.hazard_found"),
    fresh_seconds=90_000,
    late_seconds=172_800,
    items=(
        Item("org_uscc", "单位统一社会信用代码", "inner", CreditCode(), field="统一社会信用代码"),
        Item("goods_class", "物品类别", "inner", Text(40), field="物品类别"),
        Item("storage_code", "库点编码", "inner", Text(40), field="库点编码"),
        Item("inspect_result", "检查结果", "inner", Code(INSPECT_RESULTS), field="检查结果"),
        Item("licence_expiry", "许可到期日", "inner", Day(), field="许可到期日"),
    ),
    additions=(
        Item("record_no", "记录号", "inner", Text(40), field="记录号"),
        Item("inspect_time", "检查时间", "inner", LocalTime(), field="检查时间"),
        CHANGE,
    ),
    record=("record_no",),
    occurred="inspect_time",
    whereabouts=Whereabouts(place_codes=("storage_code", "org_uscc")),
    full_dump=True,
)


def event_type(values: Mapping[str, Any]) -> str:
    return "facility.hazard_found" if values["inspect_result"] == FAILED else "org.inspected"


def facts(row: Row) -> Sequence[Fact]:
    """A failed inspection is a report of a hazard; a line that has become good, or has gone, closes it."""
    if row.event_type == "facility.hazard_found":
        return [reported(row, "hazardous_goods", "urgent")]
    return [counted(row, "organisation_inspected")] if row.change == "new" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
