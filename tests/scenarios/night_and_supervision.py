"""Stories of a level of alert and of supervision, in which all that people say comes through the front door.

A story runs on any hub in simulated time; its door is the gateway in a process of its own, or what that makes of a
request, put straight into the log.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.actors import Actor
from connectors.measures import mode_ordered
from connectors.order_requests import OrderRequest
from connectors.order_words import fact_of
from connectors.signed_facts import SignedRequest
from connectors.supervision_requests import supervised
from streams.contract import Fact
from streams.facts.deliveries import Attempted
from streams.facts.incidents import Reported
from streams.facts.measures import Measure
from streams.facts.notices import Attempt, MatterChanged
from streams.facts.views import Clock, Matter, SupervisionOrder, clocks_of
from streams.secrecy.actors import Identified
from tests.hechuan import hechuan
from tests.processors.kit import beijing
from tests.scenarios.player import ATTEMPTS, INCIDENTS, MATTERS, NOTICES, Hub, attempt, publish_city
from tests.scenarios.units import DELIVERIES

REPORTS, MATTERS_LOG, MEASURES = "hub.log.incidents.v1", "hub.log.matters.v1", "hub.view.measures.v1"
DISTRICT, GRID = "500117", "500117001001001"
COMMANDER = Actor("500117-emergency", "指挥长", "0001", "夜班", "commander", "dispatch")
SHIFT_LEADER = Actor("500117-district_centre", "值班长", "0002", "夜班", "shift_leader", "dispatch")


def responder(unit: str) -> Actor:
    return Actor(unit, "值班岗", "0117", "夜班", "responder", "dispatch")


STARTS_AT = beijing(2025, 7, 7, 18)


class FrontDoor(Protocol):
    """Where people speak to the hub: a path, a body, who it is, under which key."""

    def post(self, path: str, body: Mapping[str, Any], actor: Actor, key: str) -> None: ...


class ShortWay:
    """What the front door makes of a request, appended by the test."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def post(self, path: str, body: Mapping[str, Any], actor: Actor, key: str) -> None:
        self._hub.publish(MATTERS_LOG, _fact(path, body, Identified(actor, self._hub.now, 0), key))


def _fact(path: str, body: Mapping[str, Any], identified: Identified, key: str) -> Fact:
    request = SignedRequest(None, key, json.dumps(body).encode())
    match path.strip("/").split("/"):
        case ["v1", "modes"]:
            return mode_ordered(request, identified)
        case ["v1", "supervisions", number, word]:
            return supervised(OrderRequest(**vars(request), order_no=number, word=word), identified)
        case ["v1", "orders", number, word]:
            return fact_of(OrderRequest(**vars(request), order_no=number, word=word), identified)
    raise AssertionError(path)


