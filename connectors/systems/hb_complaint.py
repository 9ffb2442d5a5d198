"""生态环境投诉举报系统: complaints of pollution, pushed as CloudEvents, now and then twice. Never who complained."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.orders import mirrored
from connectors.standard_items import ACCURACY, NUMBER, UPDATED_AT, VERSION
from connectors.values import Code, Position, ZonedTime
from streams.contract import Fact
from streams.facts.matters import MirroredState

POLLUTION_CLASSES = {"1": "大气", "2": "水", "3": "噪声", "4": "固废", "5": "辐射"}
STATE_OF_STATUS: dict[str, MirroredState] = {"1": "accepted", "2": "routed", "3": "resolved", "4": "closed"}
HANDLE_STATUSES = {"1": "已受理", "2": "转办", "3": "已查处", "4": "已办结"}

CONTRACT = Contract(
    system="hb_complaint",
    name="生态环境投诉举报系统",
    department="生态环境局",
    purpose="12369并入后的污染投诉",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕048号",
    authorisation="authorised",
    reply="callback",
    event_types=("request.submitted", "request.routed"),
    fresh_seconds=60,
    late_seconds=3600,
    items=(
        Item("complaint_no", "投诉编号", "inner", NUMBER),
        Item("pollution_class", "污染类别", "inner", Code(POLLUTION_CLASSES)),
        Item("geo_point", "坐标", "inner", Position("CGCS2000"), required=False),
        Item("accept_time", "受理时间", "inner", ZonedTime()),
        Item("handle_status", "办理状态", "inner", Code(HANDLE_STATUSES)),
    ),
    additions=(VERSION, UPDATED_AT, ACCURACY),
    record=("complaint_no",),
    version=("version",),
    occurred="accept_time",
    recorded="updated_at",
    whereabouts=Whereabouts(point="geo_point", point_by="mobile", accuracy="accuracy_metres"),
)


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "request.submitted":
        return [reported(row, "pollution", "routine")]
    return [mirrored(row, STATE_OF_STATUS[row.values["handle_status"]])]


CONNECTOR = Connector(CONTRACT, facts)
