"""检察公益诉讼协同系统: prosecutors' suggestions to departments and whether they replied, a CSV file in GB18030 a day.

A suggestion is an order of the prosecutors: its deadline is the end of the day by which a reply is due.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import FILE_UPDATE_TIME, NUMBER
from connectors.times import end_of_day
from connectors.values import Code, Day, Text
from streams.contract import Fact
from streams.facts.incidents import MasterOrder

CLUE_CLASSES = {"1": "生态环境", "2": "食品药品", "3": "国有财产", "4": "安全生产", "5": "无障碍环境", "9": "其他"}
WAITING, REPLIED = "0", "1"
REPLY_STATUSES = {WAITING: "待回复", REPLIED: "已回复"}

CONTRACT = Contract(
    system="jcy_public_interest",
    name="检察公益诉讼协同系统",
    department="人民检察院",
    purpose="检察建议回复期限",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕027号",
    authorisation="authorised",
    reply="file",
    event_types=("supervise.suggested", "supervise.replied"),
    fresh_seconds=90_000,
    late_seconds=172_800,
    items=(
        Item("clue_no", "线索编号", "inner", NUMBER, field="线索编号"),
        Item("clue_class", "线索类别", "inner", Code(CLUE_CLASSES), field="线索类别"),
        Item("dept_code", "被建议单位", "inner", Text(60), field="被建议单位"),
        Item("reply_deadline", "回复期限", "inner", Day(), field="回复期限"),
    ),
    additions=(
        Item("reply_status", "回复状态", "inner", Code(REPLY_STATUSES), field="回复状态"),
        FILE_UPDATE_TIME,
    ),
    record=("clue_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
)


def event_type(values: Mapping[str, Any]) -> str:
    return "supervise.replied" if values["reply_status"] == REPLIED else "supervise.suggested"


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "supervise.replied":
        return [source_closed(row)]
    due_at = end_of_day(row.values["reply_deadline"])
    order = MasterOrder(order_no=row.record_no, unit=row.values["dept_code"], due_at=due_at)
    return [reported(row, "supervision", "routine", order=order)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
