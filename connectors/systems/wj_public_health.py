"""突发公共卫生事件报告系统: clusters of cases by area, a CSV file in GB18030 an hour. Counts of cases, never a case."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, updated
from connectors.standard_items import FILE_UPDATE_TIME, NUMBER, REGION
from connectors.values import Code, Whole
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

EVENT_CLASSES = {
    "聚集性发热": "聚集性发热",
    "食物中毒": "食物中毒",
    "饮水污染": "饮水污染",
    "职业中毒": "职业中毒",
    "其他": "其他",
}
RESPONSE_LEVELS = {"未启动": "未启动", "Ⅳ级": "四级", "Ⅲ级": "三级", "Ⅱ级": "二级", "Ⅰ级": "一级"}
FIRST = "初报"
REPORT_KINDS = {FIRST: "初次报告", "续报": "进程报告", "终报": "结案报告"}

CONTRACT = Contract(
    system="wj_public_health",
    name="突发公共卫生事件报告系统",
    department="卫生健康委(疾控)",
    purpose="聚集性事件按区域计数",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕062号",
    authorisation="authorised",
    event_types=("incident.reported", "incident.updated"),
    fresh_seconds=5400,
    late_seconds=43_200,
    items=(
        Item("report_no", "报告编号", "inner", NUMBER, field="报告编号"),
        Item("event_class", "事件类别", "inner", Code(EVENT_CLASSES), field="事件类别"),
        Item("region_code", "发生区域", "inner", REGION, field="发生区域"),
        Item("case_count", "病例数", "inner", Whole(0, 1_000_000), field="病例数"),
        Item("response_level", "响应级别", "inner", Code(RESPONSE_LEVELS), field="响应级别"),
    ),
    additions=(
        Item("report_kind", "报告类型", "inner", Code(REPORT_KINDS), field="报告类型"),
        FILE_UPDATE_TIME,
    ),
    record=("report_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="region_code"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "incident.reported" if values["report_kind"] == FIRST else "incident.updated"


def facts(row: Row) -> Sequence[Fact]:
    """Once a response was ordered an event is critical."""
    urgency: Urgency = "urgent" if row.values["response_level"] == "未启动" else "critical"
    return [reported(row, "public_health", urgency) if row.event_type == "incident.reported" else updated(row, urgency)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
