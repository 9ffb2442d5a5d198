"""A recurrence is linked on both incidents, counted once by class and over all, and betrays no confidential place."""

from dataclasses import replace
from typing import Any

from streams.contract import Fact
from streams.engine.memory import MemoryHub
from streams.engine.tables import PartitionTables
from streams.facts.views import Incident, Link
from streams.processors.recurrences import (
    CLOSED,
    counted_recurrence,
    forget_closed,
    keep_closed,
    linked_recurrence,
    recurred_by,
)
from streams.processors.situation import Situation
from streams.rules.recurrence import Happening
from tests.processors.kit import (
    DAY,
    GRID,
    HOUR,
    SITUATION,
    START_AT,
    VILLAGE,
    Spot,
    codec,
    incident_class,
    spot,
    topology,
)

FIGURES = "hub.view.figures.v1"
RULE: Any = replace(incident_class("burst_main", 500, 7_200), recurrence_days=7)  # type: ignore[call-arg]


def happening(number: int = 1, where: Spot | None = None, **said: Any) -> Happening:
    """A burst main that was closed an hour after it had happened."""
    where = where or spot(0)
    fields: dict[str, Any] = {"closed_at": START_AT + HOUR, "occurred_at": START_AT, **said}
    return Happening(
        incident_no=f"50011720260921E{number:05}", incident_class="burst_main", longitude=where.longitude,
        latitude=where.latitude, uncertainty_metres=10.0, **fields,
    )  # fmt: skip


def empty_tables() -> PartitionTables:
    return PartitionTables([CLOSED], codec())


def recurred(tables: PartitionTables, where: Spot | None = None, **said: Any) -> str | None:
    """Which one another burst main recurs a day later."""
    new = happening(99, where, **{"occurred_at": START_AT + DAY, "closed_at": None, **said})
    return recurred_by(new, RULE, str.__eq__, tables)


def test_what_was_closed_is_found_from_beside_it_and_across_the_border_of_a_cell() -> None:
    tables = empty_tables()
    for number in range(1, 12):
        keep_closed(happening(number, spot(200 * number)), RULE, tables)
    for number in range(1, 12):
        assert recurred(tables, spot(200 * number - 40)) == happening(number).incident_no
    assert recurred(tables, spot(10_000)) is None


def test_a_registered_place_is_found_without_a_point() -> None:
    tables = empty_tables()
    keep_closed(replace(happening(1), place_code="JG00101"), RULE, tables)
    nowhere = Spot(longitude=None, latitude=None)
    assert recurred(tables, nowhere, place_code="JG00101") == happening(1).incident_no
    assert recurred(tables, nowhere, place_code="JG00102") is None
    assert recurred(tables) == happening(1).incident_no


def test_one_that_is_worked_on_again_is_recurred_by_none() -> None:
    tables = empty_tables()
    closed = replace(happening(1), place_code="JG00101")
    keep_closed(closed, RULE, tables)
    forget_closed(closed, tables)
    assert recurred(tables) is None
    assert tables.next_due() is None


def test_it_is_kept_for_the_days_of_its_class_and_where_those_are_none_not_at_all() -> None:
    tables = empty_tables()
    keep_closed(happening(1), replace(RULE, recurrence_days=0), tables)
    keep_closed(replace(happening(2), closed_at=None), RULE, tables)
    assert recurred(tables) is None
    keep_closed(happening(3), RULE, tables)
    last = START_AT + HOUR + 7 * DAY
    assert tables.next_due() == last + 1
    assert recurred(tables, occurred_at=last) == happening(3).incident_no
    assert recurred(tables, occurred_at=last + 1) is None


def incident(number: int, *, confidential: bool = False) -> Incident:
    return Incident(
        incident_no=f"50011720260921E{number:05}", incident_class="burst_main", urgency="urgent", state="open",
        region=GRID, longitude=106.2628, latitude=29.993, opened_at=START_AT, last_report_at=START_AT, reports=1,
        systems=("ga_alarm110",), as_of=START_AT, confidential=confidential,
    )  # fmt: skip


def counted(recurring: Incident) -> dict[str, int]:
    """What the situation shows of it, under `<region>|<kind>`."""
    hub = MemoryHub(topology(), {"situation": Situation()}, codec(), START_AT)
    for number, output in enumerate(counted_recurrence(recurring, START_AT)):
        fact: Fact = replace(output.value, id=f"recurrence:{number}")
        hub.publish(SITUATION, fact)
    hub.settle()
    shown = [one for one in hub.latest(FIGURES).values() if one is not None]
    return {f"{one.region}|{one.kind}": one.count for one in shown}


def test_both_incidents_have_the_link_once() -> None:
    new, closed = linked_recurrence(incident(2), incident(1))
    assert new.links == (Link(other_no=closed.incident_no, relation="recurrence_of"),)
    assert closed.links == (Link(other_no=new.incident_no, relation="recurred_as"),)
    assert linked_recurrence(new, closed) == (new, closed)


def test_it_is_counted_by_its_class_and_over_all_in_each_region_above_it() -> None:
    shown = counted(incident(2))
    assert {key: shown[key] for key in (f"{GRID}|recurred", f"{VILLAGE}|recurred_burst_main", "500117|recurred")} == {
        f"{GRID}|recurred": 1,
        f"{VILLAGE}|recurred_burst_main": 1,
        "500117|recurred": 1,
    }


def test_a_confidential_one_is_linked_to_nothing_and_counts_in_its_district_alone() -> None:
    secret = incident(2, confidential=True)
    assert linked_recurrence(secret, incident(1)) == (secret, incident(1))
    assert linked_recurrence(incident(1), secret) == (incident(1), secret)
    shown = counted(secret)
    assert shown["500117|recurred"] == 1
    assert f"{GRID}|recurred" not in shown
