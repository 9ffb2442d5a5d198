"""Alarm levels of sensors: 0 normal, 1 a notice, 2 an alarm, 3 a grave one. From 2 on somebody has to be called."""

from collections.abc import Mapping
from typing import Any

from connectors.contract import Row
from connectors.meanings.incidents import reported
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

ALARM_FROM_LEVEL, CRITICAL_FROM_LEVEL, GRAVEST_LEVEL = 2, 3, 3


def is_alarm(alarm_level: int) -> bool:
    """Whether a reading tells of an incident."""
    return alarm_level >= ALARM_FROM_LEVEL


def urgency_of_alarm(alarm_level: int) -> Urgency:
    """特急 for the gravest, 紧急 for any other alarm."""
    return "critical" if alarm_level >= CRITICAL_FROM_LEVEL else "urgent"


def event_type_of_reading(values: Mapping[str, Any]) -> str:
    """What a checked row of a device with an `alarm_level` is."""
    return "facility.alarm" if is_alarm(values["alarm_level"]) else "sensor.reading"


def alarm_reported(row: Row, incident_class: str, alarm_level: int) -> list[Fact]:
    """The report that an alarm is; nothing below one."""
    return [reported(row, incident_class, urgency_of_alarm(alarm_level))] if is_alarm(alarm_level) else []
