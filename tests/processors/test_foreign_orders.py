"""Orders that departments issue themselves are mirrored: their number, unit and deadline, never altered by the hub."""

from typing import Any

import pytest

from streams.engine.memory import MemoryHub
from streams.facts.matters import Mirrored, MirroredState
from streams.processors.dispatch import Dispatch
from streams.processors.foreign_orders import ForeignOrder
from tests.processors.kit import DAY, DISTRICT, HOUR, MATTERS, START_AT, codec, topology

KEY = "foreign_orders/cg_digital/CG1"


@pytest.fixture
def hub() -> MemoryHub:
    return MemoryHub(topology(), {"dispatch": Dispatch()}, codec(), START_AT)


def say(hub: MemoryHub, number: int, state: MirroredState, recorded_at: int = 0, **said: Any) -> None:
    hub.publish(
        MATTERS,
        Mirrored(
            id=f"cg_digital:CG1:{number}#1", key=DISTRICT, trace=f"cg_digital:CG1:{number}", occurred_at=START_AT,
            system="cg_digital", order_no="CG1", state=state, recorded_at=recorded_at or START_AT + number, **said,
        ),
    )  # fmt: skip
    hub.settle()


def order(hub: MemoryHub) -> ForeignOrder | None:
    rows = [owner.changelog[KEY] for owner in hub.owners if KEY in owner.changelog]
    return codec().decode(rows[0][8:]) if rows else None


def test_the_latest_word_counts_by_the_departments_own_time(hub: MemoryHub) -> None:
    say(hub, 3, "resolved")
    say(hub, 2, "routed")
    mirrored = order(hub)
    assert mirrored is not None
    assert (mirrored.state, mirrored.recorded_at) == ("resolved", START_AT + 3)


def test_unit_and_deadline_stay_until_the_department_says_others(hub: MemoryHub) -> None:
    say(hub, 1, "routed", unit="环卫所", due_at=START_AT + HOUR)
    say(hub, 2, "resolved")
    assert order(hub) == ForeignOrder(
        state="resolved", unit="环卫所", due_at=START_AT + HOUR, recorded_at=START_AT + 2, heard_at=START_AT
    )
    say(hub, 3, "routed", unit="城管支队", due_at=START_AT + 2 * HOUR)
    assert order(hub) == ForeignOrder(
        state="routed", unit="城管支队", due_at=START_AT + 2 * HOUR, recorded_at=START_AT + 3, heard_at=START_AT
    )


def test_a_closed_one_is_kept_for_a_month_and_one_that_is_taken_up_again_for_good(hub: MemoryHub) -> None:
    say(hub, 1, "closed")
    hub.advance_to(START_AT + 30 * DAY - 1)
    assert order(hub) is not None
    say(hub, 2, "reopened")
    hub.advance_to(START_AT + 90 * DAY)
    assert order(hub) is not None
    say(hub, 3, "closed")
    hub.advance_to(START_AT + 121 * DAY)
    assert order(hub) is None
