"""补录: what was said on the phone while the hub had failed counts once it is entered and somebody else approves it."""

import pytest

from tests.processors.alerts import ALERT_RULES, AlertCentre
from tests.processors.kit import MINUTE, WATER
from tests.processors.requesting import LEADER, ask, decide, request_rule

RULES = (*ALERT_RULES, request_rule("late_entry", "outage", ["acknowledge", "arrive"], times=2))
OUTAGE = (2 * MINUTE, 8 * MINUTE)


def after_the_outage() -> tuple[AlertCentre, int]:
    """Signed for on the phone within the outage, entered 20 minutes after the order; the deadline lay beyond it."""
    centre = AlertCentre(items=RULES)
    centre.report()
    centre.end_attempt()
    began_at = centre.now
    centre.wait(20 * MINUTE)
    centre.declare_outage(began_at + OUTAGE[0], began_at + OUTAGE[1] - 2 * MINUTE)
    centre.answer("acknowledge")
    return centre, began_at


def state(centre: AlertCentre) -> str:
    return next(clock.state for clock in centre.order().clocks if clock.kind == "acknowledge")


def enter(centre: AlertCentre, said_at: int, clock: str = "acknowledge") -> str:
    return ask(centre, "late_entry", "outage", clock=clock, until_at=said_at)


def test_an_approved_late_entry_withdraws_the_breach_and_both_times_stay() -> None:
    centre, began_at = after_the_outage()
    assert state(centre) == "breached"
    number = enter(centre, began_at + 5 * MINUTE)
    assert state(centre) == "breached"
    decide(centre, number, "approve", by=WATER, officer=LEADER)

    assert state(centre) == "withdrawn"
    (request,) = centre.order().requests
    assert (request.state, request.until_at, request.requested_at) == (
        "approved", began_at + 5 * MINUTE, began_at + 20 * MINUTE,
    )  # fmt: skip
    clock = next(one for one in centre.order().clocks if one.kind == "acknowledge")
    assert clock.ended_at == began_at + 20 * MINUTE
    notice = next(one for one in centre.notices() if one.change == "breach_withdrawn")
    assert (notice.request_no, notice.reason) == (number, "late_entry")


@pytest.mark.parametrize(
    ("minutes", "clock", "why"),
    [(1, "acknowledge", "no_outage"), (7, "acknowledge", "no_outage"), (15, "acknowledge", "not_in_time"),
     (5, "arrive", "not_late"), (5, "resolve", "no_such_clock")],
)  # fmt: skip
def test_what_was_said_outside_an_outage_or_too_late_or_of_another_clock_is_refused(
    minutes: int, clock: str, why: str
) -> None:
    centre, began_at = after_the_outage()
    enter(centre, began_at + minutes * MINUTE, clock)
    (request,) = centre.order().requests
    assert (request.state, request.why) == ("inadmissible", why)
    assert state(centre) == "breached"


def test_a_late_entry_that_is_refused_changes_nothing() -> None:
    centre, began_at = after_the_outage()
    number = enter(centre, began_at + 5 * MINUTE)
    decide(centre, number, "refuse", by=WATER, officer=LEADER)
    assert state(centre) == "breached"
