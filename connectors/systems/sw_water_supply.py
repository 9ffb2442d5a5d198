"""供水服务与水质监测系统: the turbidity of drinking water and announced outages, polled from a table.

Times are local text. A row either has a quality value or names an outage.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.situation import condition, measured
from connectors.standard_items import NUMBER, REGION, UPDATE_TIME
from connectors.values import LocalTime, Real
from streams.contract import Fact

TURBIDITY_LIMIT = 1.0
"""NTU, the limit of GB 5749-2022 for drinking water."""

CONTRACT = Contract(
    system="sw_water_supply",
    name="供水服务与水质监测系统",
    department="供水公司(住建)",
    purpose="饮用水水质与停水",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕041号",
    authorisation="authorised",
    event_types=("facility.alarm", "service.outage"),
    fresh_seconds=1200,
    late_seconds=3600,
    items=(
        Item("plant_code", "水厂编码", "inner", NUMBER),
        Item("quality_index", "水质指标", "pub", Real(0, 1000), required=False),
        Item("outage_area", "停水区域", "pub", REGION, required=False),
        Item("outage_start", "停水开始", "pub", LocalTime(), required=False),
        Item("outage_end", "停水结束", "pub", LocalTime(), required=False),
    ),
    additions=(Item("record_no", "记录号", "inner", NUMBER), UPDATE_TIME),
    record=("record_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("plant_code",), region="outage_area"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "service.outage" if values["outage_area"] else "facility.alarm"


def facts(row: Row) -> Sequence[Fact]:
    """An outage holds until its end; water over the limit is a report."""
    values = row.values
    if row.event_type == "service.outage":
        area, until = values["outage_area"], values["outage_end"]
        return [condition(row, "water_outage", row.record_no, holds=True, region=area, until=until)]
    turbidity = values["quality_index"]
    if turbidity is None:
        return []
    over = turbidity > TURBIDITY_LIMIT
    reading = measured(row, values["plant_code"], "turbidity_ntu", turbidity, 2 if over else 0)
    return [reported(row, "water_supply", "urgent"), reading] if over else [reading]


CONNECTOR = Connector(CONTRACT, facts, event_type)
