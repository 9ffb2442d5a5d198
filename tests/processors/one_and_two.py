"""Two happenings that are one, or one that is two: how the centre hears of it, and what must hold of clocks."""

from typing import Any

from streams.contract import Fact
from streams.facts import matters, views
from streams.processors.order_states import ENDED, says_done
from streams.rules.attribution import elapsed_milliseconds, segment_milliseconds
from tests.processors.attributed import assert_adds_up
from tests.processors.ending import city, ending
from tests.processors.kit import DISTRICT, GRID, LATITUDE, LONGITUDE, MATTERS, Centre, Spot, call, clock_limit, spot
from tests.processors.test_give_backs import route

HERE, THERE, ELSEWHERE = spot(0), spot(3_000), Spot("500117002001001", 106.5, 29.9)
SYSTEM, OTHER_SYSTEM = "ga_alarm110", "zz_grid_app"


def rules_of_two(*more: Fact) -> tuple[Fact, ...]:
    """Burst mains call the water works, floods the emergency office; nobody verifies; 12345 and the grid are told."""
    urgencies = ("critical", "urgent", "routine")
    return (
        *city(*(ending(urgency, verified_classes=()) for urgency in urgencies)),
        call("flooding", "critical", "emergency"),
        clock_limit("critical", "reply", 2, "hour"),
        clock_limit("routine", "reply", 24, "hour"),
        route("zz_grid_app"),
        route("zw_hotline12345", write_back="topic"),
        *more,
    )


def centre_of_two(*more: Fact) -> Centre:
    return Centre(items=rules_of_two(*more))


def two_mains(minutes_between: int = 0) -> Centre:
    """Two burst mains, each with a matter of its own, told of by two systems."""
    centre = centre_of_two()
    centre.report("JQ1", HERE)
    centre.wait(minutes_between * 60_000)
    centre.report("WG1", THERE, system=OTHER_SYSTEM)
    return centre


def fold(centre: Centre, folded: int = 1, into: int = 0) -> None:
    """The incident of one matter goes into that of another one, both in the order of their numbers."""
    found = centre.matters()
    hear(centre, folded_fact(centre, found[folded].incident_no, found[into].incident_no))


def folded_fact(centre: Centre, incident_no: str, into_no: str) -> matters.Folded:
    return matters.Folded(key=DISTRICT, occurred_at=centre.now, incident_no=incident_no, into_no=into_no)


def separate(centre: Centre, from_no: str, to_no: str, *records: str, where: Spot = THERE, **said: Any) -> None:
    """Reports of one incident belong to another one, by default a burst main that needs work."""
    fields: dict[str, Any] = {
        "incident_class": "burst_main",
        "urgency": "urgent",
        "region": where.region,
        "longitude": where.longitude,
        "latitude": where.latitude,
        "dispatched": True,
        **said,
    }
    hear(
        centre,
        matters.Separated(
            key=DISTRICT, occurred_at=centre.now, incident_no=from_no, to_no=to_no, records=records, **fields
        ),
    )


def join(centre: Centre, incident_no: str, record_no: str, system: str = SYSTEM, **said: Any) -> None:
    """One more report joins."""
    hear(
        centre,
        matters.Joined(
            key=DISTRICT, occurred_at=centre.now, incident_no=incident_no, system=system, record_no=record_no,
            reports=2, region=GRID, longitude=LONGITUDE, latitude=LATITUDE, **said,
        ),
    )  # fmt: skip


def hear(centre: Centre, fact: Fact) -> None:
    """A fact is read, and what is due at that very moment is done."""
    centre.append(MATTERS, fact)
    centre.hub.settle()
    centre.wait(0)


def deliver(centre: Centre, order_no: str) -> None:
    """The call with an order has reached its unit."""
    attempts = centre.attempts()
    last = max(place for place, one in enumerate(attempts) if one.order_no == order_no and one.kind == "order")
    centre.end_attempt("delivered", delivery=last)


def matter_no(centre: Centre, number: int) -> views.Matter:
    return centre.matters()[number]


def requesters(centre: Centre) -> dict[str, dict[str, int]]:
    """When each report was heard, by matter."""
    found: dict[str, dict[str, int]] = {}
    for key, requester in centre.kept("dispatch", "requesters").items():
        number, _, name = key.partition("/")
        found.setdefault(number, {})[name] = requester.heard_at
    return found


def all_heard(centre: Centre) -> list[tuple[str, int]]:
    """Every report that is to be answered, and when it was heard."""
    return sorted((name, at) for one in requesters(centre).values() for name, at in one.items())


def live(matter: views.Matter) -> dict[str, str]:
    """The orders that somebody works on, by unit; fails where a unit has two."""
    orders = [order for order in matter.orders if order.state not in ENDED and not says_done(order)]
    assert len({order.unit for order in orders}) == len(orders)
    return {order.unit: order.order_no for order in orders}


def running(centre: Centre) -> dict[str, int]:
    """The deadlines of all clocks that run, under `<order>/<kind>`, as they are shown."""
    return {
        f"{number}/{clock.kind}": clock.due_at
        for matter in centre.matters()
        for number, clocks in [
            (matter.matter_no, matter.clocks),
            *((one.order_no, one.clocks) for one in matter.orders),
        ]
        for clock in clocks
        if clock.state == "running"
    }


def assert_sound(centre: Centre) -> None:
    """Of every matter: time adds up, one lead at most, a unit once, somebody has it, each folded order goes on in it.

    Each clock that runs is armed, and no other.
    """
    assert set(running(centre)) == set(centre.kept("dispatch", "clocks"))
    heard = requesters(centre)
    for matter in centre.matters():
        assert_adds_up(matter)
        live(matter)
        assert sum(one.role == "lead" and one.state not in ENDED for one in matter.orders) <= 1
        if matter.state != "closed" and matter.matter_no in heard:
            assert matter.opened_at == min(heard[matter.matter_no].values())
        if matter.folded_into is not None:
            assert (matter.state, matter.orders, heard.get(matter.matter_no)) == ("closed", (), None)
        own = {one.order_no: one for one in matter.orders}
        if matter.state != "closed":
            left = [one for one in matter.orders if one.state not in ENDED]
            assert left or matter.mirrored or any(one.kind == "assign" for one in matter.clocks)
            assert matter.mirrored or all(
                str(one.continued_by) in own for one in matter.orders if one.state == "folded"
            )
        total = sum(segment_milliseconds(one, matter.as_of) for one in matter.segments)
        assert total == elapsed_milliseconds(matter)