@dataclass
class Telling:
    """A story as it is told on a hub: time, reports, units that are reached at once, and words through the door."""

    hub: Hub
    door: FrontDoor
    _spoken: int = 0
    _reached: set[tuple[str, int]] = field(default_factory=set)

    def wait_until(self, instant: int) -> None:
        """Let time pass; every call is taken at the moment at which it is made."""
        self.hub.settle()
        while (due_at := self.hub.next_due()) is not None and due_at <= instant:
            self.hub.advance_to(max(due_at, self.hub.now))
            self._reach()
        self.hub.advance_to(instant)
        self._reach()

    def _reach(self) -> None:
        """One call after the other: units of one moment are reached in the same order on every hub."""
        while new := [call for call in self.calls() if (call.delivery_no, call.attempt) not in self._reached]:
            call = min(new, key=lambda one: (one.delivery_no, one.attempt))
            self._reached.add((call.delivery_no, call.attempt))
            self.hub.publish(DELIVERIES, taken(call, self.hub.now))
            self.hub.settle()

    def report(self, incident_class: str, urgency: Any, at: int) -> str:
        """Somebody tells of something new; the number of its matter, whose units have been reached."""
        self.wait_until(at)
        before = self.matters().keys()
        self._spoken += 1
        self.hub.publish(REPORTS, reported(f"R{self._spoken}", incident_class, urgency, at, self._spoken))
        self.hub.settle()
        self._reach()
        (number,) = self.matters().keys() - before
        return number

    def say(self, path: str, actor: Actor, at: int, **body: Any) -> None:
        """Somebody says something through the front door at a moment."""
        self.wait_until(at)
        self._spoken += 1
        self.door.post(path, body, actor, f"word-{self._spoken}")
        self.wait_until(at)

    def answer(self, number: str, word: str, at: int) -> None:
        """The unit that leads a matter answers."""
        order = self.matters()[number].orders[0]
        self.say(f"/v1/orders/{order.order_no}/{word}", responder(order.unit), at)

    def calls(self) -> list[Attempt]:
        return [attempt(self.hub, call) for call in self.hub.appended(ATTEMPTS)]

    def matters(self) -> dict[str, Matter]:
        return self.hub.latest(MATTERS)

    def clock(self, number: str, kind: str) -> Clock:
        return next(clock for clock in self.matters()[number].orders[0].clocks if clock.kind == kind)

    def measure(self) -> Measure:
        (measure,) = self.hub.latest(MEASURES).values()
        assert isinstance(measure, Measure)
        return measure

    def supervision(self) -> SupervisionOrder:
        (found,) = [one for matter in self.matters().values() for one in matter.supervisions]
        return found

    def changes(self, number: str) -> list[str]:
        told = [one for one in self.hub.values(NOTICES) if isinstance(one, MatterChanged) and one.matter_no == number]
        return [one.change for one in told]


@dataclass(frozen=True)
class Told:
    """How a story ended."""

    matters: dict[str, Matter]
    incidents: dict[str, Any]
    measures: dict[str, Any]
    notices: list[Any]
    set_aside: list[tuple[str, str]]


def ended(telling: Telling) -> Told:
    hub = telling.hub
    return Told(telling.matters(), hub.latest(INCIDENTS), hub.latest(MEASURES), hub.values(NOTICES), hub.set_aside())


def reported(record_no: str, incident_class: str, urgency: Any, at: int, number: int) -> Reported:
    name = f"zz_community_e:{record_no}:1"
    return Reported(
        id=f"{name}#1", key=DISTRICT, source="zz_community_e", trace=name, occurred_at=at, system="zz_community_e",
        record_no=record_no, incident_class=incident_class, urgency=urgency, recorded_at=at, region=GRID,
        longitude=106.2 + number / 10, latitude=29.9, located_by="point", self_resolved=False,
    )  # fmt: skip


def taken(call: Attempt, at: int) -> Attempted:
    """A call that its unit's system has taken."""
    return Attempted(
        id=f"{call.delivery_no}#{call.attempt}", key=call.unit, source="attempts", trace=call.delivery_no,
        occurred_at=at, delivery_no=call.delivery_no, attempt=call.attempt, channel=call.channel, outcome="delivered",
        status_code=204, detail="",
    )  # fmt: skip


