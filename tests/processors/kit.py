"""A governance centre in memory: the whole hub with a few rules like Hechuan's, and words to tell a story with.

Everything goes the way it goes in the city: reports to the incidents log, results of attempts to the deliveries log,
answers to the matters log. Time stands still until `wait`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from math import cos, radians
from typing import Any

from streams.cities.city import CITIES, read_city
from streams.codec import Codec
from streams.contract import KINDS, Fact, Processor
from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.worker import load_processor
from streams.facts import deliveries, incidents, matters, notices, rules, views
from streams.facts.matching import Matching
from streams.rules.calendar import BEIJING
from streams.secrecy.person_keys import MemoryPersonKeys
from streams.topology import Topology, load_topology

INCIDENTS = "hub.log.incidents.v1"
MATTERS = "hub.log.matters.v1"
DELIVERIES = "hub.log.deliveries.v1"
SITUATION = "hub.log.situation.v1"
SOURCES = "hub.log.sources.v1"
INCIDENT_VIEW = "hub.view.incidents.v1"
MATTER_VIEW = "hub.view.matters.v1"
TILE_VIEW = "hub.view.tiles.v1"
SOURCE_VIEW = "hub.view.sources.v1"
MATTER_NOTICES = "hub.notice.matters.v1"
ATTEMPTS = "hub.notice.attempts.v1"

DISTRICT = "500117"
TOWN = "500117001"
VILLAGE = "500117001001"
GRID = "500117001001001"
OTHER_GRID = "500117001001002"
OTHER_TOWN_GRID = "500117002001001"

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
LONGITUDE, LATITUDE = 106.2628, 29.993
METRES_A_DEGREE = 111_195.0

WATER, WATER_IN_TOWN, WATER_IN_GRID = "500117-water", "water-town", "water-grid"
EMERGENCY = "emergency-district"


def beijing(*parts: int) -> int:
    """The instant of a local date and time in Hechuan: year, month, day, hour, minute."""
    return round(datetime(*parts, tzinfo=BEIJING).timestamp() * 1_000)  # type: ignore[misc, arg-type]


START_AT = beijing(2026, 9, 21, 8)


def incident_class(name: str, radius_metres: int, window_seconds: int, *, dispatched: bool = True) -> Fact:
    return rules.IncidentClass(
        key="rules",
        occurred_at=START_AT,
        version="",
        incident_class=name,
        name=name,
        radius_metres=radius_metres,
        window_seconds=window_seconds,
        dispatched=dispatched,
    )


def call(name: str, urgency: Any, kind: str, complexity: Any = "ordinary") -> Fact:
    return rules.Call(
        key="rules",
        occurred_at=START_AT,
        version="",
        incident_class=name,
        urgency=urgency,
        unit_kind=kind,
        complexity=complexity,
        document="建议稿",
    )


def clock_limit(
    urgency: Any, kind: Any, amount: int, unit: Any = "minute", complexity: Any = "any", **said: Any
) -> Fact:
    """A time that the rules set; by default minutes as they pass."""
    limit: dict[str, Any] = {"start": "at", "day_end": "same_time", "rolls_over": False, "calendar": "always", **said}
    return rules.ClockLimit(
        key="rules",
        occurred_at=START_AT,
        version="",
        urgency=urgency,
        complexity=complexity,
        kind=kind,
        limit=rules.Limit(amount=amount, unit=unit, document="建议稿", **limit),
    )


def unit(code: str, kind: str, region: str, *channels: rules.UnitChannel) -> Fact:
    """A unit with a webhook; `channels` are its other ways."""
    return rules.Unit(
        key="rules", occurred_at=START_AT, version="", unit=code, name=code, unit_kind=kind, region=region,
        channels=(rules.UnitChannel(channel="webhook", address="secret:webhook"), *channels),
    )  # fmt: skip


@cache
def hechuan_matching() -> Matching:
    """What counts how much when reports are recognised; kinds of happenings are each test's own."""
    return next(rule for rule in read_city(CITIES / "hechuan").rules if isinstance(rule, Matching))


