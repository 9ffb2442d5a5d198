"""市政设施监测平台: readings of manholes, street lights, water mains and bridges, over MQTT at least once.

A reading is known by facility, metric, the device's instant and its sequence number, so that one delivered twice is the
same row. From alarm level 2 on a reading is a facility's alarm.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.sensors import GRAVEST_LEVEL, is_alarm, urgency_of_alarm
from connectors.meanings.situation import condition, measured
from connectors.standard_items import OBSERVED_AT, SEQUENCE
from connectors.values import Code, Real, Text, Whole
from streams.contract import Fact

FACILITY_CLASSES = {"manhole": "井盖", "streetlight": "路灯", "water_main": "供水干管", "bridge": "桥梁"}
FAULT = "fault"
DEVICE_STATUSES = {"online": "在线", FAULT: "故障"}
WATER_LEVEL = "water_level"

CONTRACT = Contract(
    system="cg_municipal_iot",
    name="市政设施监测平台",
    department="城市管理局",
    purpose="井盖路灯桥隧",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕039号",
    authorisation="authorised",
    event_types=("sensor.reading", "facility.alarm", "facility.status"),
    fresh_seconds=15,
    late_seconds=600,
    items=(
        Item("facility_code", "设施编码", "inner", Text(40)),
        Item("facility_class", "设施类别", "inner", Code(FACILITY_CLASSES)),
        Item("metric_code", "指标代码", "inner", Text(40, r"[a-z][a-z0-9_]*")),
        Item("metric_value", "指标值", "inner", Real()),
        Item("alarm_level", "告警等级", "inner", Whole(0, GRAVEST_LEVEL)),
        Item("device_status", "设备状态", "inner", Code(DEVICE_STATUSES)),
    ),
    additions=(OBSERVED_AT, SEQUENCE),
    record=("facility_code", "metric_code", "observed_at"),
    version=("sequence",),
    occurred="observed_at",
    recorded="observed_at",
    whereabouts=Whereabouts(place_codes=("facility_code",)),
    device="facility_code",
)


def event_type(values: Mapping[str, Any]) -> str:
    if is_alarm(values["alarm_level"]):
        return "facility.alarm"
    return "facility.status" if values["device_status"] == FAULT else "sensor.reading"


def facts(row: Row) -> Sequence[Fact]:
    """An alarm is a report and a reading; a device that is down is a condition, one that reads works again."""
    values, facility, level = row.values, row.values["facility_code"], row.values["alarm_level"]
    working = condition(row, "device_fault", facility, holds=values["device_status"] == FAULT)
    if row.event_type == "facility.status":
        return [working]
    reading = measured(row, facility, values["metric_code"], values["metric_value"], level)
    if row.event_type == "sensor.reading":
        return [reading, working]
    kind = incident_class(values["facility_class"], values["metric_code"])
    return [reported(row, kind, urgency_of_alarm(level)), reading]


def incident_class(facility_class: str, metric_code: str) -> str:
    """A main under water is flooding, any other alarm of it a burst; a bridge's alarm stops its traffic."""
    if facility_class == "water_main":
        return "flooding" if metric_code == WATER_LEVEL else "burst_main"
    return {"manhole": "manhole", "streetlight": "streetlight", "bridge": "traffic"}[facility_class]


CONNECTOR = Connector(CONTRACT, facts, event_type)
