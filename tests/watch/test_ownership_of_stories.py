"""The ownership watch over what dispatch tells in stories: no instant without one who is accountable, on a clock."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts.notices import Accountable, MatterChanged
from streams.watch.ownership import GRACE_MILLISECONDS, OwnershipWatch, Violation
from tests.processors.kit import HOUR, MATTER_NOTICES, MINUTE, RULES, SECOND, Centre, clock_limit, unit
from tests.processors.one_and_two import fold, requesters, separate
from tests.processors.test_phoning import CENTRE, OPERATOR, recorded

WHOLE = (
    *RULES,
    unit(CENTRE, "district_centre", "500117"),
    OPERATOR,
    *(clock_limit(urgency, "assign", 10) for urgency in ("critical", "urgent", "routine")),
    *(clock_limit(urgency, "phone", 5) for urgency in ("critical", "urgent", "routine")),
    *(clock_limit(urgency, "resolve", 2, "hour") for urgency in ("critical", "urgent", "routine")),
    *(clock_limit(urgency, "reply", 3, "hour") for urgency in ("critical", "urgent", "routine")),
)
"""The kit's rules with a clock for everything that can be waited for, as a city's have."""
ANSWERS = ("acknowledge", "accept", "first_contact", "arrive", "resolve", "reply")
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 200)),
    st.tuples(st.just("answer"), st.sampled_from(ANSWERS)),
    st.tuples(st.just("by_phone"), st.sampled_from(ANSWERS)),
    st.tuples(st.just("end"), st.sampled_from(("delivered", "failed", "timeout", "sent"))),
    st.tuples(st.just("report"), st.sampled_from(("burst_main", "gas_leak", "flooding"))),
    st.tuples(st.just("fold"), st.tuples(st.integers(0, 2), st.integers(0, 2))),
    st.tuples(st.just("separate"), st.tuples(st.integers(0, 2), st.integers(0, 2))),
)


def violations(notices: list[Any], until: int) -> list[Violation]:
    """All that was ever wrong: looked at before each notice, and at the end."""
    watch, found = OwnershipWatch(), dict[tuple[str, str, int], Violation]()
    for notice in notices:
        assert isinstance(notice, Accountable | MatterChanged)
        found |= {one[:3]: one for one in watch.look(notice.changed_at)}
        watch.hear(notice)
    found |= {one[:3]: one for one in watch.look(until)}
    return list(found.values())


def take(centre: Centre, step: tuple[str, Any], number: int) -> None:
    kind, said = step
    orders = [order for matter in centre.matters() for order in matter.orders if order.state != "withdrawn"]
    match kind:
        case "wait":
            centre.wait(said * MINUTE)
        case "report":
            centre.report(str(number), incident_class=said)
        case "end" if centre.attempts():
            centre.end_attempt(said)
        case "answer" if orders:
            centre.answer(said, order_no=orders[-1].order_no)
        case "fold" if max(said) < len(centre.matters()):
            fold(centre, *said)
        case "separate" if max(said) < len(centre.matters()):
            source, target = (centre.matters()[place].incident_no for place in said)
            names = [name for known in requesters(centre).values() for name in known]
            separate(centre, source, target, *names[number % 2 :: 2])
        case "by_phone" if orders:
            centre.answer(said, order_no=orders[-1].order_no, **recorded(centre))


@given(st.lists(STEPS, max_size=14))
@settings(deadline=None, max_examples=50)
def test_whatever_happens_somebody_is_accountable_at_every_instant_and_each_breach_is_told(
    steps: list[tuple[str, Any]],
) -> None:
    centre = Centre(items=WHOLE)
    centre.report("0")
    for number, step in enumerate(steps, 1):
        take(centre, step, number)
        centre.wait(SECOND)
    centre.wait(5 * HOUR)
    assert violations(centre.hub.values(MATTER_NOTICES), centre.now) == []
    assert centre.set_aside() == []


@given(st.lists(STEPS, max_size=8), st.data())
@settings(deadline=None, max_examples=40)
def test_a_breach_that_was_lost_is_found(steps: list[tuple[str, Any]], data: st.DataObject) -> None:
    centre = Centre(items=WHOLE)
    centre.report("0")
    centre.end_attempt("delivered")
    for number, step in enumerate(steps, 1):
        take(centre, step, number)
    centre.wait(5 * HOUR)
    told = centre.hub.values(MATTER_NOTICES)
    breaches = [index for index, one in enumerate(told) if isinstance(one, MatterChanged) and one.change == "breached"]
    if not breaches:
        return
    lost = data.draw(st.sampled_from(breaches))
    kept = [one for index, one in enumerate(told) if index != lost and not _tells_of(one, told[lost])]
    found = violations(kept, centre.now + GRACE_MILLISECONDS + 1)
    assert "breach_untold" in {one.kind for one in found}


def _tells_of(one: Any, breach: MatterChanged) -> bool:
    """Whether a standing shows the clock of the breach as overdue: it would have been lost with the breach."""
    return isinstance(one, Accountable) and any(
        (clock.order_no, clock.kind, clock.overdue) == (breach.order_no, breach.clock, True) for clock in one.clocks
    )
