"""The index of units' open orders: what has changed for whom, matter by matter."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.cities.city import CITIES, read_city
from streams.wall.duty.calendars import calendars_of, with_spans
from streams.wall.duty.orders import UnitOrders
from tests.rules.office_calendars import at

UNITS = ("police", "water", "gas")
MATTERS = ("M1", "M2", "M3")
CLOCK = {"kind": "resolve", "state": "running", "started_at": 0, "due_at": 1, "limit": {"unit": "minute"}}
TIMES: dict[str, Any] = {"clocks": [CLOCK], "suspensions": []}


def matter(matter_no: str, *units: str, urgency: str = "urgent") -> dict[str, Any]:
    orders = [
        {
            "order_no": f"{matter_no}-{unit}",
            "unit": unit,
            "unit_name": unit,
            "state": "sent",
            "clocks": [CLOCK],
            "suspensions": [],
        }
        for unit in units
    ]
    return {"matter_no": matter_no, "urgency": urgency, "state": "assigned", "orders": orders}


STEPS = st.tuples(st.sampled_from(MATTERS), st.none() | st.sets(st.sampled_from(UNITS), min_size=1))


@given(st.lists(STEPS))
def test_changes_taken_one_by_one_are_what_a_fresh_index_has(steps: list[tuple[str, set[str] | None]]) -> None:
    orders, followed = UnitOrders({}), dict[str, dict[str, Any]]()
    standing: dict[str, dict[str, Any]] = {}
    for matter_no, units in steps:
        told = None if units is None else matter(matter_no, *sorted(units))
        standing.pop(matter_no, None) if told is None else standing.update({matter_no: told})
        for unit, changes in orders.take(matter_no, told).items():
            for number, order in changes.items():
                followed.setdefault(unit, {}).pop(number, None)
                if order is not None:
                    followed[unit][number] = order
    fresh = UnitOrders({})
    fresh.replace(standing)

    for unit in UNITS:
        assert orders.of(unit) == fresh.of(unit) == followed.get(unit, {})


def test_a_unit_that_loses_its_order_is_told_so() -> None:
    orders = UnitOrders({})
    orders.take("M1", matter("M1", "police", "water"))

    changes = orders.take("M1", matter("M1", "police"))

    assert changes["water"] == {"M1-water": None}
    assert changes["police"]["M1-police"]


def test_the_orders_of_a_closed_matter_on_which_the_centre_still_decides_are_no_longer_their_units() -> None:
    orders = UnitOrders({})
    orders.take("M1", matter("M1", "police"))

    changes = orders.take("M1", {**matter("M1", "police"), "state": "closed"})

    assert changes == {"police": {"M1-police": None}}


def test_an_order_whose_matter_went_into_another_one_stays_with_its_unit() -> None:
    orders = UnitOrders({})
    orders.take("M1", matter("M1", "police"))
    orders.take("M2", matter("M2", "water"))
    whole = matter("M1", "police")
    whole["orders"] = [*whole["orders"], *matter("M2", "water")["orders"]]

    orders.take("M2", None)
    orders.take("M1", whole)

    assert list(orders.of("water")) == ["M2-water"]
    assert (orders.matter_no("M2-water"), orders.matter_no("M2-police")) == ("M1", None)


def test_of_a_calendar_that_is_not_known_no_hours_are_guessed() -> None:
    limit = {"unit": "office_day", "calendar": "of another city"}

    assert with_spans({**CLOCK, "limit": limit}, (), {})["open"] is None


def test_a_stopped_clock_and_one_in_minutes_need_no_hours() -> None:
    calendars = calendars_of(read_city(CITIES / "hechuan").rules)
    assert set(calendars) == {"always", "office", "window"}

    stopped = {**CLOCK, "state": "met", "limit": {"unit": "office_hour", "calendar": "office"}}

    assert "open" not in with_spans(stopped, (), calendars)
    assert "open" not in with_spans(CLOCK, (), calendars)


def test_a_suspension_is_no_time_that_is_left() -> None:
    calendars = calendars_of(read_city(CITIES / "hechuan").rules)
    began, due_at = at("2026-11-24 10:00"), at("2026-11-25 12:00")
    clock = {**CLOCK, "started_at": began, "due_at": due_at, "limit": {"unit": "office_hour", "calendar": "office"}}
    suspension = {"kinds": ["resolve"], "from_at": at("2026-11-24 11:00"), "until_at": at("2026-11-25 10:00")}

    shown = with_spans(clock, [suspension, {**suspension, "kinds": ["reply"]}], calendars)

    assert shown["open"] == ((began, at("2026-11-24 11:00")), (at("2026-11-25 10:00"), due_at))
    assert shown["paused"] == ((suspension["from_at"], suspension["until_at"]),)