def level_two(hub: Hub, door: FrontDoor) -> Told:
    """Level II is ordered at 19:10, its review at 02:00 is missed, it is let go on at 02:15 and ended at 06:40."""
    publish_city(hub, hechuan())
    telling = Telling(hub, door)
    main = telling.report("burst_main", "routine", beijing(2025, 7, 7, 18, 30))
    assert telling.clock(main, "acknowledge").due_at == beijing(2025, 7, 8, 10)

    begin = {
        "order": "begin", "level": "level_2", "regions": ["500117001"], "review_at": "2025-07-08T02:00:00+08:00",
        "cause": "超警戒水位", "document": "合防指12号",
    }  # fmt: skip
    telling.say("/v1/modes", SHIFT_LEADER, beijing(2025, 7, 7, 19, 5), **begin)
    assert hub.latest(MEASURES) == {}
    telling.say("/v1/modes", COMMANDER, beijing(2025, 7, 7, 19, 10), **begin)
    level = telling.measure()
    assert (level.state, level.review_at) == ("in_force", beijing(2025, 7, 8, 2))
    hastened = telling.clock(main, "acknowledge")
    assert (hastened.due_at, hastened.moves[-1].was_due_at) == (beijing(2025, 7, 7, 19, 20), beijing(2025, 7, 8, 10))
    assert [call.kind for call in telling.calls()].count("hastened") == 1
    telling.answer(main, "acknowledge", beijing(2025, 7, 7, 19, 19))
    second = telling.report("flooding", "urgent", beijing(2025, 7, 7, 20, 30))
    assert telling.clock(second, "acknowledge").due_at == beijing(2025, 7, 7, 20, 35)

    review = {"order": "review", "measure_no": level.measure_no, "cause": "水位未退", "document": "合防指12号"}
    telling.wait_until(beijing(2025, 7, 8, 2, 14))
    assert (telling.measure().state, telling.measure().missed_reviews) == ("in_force", 1)
    telling.say("/v1/modes", COMMANDER, beijing(2025, 7, 8, 2, 15), **review, review_at="2025-07-08T08:00:00+08:00")
    end = {"order": "end", "measure_no": level.measure_no, "cause": "水位回落", "document": "合防指13号"}
    telling.say("/v1/modes", SHIFT_LEADER, beijing(2025, 7, 8, 6, 30), **end)
    assert telling.measure().state == "in_force"
    telling.say("/v1/modes", COMMANDER, beijing(2025, 7, 8, 6, 40), **end)
    assert (telling.measure().state, telling.measure().until_at) == ("ended", beijing(2025, 7, 8, 6, 40))
    third = telling.report("flooding", "urgent", beijing(2025, 7, 8, 6, 50))
    assert telling.clock(third, "acknowledge").due_at == beijing(2025, 7, 8, 7)
    assert telling.clock(main, "acknowledge").state == "met"
    breached = [clock for clock in clocks_of(telling.matters()[second]) if clock.state == "breached"]
    assert telling.changes(second).count("breached") == len(breached) > 0
    return ended(telling)


def supervision(hub: Hub, door: FrontDoor) -> Told:
    """An order is ignored: reminded, overdue, supervised by rule, signed, answered and signed off by persons."""
    publish_city(hub, hechuan())
    telling = Telling(hub, door)
    number = telling.report("flooding", "urgent", beijing(2025, 7, 7, 18, 30))
    telling.wait_until(beijing(2025, 7, 7, 19, 30))
    one = telling.supervision()
    unit = telling.matters()[number].orders[0].unit
    assert (one.origin, one.state, one.unit) == ("breach", "proposed", unit)
    address = f"/v1/supervisions/{one.supervision_no}"
    telling.say(f"{address}/sign", responder(unit), beijing(2025, 7, 7, 19, 35), demand="explain")
    assert telling.supervision().state == "proposed"
    telling.say(f"{address}/sign", SHIFT_LEADER, beijing(2025, 7, 7, 19, 40), demand="explain")
    one = telling.supervision()
    assert (one.state, one.demand, one.due_at) == ("signed", "explain", beijing(2025, 7, 8, 19, 40))
    (call,) = [call for call in telling.calls() if call.kind == "supervision"]
    assert (call.unit, call.supervision_no) == (unit, one.supervision_no)

    telling.wait_until(beijing(2025, 7, 8, 17))
    telling.say(f"{address}/answer", responder(unit), beijing(2025, 7, 8, 17, 30))
    telling.say(f"{address}/sign-off", responder(unit), beijing(2025, 7, 8, 17, 40))
    assert telling.supervision().state == "answered"
    telling.say(f"{address}/sign-off", SHIFT_LEADER, beijing(2025, 7, 8, 18))
    telling.wait_until(beijing(2025, 7, 8, 20))
    assert telling.supervision().state == "signed_off"
    changes = telling.changes(number)
    words = ("proposed", "signed", "answered", "signed_off")
    assert [one for one in changes if one.startswith("supervision_")] == [f"supervision_{word}" for word in words]
    reminders = [call for call in telling.calls() if call.kind == "reminder"]
    assert changes.count("reminded") == len(reminders) == len({call.delivery_no for call in reminders}) > 0
    return ended(telling)
