"""Reads the set that was written by hand (`written_set.yaml`) as a truth of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from connectors.city.ground import Spot
from streams.contract import Fact
from streams.facts.incidents import Reported, SourceClosed
from streams.rules.geography import TIERS
from tests.matching.city_map import CityMap, hechuan_map, moved
from tests.matching.kinds import FAMILIES
from tests.matching.parameters import NORMAL
from tests.matching.reports import later_word, reported
from tests.matching.systems import SYSTEMS
from tests.matching.telling import DAY, HOUR, MINUTE, Telling, TrueIncident, Truth
from tests.matching.whereabouts import Whereabouts, of_facility, of_house, of_point, of_region
from tests.processors.kit import beijing

WRITTEN_SET = Path(__file__).with_name("written_set.yaml")
FIRST_DAY_AT = beijing(2026, 7, 20, 0)
SECOND = 1_000
ON_ITS_WAY_MILLISECONDS = 5 * SECOND
WORK_ENDS_AFTER_MILLISECONDS = 30 * MINUTE
WAY_OF_METRES = sorted((metres, way) for way, metres in NORMAL.metres_of.items())


class NotReadable(Exception):
    """A line of the set that cannot be meant; the text says which and why."""


@dataclass
class Reading:
    """What has been read so far."""

    incidents: list[TrueIncident] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    told_by: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One report as it stands in the file, and whose it is."""

    incident: Mapping[str, Any]
    day: int
    spot: Spot
    when: str
    system: str
    incident_class: str
    where: str
    text: str
    more: Mapping[str, Any]

    def instant(self, when: str) -> int:
        """Of a time of the set: `HH:MM`, `HH:MM:SS`, with another day before it where it is not the scene's."""
        day, _, clock = when.rpartition(" ")
        hours, minutes, *seconds = (int(part) for part in clock.split(":"))
        past = hours * HOUR + minutes * MINUTE + (seconds[0] * SECOND if seconds else 0)
        return FIRST_DAY_AT + (int(day or self.day) - 1) * DAY + past


@cache
def written_truth() -> Truth:
    """The whole set, in the order in which its reports were appended."""
    scenes = yaml.safe_load(WRITTEN_SET.read_text(encoding="utf-8"))["scenes"]
    reading, city = Reading(), hechuan_map()
    for scene in scenes:
        for incident in scene["incidents"]:
            _read(reading, city, scene, incident)
    tellings = sorted(reading.tellings, key=lambda telling: (telling.appended_at, telling.record))
    return Truth(reading.incidents, tellings)


def _read(reading: Reading, city: CityMap, scene: Mapping[str, Any], incident: Mapping[str, Any]) -> None:
    number, spot = len(reading.incidents), city.spot_of(incident.get("base", scene["base"]))
    lines = [_line(scene, incident, spot, report) for report in incident["reports"]]
    point = moved(spot.point, *incident["place"])
    reading.incidents.append(
        TrueIncident(
            number=number,
            kind=incident["incident"],
            incident_class=incident["class"],
            longitude=point.longitude,
            latitude=point.latitude,
            began_at=lines[0].instant(incident["at"]),
            ended_at=lines[0].instant(incident["ends"]),
            is_life_threatening=incident.get("life", False),
            situation=frozenset(incident.get("tags", ())),
            why=incident["why"],
        )
    )
    for line in lines:
        reading.tellings.append(_telling(reading, city, number, line))


def _line(scene: Mapping[str, Any], incident: Mapping[str, Any], spot: Spot, report: Sequence[Any]) -> Line:
    when, system, incident_class, where, text, *more = report
    if incident_class not in SYSTEMS[system].classes:
        raise NotReadable(f"{incident['incident']}: {system} has no code for {incident_class}")
    return Line(incident, scene["day"], spot, when, system, incident_class, where, text, more[0] if more else {})


