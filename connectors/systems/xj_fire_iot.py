"""智慧消防物联网平台: smoke, water pressure and electrical fire alarms, over MQTT at least once, in bursts.

An alarm is verified by the platform's people: a false one is a reading, not an incident.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.sensors import ALARM_FROM_LEVEL
from connectors.meanings.situation import condition, measured
from connectors.standard_items import NUMBER, OBSERVED_AT, SEQUENCE
from connectors.values import Code, EpochTime
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

QUIET = "0"
ALARM_KINDS = {QUIET: "无告警", "1": "感烟", "2": "感温", "3": "水压不足", "4": "电气火灾"}
INCIDENT_OF_KIND = {"1": "fire", "2": "fire", "3": "hazard", "4": "fire"}
TRUE_ALARM, FALSE_ALARM = "1", "2"
CONFIRM_RESULTS = {"0": "未核实", TRUE_ALARM: "属实", FALSE_ALARM: "误报"}
FAULT = "2"
DEVICE_STATUSES = {"1": "正常", FAULT: "故障", "3": "离线"}

CONTRACT = Contract(
    system="xj_fire_iot",
    name="智慧消防物联网平台",
    department="消防救援大队",
    purpose="烟感水压电气火灾告警与核实",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕032号",
    authorisation="authorised",
    event_types=("sensor.reading", "facility.alarm", "facility.status"),
    fresh_seconds=10,
    late_seconds=600,
    items=(
        Item("device_code", "设备编码", "inner", NUMBER),
        Item("unit_code", "联网单位编码", "inner", NUMBER),
        Item("alarm_kind", "告警类别", "inner", Code(ALARM_KINDS)),
        Item("alarm_time", "告警时间", "inner", EpochTime(), required=False),
        Item("confirm_result", "核实结果", "inner", Code(CONFIRM_RESULTS), required=False),
        Item("device_status", "设备状态", "inner", Code(DEVICE_STATUSES)),
    ),
    additions=(OBSERVED_AT, SEQUENCE),
    record=("device_code", "observed_at"),
    version=("sequence",),
    occurred="observed_at",
    recorded="observed_at",
    whereabouts=Whereabouts(place_codes=("unit_code",)),
    device="device_code",
)


def event_type(values: Mapping[str, Any]) -> str:
    if values["alarm_kind"] != QUIET and values["confirm_result"] != FALSE_ALARM:
        return "facility.alarm"
    return "facility.status" if values["device_status"] != "1" else "sensor.reading"


def facts(row: Row) -> Sequence[Fact]:
    """An alarm not yet verified is urgent, a true one critical; a device that is down is a condition."""
    values, device = row.values, row.values["device_code"]
    if row.event_type == "facility.alarm":
        urgency: Urgency = "critical" if values["confirm_result"] == TRUE_ALARM else "urgent"
        kind = INCIDENT_OF_KIND[values["alarm_kind"]]
        return [reported(row, kind, urgency), measured(row, device, "alarm", 1.0, ALARM_FROM_LEVEL)]
    working = condition(row, "device_fault", device, holds=row.event_type == "facility.status")
    return [working] if row.event_type == "facility.status" else [measured(row, device, "alarm", 0.0), working]


CONNECTOR = Connector(CONTRACT, facts, event_type)