RULES: tuple[Fact, ...] = (
    incident_class("burst_main", 500, 7_200),
    incident_class("flooding", 800, 10_800),
    incident_class("gas_leak", 300, 3_600),
    incident_class("streetlight", 50, 86_400),
    incident_class("public_security", 100, 1_800, dispatched=False),
    incident_class("service_request", 0, 0),
    call("burst_main", "critical", "water_utility"),
    call("burst_main", "urgent", "water_utility"),
    call("burst_main", "routine", "water_utility"),
    call("flooding", "urgent", "emergency"),
    call("gas_leak", "urgent", "gas_utility"),
    call("service_request", "routine", "emergency"),
    clock_limit("critical", "acknowledge", 5),
    clock_limit("critical", "arrive", 30),
    clock_limit("urgent", "acknowledge", 10),
    clock_limit("urgent", "arrive", 1, "hour"),
    clock_limit("routine", "acknowledge", 1, "hour"),
    unit(EMERGENCY, "emergency", DISTRICT),
    unit(WATER, "water_utility", DISTRICT),
)
"""Nobody is of the kind that gas leaks call for, and nothing says who is called for a street light."""


@cache
def codec() -> Codec:
    """Knows the records of all processors: those are imported first."""
    processors()
    return Codec.load(persons=MemoryPersonKeys())


@cache
def topology() -> Topology:
    return load_topology(environment={})


def processors(**changed: Processor) -> dict[str, Processor]:
    """All processors as the topology makes them, but for those given."""
    return {**{name: load_processor(wiring) for name, wiring in topology().processors.items()}, **changed}


RULE_LOGS = (INCIDENTS, MATTERS, DELIVERIES)


def publish_rules(
    hub: MemoryHub,
    items: Sequence[Fact],
    version: str = "1",
    effective_at: int | None = None,
    logs: Sequence[str] = RULE_LOGS,
) -> None:
    """Write a version of the rules to the logs they affect, as `hub rules publish` does; it is not read yet."""
    if not any(isinstance(item, Matching) for item in items):
        items = (*items, hechuan_matching())
    for log in logs:
        topic = hub.topology.topics[log]
        mine = [item for item in items if KINDS[type(item)] in topic.schemas]
        for number, item in enumerate(mine):
            hub.broadcast(log, replace(item, id=f"rules:{version}:{number}", version=version))  # type: ignore[call-arg]
        hub.broadcast(
            log,
            rules.InForce(
                id=f"rules:{version}:in_force",
                key="rules",
                occurred_at=hub.now,
                version=version,
                effective_at=hub.now if effective_at is None else effective_at,
                items=len(mine),
            ),
        )


@dataclass(frozen=True)
class Spot:
    """Where something is reported: a grid, and a point unless it is not known."""

    region: str = GRID
    longitude: float | None = LONGITUDE
    latitude: float | None = LATITUDE
    located_by: Any = "point"
    confidence: float | None = None


def spot(east_metres: float = 0, north_metres: float = 0, grid: str = GRID) -> Spot:
    """A point so far from the middle of the kit's grid; `grid` is the one it is said to lie in."""
    latitude = LATITUDE + north_metres / METRES_A_DEGREE
    longitude = LONGITUDE + east_metres / (METRES_A_DEGREE * cos(radians(LATITUDE)))
    return Spot(grid, longitude, latitude)


def grid_only(grid: str = GRID) -> Spot:
    """Somewhere in a grid."""
    return Spot(grid, None, None, "grid")


SYSTEM_ONLY = Spot(DISTRICT, None, None, "system")
"""Somewhere in the district: a row without a place takes its system's."""


