"""An order that a department has issued stays master: mirrored, watched, never called for a second time."""

from typing import Any

import pytest

from streams.facts.incidents import MasterOrder
from streams.facts.matters import Mirrored
from streams.facts.views import MirroredOrder
from tests.processors.kit import DAY, DISTRICT, HOUR, MATTERS, MINUTE, RULES, Centre, clock_limit, spot

UNIT = "市政设施所"
WITH_ASSIGN = (*RULES, clock_limit("urgent", "assign", 10))


@pytest.fixture
def centre() -> Centre:
    return Centre(items=WITH_ASSIGN)


def report(centre: Centre, record_no: str = "CG1", system: str = "cg_digital", **said: Any) -> None:
    """A department tells of the burst main, with an order of its own under the same number."""
    centre.report(record_no, spot(10), system=system, order=MasterOrder(order_no=record_no, **said))


def say(centre: Centre, state: Any, record_no: str = "CG1", system: str = "cg_digital", **said: Any) -> None:
    """A later row of the department's order."""
    centre.append(
        MATTERS,
        Mirrored(
            key=DISTRICT, occurred_at=centre.now, system=system, order_no=record_no, state=state,
            recorded_at=centre.now, **said,
        ),
    )  # fmt: skip
    centre.hub.settle()


def master(centre: Centre) -> MirroredOrder:
    (order,) = centre.matter().mirrored
    return order


def test_a_departments_order_is_mirrored_and_nobody_is_called(centre: Centre) -> None:
    due_at = centre.now + DAY
    report(centre, unit=UNIT, due_at=due_at)
    matter = centre.matter()
    assert (matter.state, matter.orders) == ("assigned", ())
    assert (master(centre).system, master(centre).order_no) == ("cg_digital", "CG1")
    assert (master(centre).unit, master(centre).due_at, master(centre).watch) == (UNIT, due_at, "running")
    assert centre.attempts() == []
    assert centre.changes() == ["opened", "mirrored"]
    assert [notice.unit for notice in centre.notices()] == [None, UNIT]
    assert centre.incident().state == "assigned"


def test_the_centre_has_it_until_the_department_names_a_unit(centre: Centre) -> None:
    report(centre)
    assert (centre.matter().state, centre.matter().clocks[0].state) == ("unassigned", "running")
    centre.wait(9 * MINUTE)
    say(centre, "routed", unit=UNIT)
    assert (centre.matter().state, centre.matter().clocks[0].state) == ("assigned", "met")
    assert centre.attempts() == []


def test_that_no_unit_was_named_in_time_counts_against_the_centre(centre: Centre) -> None:
    report(centre)
    centre.wait(11 * MINUTE)
    assert centre.changes() == ["opened", "mirrored", "breached assign"]


def test_rows_of_the_order_that_come_first_wait_under_its_number(centre: Centre) -> None:
    say(centre, "acknowledged", unit=UNIT, due_at=centre.now + DAY)
    assert centre.matters() == []
    report(centre)
    assert (master(centre).state, master(centre).unit) == ("acknowledged", UNIT)
    assert (centre.matter().state, centre.attempts()) == ("in_hand", [])


def test_a_matter_goes_on_and_ends_as_its_master_says(centre: Centre) -> None:
    report(centre, unit=UNIT)
    states = []
    for word in ("acknowledged", "arrived", "resolved", "reopened", "resolved", "closed"):
        centre.wait(MINUTE)
        say(centre, word)
        states.append(centre.matter().state)
    assert states == ["in_hand", "in_hand", "resolved", "in_hand", "resolved", "closed"]
    assert centre.changes()[-1] == "closed"
    assert centre.incident().state == "closed"
    assert centre.matter().clocks[0].state == "met"


def test_an_older_row_changes_nothing(centre: Centre) -> None:
    report(centre, unit=UNIT)
    said_at = centre.now
    centre.wait(MINUTE)
    say(centre, "resolved")
    centre.append(
        MATTERS,
        Mirrored(
            key=DISTRICT, occurred_at=said_at, system="cg_digital", order_no="CG1", state="routed", recorded_at=said_at
        ),
    )
    centre.hub.settle()
    assert centre.matter().state == "resolved"