def _telling(reading: Reading, city: CityMap, number: int, line: Line) -> Telling:
    more, system = line.more, SYSTEMS[line.system]
    record_no = f"W{len(reading.tellings) * 7919 % 10_000:04}"
    if "mark" in more:
        reading.numbers[more["mark"]] = record_no
    where = _whereabouts(city, line)
    at = line.instant(line.when)
    fact = reported(
        system=line.system,
        record_no=record_no,
        incident_class=line.incident_class,
        at=at,
        recorded_at=at + more.get("late", 0) * MINUTE,
        where=where,
        transferred_from=reading.numbers.get(more.get("from", "")),
        reporter=_token(more) if system.has_text else None,
        words=city.places.lexicon.words(line.text) if system.has_text else (),
    )
    appended_at = fact.recorded_at + ON_ITS_WAY_MILLISECONDS
    return Telling(
        incident=number,
        fact=fact,
        appended_at=appended_at,
        quirks=frozenset({*_quirks(line), *_of_the_reporter(reading, number, line), *where.quirks}),
        text=line.text,
        later=tuple(_later(line, fact)),
        again_at=appended_at + more["again"] * MINUTE if "again" in more else 0,
        ended_at=line.instant(line.incident["ends"])
        + WORK_ENDS_AFTER_MILLISECONDS
        + len(reading.tellings) % 7 * MINUTE,
    )


def _token(more: Mapping[str, Any]) -> str | None:
    return f"requests:1:written-{more['reporter']}" if "reporter" in more else None


def _quirks(line: Line) -> Iterator[str]:
    """What is odd about a report as its line says it."""
    more, true = line.more, line.incident["class"]
    yield from line.incident.get("tags", ())
    yield from more.get("odd", ())
    for name, quirk in (("late", "late"), ("again", "repeated"), ("from", "transferred")):
        if name in more:
            yield quirk
    if line.incident_class != true:
        is_known = true in SYSTEMS[line.system].classes
        is_kin = line.incident_class in FAMILIES[line.incident["family"]]
        yield ("class_within" if is_known else "own_class") if is_kin else "class_outside"


def _of_the_reporter(reading: Reading, number: int, line: Line) -> Iterator[str]:
    """Whether who reports has told of this incident before, or of another."""
    token = _token(line.more)
    if token is not None:
        first = reading.told_by.setdefault(token, number)
        if any(one.fact.reporter == token and one.incident == number for one in reading.tellings):
            yield "same_reporter"
        elif first != number:
            yield "busy_reporter"


def _later(line: Line, fact: Reported) -> Iterator[tuple[int, Fact]]:
    if "closes" in line.more:
        at = line.instant(line.more["closes"])
        yield at, SourceClosed(**later_word(fact, 3, at))


# Where a line says that it is.


def _whereabouts(city: CityMap, line: Line) -> Whereabouts:
    way, *said = line.where.split()
    match way, said:
        case "point", [east, north, metres]:
            way_of_metres = next(known for most, known in WAY_OF_METRES if float(metres) <= most)
            return of_point(city, moved(line.spot.point, float(east), float(north)), float(metres), way_of_metres)
        case "place", _:
            is_all_it_knows = set(SYSTEMS[line.system].ways) == {"facility"}
            spot = city.spot_of(said[0]) if said else line.spot
            return of_facility(spot, "by_facility" if is_all_it_knows else "place_only")
        case "house", [east, north]:
            return of_house(city, moved(line.spot.point, float(east), float(north)), NORMAL.standard_metres)
        case "grid", [east, north]:
            region, _ = city.grid_of(moved(line.spot.point, float(east), float(north)))
            return of_region(city, region, NORMAL.grid_metres, "grid_only")
        case "town", _:
            region = said[0] if said else line.spot.grid[: TIERS["town"]]
            return of_region(city, region, NORMAL.town_metres, "town_only")
    raise NotReadable(f"{line.incident['incident']}: where is {line.where}?")
