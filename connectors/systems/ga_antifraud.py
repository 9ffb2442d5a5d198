"""反诈预警劝阻系统: warnings of fraud by town and how far dissuasion has come, pushed as CloudEvents.

Only the town and the grade are shared, nothing on whom a warning is about. Levels and statuses are the centre's own
codes.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.situation import condition
from connectors.standard_items import NUMBER, REGION, UPDATED_AT, VERSION
from connectors.values import Code
from streams.contract import Fact

LEVEL_OF_WARNING = {"H": 1, "M": 2, "L": 3}
WARNING_LEVELS = {"H": "高危", "M": "中危", "L": "低危"}
DONE = ("Y", "C")
DISSUADE_STATUSES = {"N": "待劝阻", "P": "劝阻中", "Y": "劝阻成功", "C": "已关闭"}

CONTRACT = Contract(
    system="ga_antifraud",
    name="反诈预警劝阻系统",
    department="公安局(反诈中心)",
    purpose="按镇街统计预警与劝阻进度,不含个人",
    zone="police",
    passage="front_machine",
    agreement_no="合数协〔2025〕007号",
    authorisation="authorised",
    event_types=("area.risk_signal",),
    fresh_seconds=60,
    late_seconds=1800,
    items=(
        Item("warning_no", "预警编号", "inner", NUMBER),
        Item("warning_level", "预警等级", "inner", Code(WARNING_LEVELS)),
        Item("town_code", "镇街代码", "inner", REGION),
        Item("dissuade_status", "劝阻状态", "inner", Code(DISSUADE_STATUSES)),
    ),
    additions=(VERSION, UPDATED_AT),
    record=("warning_no",),
    version=("version",),
    occurred="updated_at",
    recorded="updated_at",
    whereabouts=Whereabouts(region="town_code"),
)


def facts(row: Row) -> Sequence[Fact]:
    """A warning holds until its dissuasion is done."""
    holds = row.values["dissuade_status"] not in DONE
    level = LEVEL_OF_WARNING[row.values["warning_level"]]
    return [condition(row, "fraud_warning", row.record_no, holds=holds, level=level)]


CONNECTOR = Connector(CONTRACT, facts)
