"""The ownership watch by itself: a healthy history is silent, and each planted fault is told in one clear line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.notices import Accountable, AccountableClock, MatterChanged, Owner
from streams.watch.ownership import GRACE_MILLISECONDS, OwnershipWatch

MATTER, ORDER, UNIT = "50011720261122M00001", "50011720261122M00001-01", "water"
DUE, ACKNOWLEDGE_DUE, REPLY_DUE = 60_000, 400_000, 900_000
END = 10**9

Notice = MatterChanged | Accountable
CENTRES = AccountableClock(kind="assign", due_at=DUE, overdue=False)
ACKNOWLEDGE = AccountableClock(order_no=ORDER, unit=UNIT, kind="acknowledge", due_at=ACKNOWLEDGE_DUE, overdue=False)
REPLY = AccountableClock(order_no=ORDER, unit=UNIT, kind="reply", due_at=REPLY_DUE, overdue=False)
CENTRE, WATER = Owner(), Owner(order_no=ORDER, unit=UNIT)


def change(what: str, at: int, clock: AccountableClock | None = None) -> MatterChanged:
    return MatterChanged(
        matter_no=MATTER,
        incident_no="I1",
        order_no=clock.order_no if clock else None,
        change=what,  # type: ignore[arg-type]
        clock=clock.kind if clock else None,
        due_at=clock.due_at if clock else None,
        changed_at=at,
    )


def stands(at: int, owner: Owner, *clocks: AccountableClock) -> Accountable:
    return Accountable(matter_no=MATTER, open=True, owners=(owner,), clocks=clocks, changed_at=at)


CLOSED = Accountable(matter_no=MATTER, open=False, owners=(), clocks=(), changed_at=800_000)
LATE = replace(ACKNOWLEDGE, overdue=True)
HEALTHY: tuple[Notice, ...] = (
    change("opened", 0),
    change("assigned", 0),
    stands(0, CENTRE, CENTRES),
    change("delivered", 30_000),
    stands(30_000, WATER, ACKNOWLEDGE, REPLY),
    change("breached", ACKNOWLEDGE_DUE, ACKNOWLEDGE),
    stands(ACKNOWLEDGE_DUE, WATER, LATE, REPLY),
    change("acknowledged", 500_000),
    stands(500_000, WATER, REPLY),
    change("replied", 800_000),
    change("closed", 800_000),
    CLOSED,
)


def watched(history: tuple[Notice, ...], until: int = END) -> list[str]:
    """Kinds of all that was ever wrong: it is looked before each notice and at the end."""
    watch, found = OwnershipWatch(), set()
    for notice in history:
        found |= {one.kind for one in watch.look(notice.changed_at)}
        watch.hear(notice)
    return sorted(found | {one.kind for one in watch.look(until)})


def test_a_healthy_history_is_silent_and_forgotten() -> None:
    assert watched(HEALTHY) == []
    watch = OwnershipWatch()
    for notice in HEALTHY:
        watch.hear(notice)
    assert (watch.open_matters, watch.notices) == (0, len(HEALTHY))


@pytest.mark.parametrize(
    ("planted", "kinds"),
    [
        ({4: replace(stands(30_000, WATER, REPLY), owners=())}, ["no_owner"]),
        ({4: replace(stands(30_000, WATER, ACKNOWLEDGE, REPLY), owners=(WATER, CENTRE))}, ["two_owners"]),
        ({4: stands(30_000, WATER, CENTRES), 5: None, 6: None}, ["breach_untold", "no_clock"]),
        ({5: None, 6: None}, ["breach_untold"]),
        ({5: change("breached", 300_000, ACKNOWLEDGE)}, ["breach_early"]),
        ({2: None}, []),
        ({11: None}, ["breach_untold", "open_after_close"]),
        ({8: stands(500_000, WATER, LATE), 9: None, 10: None, 11: None}, []),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_each_planted_fault_is_told(planted: dict[int, Notice | None], kinds: list[str]) -> None:
    history = [planted.get(number, notice) for number, notice in enumerate(HEALTHY)]
    assert watched(tuple(notice for notice in history if notice is not None)) == kinds


def test_a_matter_of_which_nobody_was_told_is_told_after_a_grace() -> None:
    assert watched(HEALTHY[:1], GRACE_MILLISECONDS) == []
    assert watched(HEALTHY[:1], GRACE_MILLISECONDS + 1) == ["owner_untold"]


def test_a_breach_may_take_its_grace_and_no_longer() -> None:
    assert watched(HEALTHY[:5], ACKNOWLEDGE_DUE + GRACE_MILLISECONDS) == []
    watch = OwnershipWatch()
    for notice in HEALTHY[:5]:
        watch.hear(notice)
    (found,) = watch.look(ACKNOWLEDGE_DUE + GRACE_MILLISECONDS + 1)
    assert found.text == f"{ORDER}: the deadline of 'acknowledge' has passed and no breach was told"
    assert found.since_at == ACKNOWLEDGE_DUE


def test_a_deadline_that_was_moved_is_watched_where_it_stands_now() -> None:
    moved = replace(ACKNOWLEDGE, due_at=700_000)
    history = (*HEALTHY[:5], stands(350_000, WATER, moved, REPLY))
    assert watched(history, 700_000 + GRACE_MILLISECONDS) == []
    assert watched(history, 700_001 + GRACE_MILLISECONDS) == ["breach_untold"]
    told_of_the_old = (*history, change("breached", ACKNOWLEDGE_DUE, ACKNOWLEDGE))
    assert watched(told_of_the_old, 700_001 + GRACE_MILLISECONDS) == ["breach_untold"]


def test_a_department_whose_own_order_leads_has_clocks_of_its_own() -> None:
    department = Owner(order_no="CG1", unit="X", system="cg_digital")
    mirrored = replace(stands(0, department), reason="department_clock")
    assert watched((HEALTHY[0], mirrored)) == []
    assert watched((HEALTHY[0], replace(mirrored, reason=None))) == ["no_clock"]


def test_a_matter_that_is_opened_again_has_an_owner_again() -> None:
    again = replace(REPLY, due_at=END)
    assert watched((*HEALTHY, change("reopened", 900_000), stands(900_000, WATER, again))) == []


@given(st.integers(0, len(HEALTHY) - 1))
def test_whatever_is_told_twice_changes_nothing(doubled: int) -> None:
    """An auditor emits again what a fault has lost; the watch may hear it out of its order, at worst a closing."""
    history = (*HEALTHY[: doubled + 1], HEALTHY[doubled], *HEALTHY[doubled + 1 :])
    assert watched(history) == []


@given(st.integers(0, END))
def test_at_no_instant_of_a_healthy_history_anything_is_wrong(instant: int) -> None:
    assert watched(tuple(notice for notice in HEALTHY if notice.changed_at <= instant), instant) == []
