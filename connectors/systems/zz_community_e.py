"""社区e通APP: what residents ask for, pushed by the app's backend over HTTP as CloudEvents.

The same event is pushed twice now and then. The requester's phone number becomes a token here and goes no further; the
text is masked by the app and checked once more. An address is free text: a place only where the registry knows it.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.situation import counted
from connectors.standard_items import ADDRESS, VERSION
from connectors.values import Code, Masked, PersonToken, Text, Whole, ZonedTime
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

REQUEST_CLASSES = {
    "A1": "水管爆裂",
    "A2": "道路积水",
    "A3": "井盖缺损",
    "A4": "路灯不亮",
    "A5": "环境卫生",
    "A9": "意见咨询",
}

INCIDENT_OF_REQUEST: dict[str, tuple[str, Urgency]] = {
    "A1": ("burst_main", "urgent"),
    "A2": ("flooding", "urgent"),
    "A3": ("manhole", "urgent"),
    "A4": ("streetlight", "routine"),
    "A5": ("environment", "routine"),
    "A9": ("service_request", "routine"),
}

SATISFIED_FROM = 4

CONTRACT = Contract(
    system="zz_community_e",
    name="社区e通APP",
    department="区社会治理办",
    purpose="群众诉求、意见、咨询、求助与评价",
    zone="internet",
    passage="direct",
    agreement_no="合数协〔2025〕013号",
    authorisation="authorised",
    reply="callback",
    event_types=("request.submitted", "request.rated"),
    fresh_seconds=10,
    late_seconds=1800,
    items=(
        Item("request_no", "诉求编号", "inner", Text(40)),
        Item("request_class", "诉求类别", "inner", Code(REQUEST_CLASSES)),
        Item("submit_time", "提交时间", "inner", ZonedTime()),
        Item("grid_code", "网格编码", "inner", Text(15, r"\d{15}"), required=False),
        Item("content_masked", "内容摘要(脱敏)", "pii", Masked()),
        Item("requester_token", "诉求人令牌", "pii", PersonToken("requests"), field="requester_phone"),
        Item("satisfaction", "满意度", "inner", Whole(1, 5), required=False),
    ),
    additions=(VERSION, ADDRESS),
    record=("request_no",),
    version=("version",),
    occurred="submit_time",
    whereabouts=Whereabouts(region="grid_code", address="address"),
)


def facts(row: Row) -> Sequence[Fact]:
    """A request is a report; a rating says nothing about the happening and is counted."""
    if row.event_type == "request.rated":
        return [counted(row, rating(row.values["satisfaction"]))]
    incident_class, urgency = INCIDENT_OF_REQUEST[row.values["request_class"]]
    return [reported(row, incident_class, urgency)]


def rating(satisfaction: int | None) -> str:
    """What one to five stars count as; 4 and 5 are satisfied."""
    return "rated_satisfied" if (satisfaction or 0) >= SATISFIED_FROM else "rated_dissatisfied"


CONNECTOR = Connector(CONTRACT, facts)
