"""网格通: what 3,633 grids report and patrol, some 2,300 a day, on the app's own topic.

Phones are offline for hours and hand over late, in batches, with clocks of their own and GCJ-02 points. What a worker
has dealt with on the spot (自处) is reported as done.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.grid_items import GRID_ITEMS, incident_of_grid_item
from connectors.meanings.incidents import reported
from connectors.meanings.situation import counted
from connectors.standard_items import ACCURACY, NUMBER, RECORD_TIME, REGION, SEQ
from connectors.values import Code, LocalTime, Position, Text
from connectors.vocabulary import YES, YES_NO
from streams.contract import Fact

EVENT_TYPE_OF_KIND = {"1": "matter.reported", "2": "patrol.checked", "3": "patrol.missed"}
RECORD_KINDS = {"1": "事项上报", "2": "巡查打卡", "3": "漏巡"}

CONTRACT = Contract(
    system="zz_grid_app",
    name="网格通(网格员移动端)",
    department="区社会治理办(网格中心)",
    purpose="日均2300余件网格事项与三必巡",
    zone="internet",
    passage="front_machine",
    agreement_no="合数协〔2025〕012号",
    authorisation="authorised",
    reply="topic",
    event_types=("matter.reported", "patrol.checked", "patrol.missed"),
    fresh_seconds=10,
    late_seconds=14_400,
    items=(
        Item("report_no", "上报编号", "inner", NUMBER),
        Item("report_time", "上报时间", "inner", LocalTime()),
        Item("grid_code", "网格编码", "inner", REGION),
        Item("worker_id", "网格员工号", "inner", NUMBER),
        Item("item_code", "事务清单代码", "inner", Code(GRID_ITEMS)),
        Item("geo_point", "坐标", "inner", Position("GCJ-02"), required=False),
        Item("photo_ref", "照片引用", "inner", Text(200), required=False),
        Item("self_resolved", "自处标志", "inner", Code(YES_NO)),
    ),
    additions=(SEQ, RECORD_TIME, Item("record_kind", "记录类别", "inner", Code(RECORD_KINDS)), ACCURACY),
    record=("report_no",),
    version=("seq",),
    occurred="report_time",
    recorded="record_time",
    whereabouts=Whereabouts(point="geo_point", point_by="officer", accuracy="accuracy_metres", region="grid_code"),
    device="worker_id",
)


def event_type(values: Mapping[str, Any]) -> str:
    return EVENT_TYPE_OF_KIND[values["record_kind"]]


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type != "matter.reported":
        return [counted(row, "patrol_checked" if row.event_type == "patrol.checked" else "patrol_missed")]
    incident_class, urgency = incident_of_grid_item(row.values["item_code"])
    return [reported(row, incident_class, urgency, self_resolved=row.values["self_resolved"] == YES)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
