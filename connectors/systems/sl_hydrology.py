"""水文水情监测系统: water levels and flows of the three rivers, over MQTT, out of order."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.sensors import GRAVEST_LEVEL, alarm_reported, is_alarm
from connectors.meanings.situation import measured
from connectors.standard_items import NUMBER, SEQUENCE
from connectors.values import EpochTime, Real, Whole
from streams.contract import Fact

CONTRACT = Contract(
    system="sl_hydrology",
    name="水文水情监测系统",
    department="水利局",
    purpose="三江洪峰水位与流量",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕034号",
    authorisation="authorised",
    event_types=("sensor.reading", "facility.alarm"),
    fresh_seconds=60,
    late_seconds=900,
    items=(
        Item("station_code", "测站编码", "pub", NUMBER),
        Item("water_level", "水位", "pub", Real(0, 1000)),
        Item("flow_rate", "流量", "pub", Real(0, 200_000), required=False),
        Item("warning_level", "超警等级", "pub", Whole(0, GRAVEST_LEVEL)),
        Item("observe_time", "观测时间", "pub", EpochTime()),
    ),
    additions=(SEQUENCE,),
    record=("station_code", "observe_time"),
    version=("sequence",),
    occurred="observe_time",
    recorded="observe_time",
    whereabouts=Whereabouts(place_codes=("station_code",)),
    device="station_code",
)


def event_type(values: Mapping[str, Any]) -> str:
    return "facility.alarm" if is_alarm(values["warning_level"]) else "sensor.reading"


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    station, level = values["station_code"], values["warning_level"]
    said = alarm_reported(row, "high_water", level)
    said.append(measured(row, station, "water_level_metres", values["water_level"], level))
    if values["flow_rate"] is not None:
        said.append(measured(row, station, "flow_cubic_metres_a_second", values["flow_rate"]))
    return said


CONNECTOR = Connector(CONTRACT, facts, event_type)
