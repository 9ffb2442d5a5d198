"""生态环境监测系统: air, surface water and noise, over MQTT, out of order. A value over its standard is an incident."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.sensors import ALARM_FROM_LEVEL
from connectors.meanings.situation import measured
from connectors.standard_items import NUMBER, SEQUENCE
from connectors.values import Code, EpochTime, Real, Text
from connectors.vocabulary import YES, YES_NO
from streams.contract import Fact

CONTRACT = Contract(
    system="hb_monitor",
    name="生态环境监测系统",
    department="生态环境局",
    purpose="空气地表水噪声",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕047号",
    authorisation="authorised",
    event_types=("sensor.reading", "facility.alarm"),
    fresh_seconds=120,
    late_seconds=3600,
    items=(
        Item("station_code", "站点编码", "pub", NUMBER),
        Item("pollutant_code", "因子代码", "pub", Text(20, r"[a-z][a-z0-9_]*")),
        Item("measure_value", "监测值", "pub", Real(0)),
        Item("standard_limit", "标准限值", "pub", Real(0)),
        Item("exceed_flag", "超标标志", "pub", Code(YES_NO)),
        Item("observe_time", "观测时间", "pub", EpochTime()),
    ),
    additions=(SEQUENCE,),
    record=("station_code", "pollutant_code", "observe_time"),
    version=("sequence",),
    occurred="observe_time",
    recorded="observe_time",
    whereabouts=Whereabouts(place_codes=("station_code",)),
    device="station_code",
)


def event_type(values: Mapping[str, Any]) -> str:
    return "facility.alarm" if values["exceed_flag"] == YES else "sensor.reading"


def facts(row: Row) -> Sequence[Fact]:
    values, over = row.values, row.event_type == "facility.alarm"
    level = ALARM_FROM_LEVEL if over else 0
    reading = measured(row, values["station_code"], values["pollutant_code"], values["measure_value"], level)
    return [reported(row, "pollution", "routine"), reading] if over else [reading]


CONNECTOR = Connector(CONTRACT, facts, event_type)
