"""气象预警发布系统: weather warnings with the semantics of CAP, pushed as CloudEvents.

A warning is in force in each of its areas from its issue until it expires or is cancelled; an update keeps its
identifier. Colours are severities, red the gravest.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.situation import condition
from connectors.meanings.warnings import warned
from connectors.standard_items import NUMBER, REGION, UPDATED_AT, VERSION
from connectors.values import Code, CodeList, Text, ZonedTime
from streams.contract import Fact

SEVERITIES = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}
LEVEL_OF_SEVERITY = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}

CONTRACT = Contract(
    system="qx_warning",
    name="气象预警发布系统",
    department="气象局",
    purpose="预警按区域生效失效,CAP语义",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2025〕033号",
    authorisation="authorised",
    event_types=("warning.issued", "warning.updated", "warning.cancelled"),
    fresh_seconds=30,
    late_seconds=120,
    items=(
        Item("cap_id", "预警标识", "pub", NUMBER),
        Item("event_code", "预警事件代码", "pub", Text(10, r"11[A-Z]\d{2}")),
        Item("severity", "严重程度", "pub", Code(SEVERITIES)),
        Item("effective_at", "生效时间", "pub", ZonedTime()),
        Item("expires_at", "失效时间", "pub", ZonedTime()),
        Item("area_codes", "影响区域", "pub", CodeList(REGION)),
    ),
    additions=(VERSION, UPDATED_AT),
    record=("cap_id",),
    version=("version",),
    occurred="updated_at",
    recorded="updated_at",
)


def facts(row: Row) -> Sequence[Fact]:
    """One condition for each area, and the warning itself for what it explains."""
    values, is_cancelled = row.values, row.event_type == "warning.cancelled"
    areas = values["area_codes"].split(",")
    level = LEVEL_OF_SEVERITY[values["severity"]]
    conditions = [
        condition(
            row,
            "weather_warning",
            f"{values['cap_id']}/{area}",
            holds=not is_cancelled,
            level=level,
            region=area,
            until=values["expires_at"],
        )
        for area in areas
    ]
    warnings = warned(
        row,
        areas,
        warning_no=values["cap_id"],
        event_code=values["event_code"],
        level=level,
        in_force=(values["effective_at"], values["expires_at"]),
        cancelled=is_cancelled,
    )
    return [*conditions, *warnings]


CONNECTOR = Connector(CONTRACT, facts)
