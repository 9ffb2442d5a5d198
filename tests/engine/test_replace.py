"""A fact or entry with some fields changed: as `dataclasses.replace` makes it, and what was changed stays as it was."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contract import replace
from streams.facts.engine import Tick
from streams.facts.rules import Limit
from streams.facts.views import Clock
from tests.schemas.whole_codec import CODEC

LIMIT = Limit(
    amount=5, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="always", document=""
)
CLOCK = Clock(kind="arrive", state="running", started_at=1, due_at=2, limit=LIMIT)


@given(st.fixed_dictionaries({}, optional={"due_at": st.integers(), "state": st.sampled_from(["met", "breached"])}))
def test_it_is_what_dataclasses_make(changes: dict[str, object]) -> None:
    assert replace(CLOCK, **changes) == dataclasses.replace(CLOCK, **changes)  # type: ignore[arg-type]
    assert (CLOCK.due_at, CLOCK.state) == (2, "running")


def test_what_was_decoded_can_be_changed_and_stays_frozen() -> None:
    tick = CODEC.decode(CODEC.encode(Tick(sent_at=1)))
    later = replace(tick, sent_at=2)
    assert (tick.sent_at, later) == (1, Tick(sent_at=2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        later.sent_at = 3


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="Clock has no field amount"):
        replace(CLOCK, amount=6)  # type: ignore[call-arg]