class Centre:
    """The hub with its rules in force, and the city around it."""

    def __init__(
        self,
        faults: Faults = NO_FAULTS,
        items: Sequence[Fact] | None = RULES,
        start_at: int = START_AT,
        changed: Mapping[str, Processor] | None = None,
    ) -> None:
        self.hub = MemoryHub(topology(), processors(**(changed or {})), codec(), start_at, faults)
        self._facts = 0
        self._unread = False
        if items is not None:
            publish_rules(self.hub, items)
        self.hub.settle()

    @property
    def now(self) -> int:
        return self.hub.now

    def wait(self, milliseconds: int) -> None:
        """Let so much time pass."""
        self.hub.advance_to(self.now + milliseconds)

    def wait_until(self, instant: int) -> None:
        self.hub.advance_to(instant)

    # What departments say.

    def report(self, record_no: str = "1", where: Spot | None = None, **said: Any) -> None:
        """A department tells of a happening: by default 110, of a burst main, urgent, just now."""
        where = where or Spot()
        fields: dict[str, Any] = {
            "system": "ga_alarm110",
            "incident_class": "burst_main",
            "urgency": "urgent",
            "occurred_at": self.now,
            "self_resolved": False,
            **said,
        }
        self._say(
            incidents.Reported(
                key=where.region[:6],
                record_no=record_no,
                recorded_at=self.now,
                region=where.region,
                longitude=where.longitude,
                latitude=where.latitude,
                located_by=where.located_by,
                confidence=where.confidence,
                **fields,
            )
        )

    def update(
        self, record_no: str = "1", urgency: Any = None, system: str = "ga_alarm110", where: Spot | None = None
    ) -> None:
        """A later word on a report, with its place where that is said."""
        self._say(
            incidents.Updated(
                key=DISTRICT,
                occurred_at=self.now,
                system=system,
                record_no=record_no,
                urgency=urgency,
                recorded_at=self.now,
                region=where.region if where else None,
                longitude=where.longitude if where else None,
                latitude=where.latitude if where else None,
                confidence=where.confidence if where else None,
            )
        )

    def locate(self, incident_no: str, where: Spot, by: str = "值班员") -> None:
        """A person has found out where an incident is."""
        self._say(
            incidents.Located(
                key=incident_no[:6],
                occurred_at=self.now,
                incident_no=incident_no,
                region=where.region,
                longitude=where.longitude,
                latitude=where.latitude,
                by=by,
            )
        )

    def close_at_source(self, record_no: str = "1", system: str = "ga_alarm110") -> None:
        """A department closes its own record."""
        self._say(
            incidents.SourceClosed(
                key=DISTRICT, occurred_at=self.now, system=system, record_no=record_no, recorded_at=self.now
            )
        )

    def hand_over_at_source(self, record_no: str = "1", system: str = "ga_alarm110") -> None:
        """A department hands its record over to the hotline."""
        self._say(
            incidents.Transferred(
                key=DISTRICT, occurred_at=self.now, system=system, record_no=record_no, to_system="zw_hotline12345",
                recorded_at=self.now,
            )
        )  # fmt: skip

    def _say(self, fact: Fact) -> None:
        self.append(INCIDENTS, fact)
        self._settle()

    def _settle(self) -> None:
        if not self._unread:
            self.hub.settle()

    @contextmanager
    def before_anybody_reacts(self) -> Iterator[None]:
        """What is said in this block stands in the logs before the first of it is read."""
        self._unread = True
        yield
        self._unread = False
        self.hub.settle()

    def append(self, log: str, fact: Fact) -> None:
        """Append a fact under an id of its own; it is not read yet."""
        self._facts += 1
        identity = f"kit:{self._facts}:1#1"
        self.hub.publish(log, replace(fact, id=identity, trace=identity, source="kit"))

    # What units do.

    def attempts(self) -> list[notices.Attempt]:
        """Every attempt that was planned, in the order of their planning by delivery."""
        return sorted(self.hub.values(ATTEMPTS), key=lambda notice: notice.delivery_no)

    def end_attempt(self, outcome: Any = "delivered", number: int | None = None, delivery: int = -1) -> None:
        """The result of an attempt comes back: by default of the last one planned."""
        notice = self.attempts()[delivery]
        self.append(
            DELIVERIES,
            deliveries.Attempted(
                key=notice.unit,
                occurred_at=self.now,
                delivery_no=notice.delivery_no,
                attempt=number or notice.attempt,
                channel=notice.channel,
                outcome=outcome,
                status_code=None,
                detail="试验",
            ),
        )
        self._settle()

    def answer(self, answer: Any, *, order_no: str = "", **said: Any) -> None:
        """A unit answers an order: by default the only one, its own, through the gateway."""
        order = self.order(order_no)
        self.append(MATTERS, answered(self.now, order.order_no, answer, **{"actor_unit": order.unit, **said}))
        self._settle()

    # Looking.

    def incidents(self) -> list[views.Incident]:
        """Every incident that is shown, by number."""
        return by_number(self.hub.latest(INCIDENT_VIEW))

    def incident(self) -> views.Incident:
        """The only incident."""
        (incident,) = self.incidents()
        return incident

    def matters(self) -> list[views.Matter]:
        """Every matter that is shown, by number."""
        return by_number(self.hub.latest(MATTER_VIEW))

    def matter(self) -> views.Matter:
        """The only matter."""
        (matter,) = self.matters()
        return matter

    def order(self, order_no: str = "") -> views.Order:
        """An order by its number, or the only one."""
        orders = [order for matter in self.matters() for order in matter.orders]
        (found,) = (order for order in orders if order_no in ("", order.order_no))
        return found

    def clock(self, kind: str) -> views.Clock:
        """A clock of the only order."""
        (clock,) = (clock for clock in self.order().clocks if clock.kind == kind)
        return clock

    def changes(self) -> list[str]:
        """What was told of matters, in order; with its clock where it is about one."""
        return [f"{notice.change} {notice.clock or ''}".strip() for notice in self.notices()]

    def notices(self) -> list[notices.MatterChanged]:
        return [one for one in self.hub.values(MATTER_NOTICES) if isinstance(one, notices.MatterChanged)]

    def tiles(self) -> dict[str, tuple[int, int, int]]:
        """Open, acknowledged, overdue under `<region>|<class>`."""
        return figures(self.hub.latest(TILE_VIEW))

    def told_of(self) -> dict[str, set[str]]:
        """Which records dispatch was told of, by incident."""
        told: dict[str, set[str]] = {}
        for fact in self.hub.values(MATTERS):
            if isinstance(fact, matters.Opened | matters.Joined):
                told.setdefault(fact.incident_no, set()).add(fact.record_no)
        return told

    def set_aside(self) -> list[str]:
        """Why records were set aside."""
        return [reason for _, reason in self.hub.set_aside()]

    def kept(self, processor: str, table: str) -> dict[str, Any]:
        """What a processor's table holds, over all partitions."""
        rows = (row for owner in self.hub.owners if owner.wiring.name == processor for row in owner.changelog.items())
        start = f"{table}/"
        return {key.removeprefix(start): codec().decode(row[8:]) for key, row in rows if key.startswith(start)}


def answered(now: int, order_no: str, answer: Any, **said: Any) -> matters.Answered:
    """What a unit says to an order, through the gateway unless said otherwise."""
    fields: dict[str, Any] = {"channel": "api", "actor_unit": WATER, **said}
    return matters.Answered(
        key=order_no[:6],
        occurred_at=now,
        order_no=order_no,
        answer=answer,
        actor_post="值班岗",
        actor_officer="officer-1",
        actor_shift="白班",
        **fields,
    )


def figures(tiles: Mapping[str, views.Tile]) -> dict[str, tuple[int, int, int]]:
    """Open, acknowledged, overdue by tile."""
    return {key: (tile.open, tile.acknowledged, tile.overdue) for key, tile in tiles.items()}


def by_number(latest: Mapping[str, Any]) -> list[Any]:
    return [latest[number] for number in sorted(latest)]
