"""道路交通事故处理系统: accidents, pushed by the traffic police's system as CloudEvents, now and then twice.

The sender names the event's type; each version of an accident has a number. Coordinates are GCJ-02.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed, updated
from connectors.standard_items import ACCURACY, NUMBER, UPDATED_AT, VERSION
from connectors.values import Code, Position, ZonedTime
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

SEVERITIES = {"1": "死亡事故", "2": "伤人事故", "3": "财产损失事故"}
URGENCY_OF_SEVERITY: dict[str, Urgency] = {"1": "critical", "2": "urgent", "3": "routine"}
CLEAR_STATUSES = {"0": "未撤除", "1": "正在撤除", "2": "已撤除"}

CONTRACT = Contract(
    system="ga_traffic_accident",
    name="道路交通事故处理系统",
    department="公安局(交巡警)",
    purpose="事故现场多部门联动",
    zone="police",
    passage="front_machine",
    agreement_no="合数协〔2025〕005号",
    authorisation="authorised",
    event_types=("incident.reported", "incident.updated", "incident.closed"),
    fresh_seconds=15,
    late_seconds=600,
    items=(
        Item("accident_no", "事故编号", "inner", NUMBER),
        Item("accident_time", "事故时间", "inner", ZonedTime()),
        Item("road_code", "道路编码", "inner", NUMBER, required=False),
        Item("geo_point", "坐标", "inner", Position("GCJ-02"), required=False),
        Item("severity", "严重程度", "inner", Code(SEVERITIES)),
        Item("clear_status", "撤除状态", "inner", Code(CLEAR_STATUSES)),
    ),
    additions=(VERSION, UPDATED_AT, ACCURACY),
    record=("accident_no",),
    version=("version",),
    occurred="accident_time",
    recorded="updated_at",
    whereabouts=Whereabouts(
        point="geo_point", point_by="officer", accuracy="accuracy_metres", place_codes=("road_code",)
    ),
)


def facts(row: Row) -> Sequence[Fact]:
    urgency = URGENCY_OF_SEVERITY[row.values["severity"]]
    if row.event_type == "incident.reported":
        return [reported(row, "traffic", urgency)]
    return [updated(row, urgency)] if row.event_type == "incident.updated" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts)
