"""舆情监测系统: topics and how hot they are, pushed as CloudEvents. Never who spoke."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.situation import condition
from connectors.standard_items import NUMBER, REGION, UPDATED_AT, VERSION
from connectors.values import Masked, Real, ZonedTime
from streams.contract import Fact

HOT_FROM, HOTTEST_FROM = 60.0, 85.0
"""Of 100: from where on the opinion centre calls a topic hot, and very hot."""

CONTRACT = Contract(
    system="zz_opinion",
    name="舆情监测系统",
    department="区委网信办(舆情中心)",
    purpose="话题热度,不含作者",
    zone="internet",
    passage="front_machine",
    agreement_no="合数协〔2025〕016号",
    authorisation="authorised",
    event_types=("topic.detected", "topic.cooled"),
    fresh_seconds=60,
    late_seconds=1800,
    items=(
        Item("topic_id", "话题编号", "inner", NUMBER),
        Item("topic_title", "话题标题", "inner", Masked(100)),
        Item("heat_value", "热度值", "inner", Real(0, 100)),
        Item("region_code", "涉及区域", "inner", REGION),
        Item("first_seen_at", "首次出现时间", "inner", ZonedTime()),
    ),
    additions=(VERSION, UPDATED_AT),
    record=("topic_id",),
    version=("version",),
    occurred="first_seen_at",
    recorded="updated_at",
    whereabouts=Whereabouts(region="region_code"),
)


def facts(row: Row) -> Sequence[Fact]:
    """A topic is hot from its detection until it has cooled; its grade follows from its heat."""
    return [
        condition(
            row,
            "hot_topic",
            row.record_no,
            holds=row.event_type == "topic.detected",
            level=level_of_heat(row.values["heat_value"]),
        )
    ]


def level_of_heat(heat: float) -> int:
    """1 very hot, 2 hot, 3 warm."""
    return 1 if heat >= HOTTEST_FROM else 2 if heat >= HOT_FROM else 3


CONNECTOR = Connector(CONTRACT, facts)