def test_its_deadline_is_told_soon_and_overdue_as_the_masters_once_each(centre: Centre) -> None:
    report(centre, unit=UNIT, due_at=centre.now + 8 * HOUR)
    centre.wait(6 * HOUR - 1)
    assert "master_due_soon" not in centre.changes()
    centre.wait(1)
    assert (centre.changes()[-1], master(centre).watch) == ("master_due_soon", "due_soon")
    centre.wait(2 * HOUR)
    notice = centre.notices()[-1]
    assert (notice.change, notice.system, notice.record_no, notice.unit) == (
        "master_overdue",
        "cg_digital",
        "CG1",
        UNIT,
    )
    assert master(centre).watch == "overdue"
    centre.wait(40 * DAY)
    assert centre.changes().count("master_overdue") == 1
    say(centre, "resolved")
    assert master(centre).watch == "overdue"


def test_a_deadline_that_the_master_moves_is_watched_anew(centre: Centre) -> None:
    due_at = centre.now + 4 * HOUR
    report(centre, unit=UNIT, due_at=due_at)
    centre.wait(3 * HOUR)
    say(centre, "routed", due_at=due_at + 8 * HOUR)
    assert master(centre).watch == "running"
    centre.wait(2 * HOUR)
    assert centre.changes().count("master_due_soon") == 1
    centre.wait(8 * HOUR)
    assert centre.changes().count("master_overdue") == 1


def test_a_resolved_order_is_watched_no_more(centre: Centre) -> None:
    report(centre, unit=UNIT, due_at=centre.now + HOUR)
    say(centre, "resolved")
    centre.wait(DAY)
    assert centre.changes() == ["opened", "mirrored", "mirrored"]


def test_what_a_department_only_noted_is_nobodys_order_and_somebody_is_called(centre: Centre) -> None:
    report(centre, "GD1", "zw_hotline12345", assigned=False)
    assert centre.matter().mirrored == ()
    assert [order.role for order in centre.matter().orders] == ["lead"]
    say(centre, "routed", "GD1", "zw_hotline12345", unit=UNIT)
    (shown,) = centre.matter().mirrored
    assert (shown.unit, len(centre.matter().orders)) == (UNIT, 1)
    centre.wait(MINUTE)
    say(centre, "closed", "GD1", "zw_hotline12345")
    assert centre.matter().state == "assigned", "whoever was called first leads"


def test_a_master_that_joins_a_matter_nobody_could_be_called_for_leads_it() -> None:
    centre = Centre()
    centre.report("1", spot(0), incident_class="gas_leak")
    assert centre.changes() == ["opened", "unassignable"]
    centre.report(
        "CG1", spot(5), incident_class="gas_leak", system="cg_digital", order=MasterOrder(order_no="CG1", unit=UNIT)
    )
    assert (centre.matter().state, centre.changes()[-1]) == ("assigned", "mirrored")


def test_a_master_that_joins_leads_where_the_one_called_has_not_said_a_word(centre: Centre) -> None:
    centre.report("1", spot(0))
    centre.end_attempt("delivered")
    report(centre, unit=UNIT)
    assert [order.state for order in centre.matter().orders] == ["withdrawn"]
    assert (centre.matter().state, centre.changes()[-2:]) == ("assigned", ["withdrawn", "mirrored"])
    centre.wait(DAY)
    assert not [change for change in centre.changes() if change.startswith("breached")]
    say(centre, "closed")
    assert centre.matter().state == "closed"


def test_a_master_that_joins_takes_nothing_from_a_unit_that_has_answered(centre: Centre) -> None:
    centre.report("1", spot(0))
    centre.end_attempt("delivered")
    centre.answer("acknowledge")
    report(centre, unit=UNIT)
    (order,) = centre.matter().orders
    assert (order.state, centre.matter().state) == ("acknowledged", "in_hand")
    assert master(centre).unit == UNIT
    say(centre, "closed")
    assert centre.matter().state == "in_hand"
