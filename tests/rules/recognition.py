"""Sightings and rules of recognition for tests: Hechuan's own rules, and reports around one point of it."""

from functools import cache
from typing import Any

from streams.cities.city import CITIES, read_city
from streams.facts.matching import Happening, Matching
from streams.facts.rules import IncidentClass
from streams.rules.evidence import METRES_A_DEGREE, Evidence, Sighting, nothing_of, with_sighting
from streams.rules.happenings import Happenings

LONGITUDE, LATITUDE, START_AT, MINUTE = 106.26, 30.0, 1_790_000_000_000, 60_000


@cache
def hechuan_happenings() -> Happenings:
    """As the processor makes them of the rules in force."""
    rules = read_city(CITIES / "hechuan").rules
    matching = next(rule for rule in rules if isinstance(rule, Matching))
    happenings = [rule for rule in rules if isinstance(rule, Happening)]
    return Happenings(matching, happenings, [rule for rule in rules if isinstance(rule, IncidentClass)])


def sighting(system: str, incident_class: str, north_metres: float = 0, minutes: float = 0, **said: Any) -> Sighting:
    """A report so many metres north of a point, so many minutes after the start."""
    return Sighting(
        incident_no="",
        system=system,
        record_no=f"{incident_class}-{north_metres}-{minutes}",
        incident_class=incident_class,
        occurred_at=START_AT + round(minutes * MINUTE),
        region="500117001001001",
        longitude=LONGITUDE,
        latitude=LATITUDE + north_metres / METRES_A_DEGREE,
        **{"deviation_metres": 30.0, **said},
    )


def incident(number: str, *sightings: Sighting) -> Evidence:
    """An incident that these reports lie in."""
    evidence = nothing_of(number, sightings[0].occurred_at)
    for each in sightings:
        evidence = with_sighting(evidence, each)
    return evidence
