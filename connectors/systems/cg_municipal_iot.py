"""市政设施监测平台: readings of manholes, street lights, water mains and bridges, over MQTT at least once.

A reading is known by facility, metric, the device's instant and its sequence number, so that one delivered twice is the
same row. From alarm level 2 on a reading is a facility's alarm; all others are rows only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings import reported
from connectors.values import Code, EpochTime, Real, Text, Whole
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

FACILITY_CLASSES = {"manhole": "井盖", "streetlight": "路灯", "water_main": "供水干管", "bridge": "桥梁"}
DEVICE_STATUSES = {"online": "在线", "fault": "故障"}
WATER_LEVEL = "water_level"
ALARM_FROM_LEVEL, CRITICAL_FROM_LEVEL = 2, 3

CONTRACT = Contract(
    system="cg_municipal_iot",
    name="市政设施监测平台",
    department="城市管理局",
    purpose="井盖路灯桥隧",
    zone="operations",
    passage="front_machine",
    event_types=("sensor.reading", "facility.alarm", "facility.status"),
    fresh_seconds=15,
    late_seconds=600,
    items=(
        Item("facility_code", "设施编码", "inner", Text(40)),
        Item("facility_class", "设施类别", "inner", Code(FACILITY_CLASSES)),
        Item("metric_code", "指标代码", "inner", Text(40, r"[a-z][a-z0-9_]*")),
        Item("metric_value", "指标值", "inner", Real()),
        Item("alarm_level", "告警等级", "inner", Whole(0, 3)),
        Item("device_status", "设备状态", "inner", Code(DEVICE_STATUSES)),
    ),
    additions=(
        Item("observed_at", "设备观测时间", "inner", EpochTime()),
        Item("sequence", "设备序号", "inner", Whole(0)),
    ),
    record=("facility_code", "metric_code", "observed_at"),
    version=("sequence",),
    occurred="observed_at",
    recorded="observed_at",
    whereabouts=Whereabouts(place_codes=("facility_code",)),
)


def event_type(values: Mapping[str, Any]) -> str:
    if values["alarm_level"] >= ALARM_FROM_LEVEL:
        return "facility.alarm"
    return "facility.status" if values["device_status"] == "fault" else "sensor.reading"


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type != "facility.alarm":
        return []
    urgency: Urgency = "critical" if row.values["alarm_level"] >= CRITICAL_FROM_LEVEL else "urgent"
    return [reported(row, incident_class(row.values["facility_class"], row.values["metric_code"]), urgency)]


def incident_class(facility_class: str, metric_code: str) -> str:
    """A main under water is flooding, any other alarm of it a burst; a bridge's alarm stops its traffic."""
    if facility_class == "water_main":
        return "flooding" if metric_code == WATER_LEVEL else "burst_main"
    return {"manhole": "manhole", "streetlight": "streetlight", "bridge": "traffic"}[facility_class]


CONNECTOR = Connector(CONTRACT, facts, event_type)
