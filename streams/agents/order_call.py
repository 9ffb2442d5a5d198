"""What a unit is sent: one order as a CloudEvent in JSON, with a sentence in Chinese for whoever reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streams.city import City
from streams.facts.chinese import CLOCK_KINDS, TIME_UNITS, URGENCIES
from streams.facts.notices import Attempt
from streams.facts.rules import IncidentClass, Unit

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
TYPE = "hub.order.requested.v1"


@dataclass(frozen=True)
class Names:
    """Chinese names by code."""

    classes: Mapping[str, str]
    regions: Mapping[str, str]
    units: Mapping[str, str]

    @classmethod
    def of(cls, city: City) -> "Names":
        return cls(
            classes={rule.incident_class: rule.name for rule in city.rules if isinstance(rule, IncidentClass)},
            regions=city.regions,
            units={rule.unit: rule.name for rule in city.rules if isinstance(rule, Unit)},
        )


def order_call(notice: Attempt, names: Names) -> bytes:
    """The body of the call. It is the same at every attempt, as the idempotency key promises."""
    data: dict[str, Any] = {
        "order_no": notice.order_no,
        "matter_no": notice.matter_no,
        "unit": notice.unit,
        "unit_name": names.units.get(notice.unit, notice.unit),
        "incident_class": notice.incident_class,
        "incident_class_name": names.classes.get(notice.incident_class, notice.incident_class),
        "urgency": notice.urgency,
        "urgency_name": URGENCIES[notice.urgency],
        "region": notice.region,
        "region_name": region_name(notice.region, names),
        "longitude": notice.longitude,
        "latitude": notice.latitude,
        "limits": [{"kind": one.kind, "amount": one.amount, "unit": one.unit} for one in notice.limits],
    }
    event = {
        "specversion": "1.0",
        "id": notice.delivery_no,
        "source": f"urn:hub:{notice.district}",
        "type": TYPE,
        "subject": notice.order_no,
        "datacontenttype": "application/json",
        "data": {**data, "text": order_text(notice, names)},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def region_name(region: str, names: Names) -> str:
    """District, town and what lies below by name, as far as they have names."""
    levels = [names.regions.get(region[:digits], "") for digits in (6, 9, 12, 15) if len(region) >= digits]
    return "".join(name for name in levels if name and not name.isdecimal()) or region


def order_text(notice: Attempt, names: Names) -> str:
    """The order as a sentence, for whoever reads it or is read it."""
    limits = "，".join(f"{one.amount}{TIME_UNITS[one.unit]}内{CLOCK_KINDS[one.kind]}" for one in notice.limits)
    return (
        f"【{URGENCIES[notice.urgency]}】{region_name(notice.region, names)}发生"
        f"{names.classes.get(notice.incident_class, notice.incident_class)}，"
        f"请{names.units.get(notice.unit, notice.unit)}在{limits}。派单编号{notice.order_no}。"
    )
