"""Orders whose clocks are suspended, resumed, extended and answered at random: dispatch ends as the oracle counts.

The oracle is told only what was approved, from when to when; what came of a clock has to follow from that alone.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.engine.memory import NO_FAULTS, Faults
from streams.facts import views
from tests.oracle.counted_time import Hours, Limit, Span, deadline
from tests.processors.kit import HOUR, MINUTE, RULES, Centre, beijing, clock_limit
from tests.processors.requesting import decide, extend, limit, request, request_rule, resume, suspend
from tests.processors.test_clock_limits import OFFICE

OFFICE_HOURS: Hours = ((9 * 60, 12 * 60), (14 * 60, 18 * 60))
START_AT = beijing(2026, 9, 29, 16)
"""Two days before the holiday that ends with a worked Saturday."""

SETTLED_MILLISECONDS = 400 * HOUR
RESOLVE, REPLY = Limit(20, "office_hour"), Limit(3, "office_day", "at", "office_close")
CITY = (
    *RULES,
    *OFFICE,
    clock_limit("urgent", "resolve", 20, "office_hour", calendar="office"),
    clock_limit("urgent", "reply", 3, "office_day", calendar="office", day_end="office_close"),
    request_rule("suspend", "waiting", ["resolve", "reply"], longest=limit(200), times=10, decide_within=limit(5)),
    request_rule("extend", "complex", ["resolve"], unit="office_hour", most=60, times=10, decide_within=limit(5)),
)

Step = tuple[str, int]
"""What is done, and how many minutes pass before it."""

steps = st.lists(
    st.tuples(
        st.sampled_from(["suspend", "extend", "approve", "approve", "approve", "refuse", "resume", "resolve", "reply"]),
        st.integers(0, 3_000),
    ),
    max_size=9,
)


@dataclass
class Ledger:
    """What a second reader of the story knows: what was approved, and when the unit answered."""

    suspended: list[Span] = field(default_factory=list)
    extended: int = 0
    answered: dict[str, int] = field(default_factory=dict)

    def due_at(self, kind: str) -> int:
        asked = RESOLVE if kind == "resolve" else REPLY
        added = self.extended if kind == "resolve" else 0
        spans = [span for span in self.suspended if span[0] < span[1]]
        return deadline(replace(asked, amount=asked.amount + added), START_AT, OFFICE_HOURS, spans)


def play(story: list[Step], faults: Faults = NO_FAULTS) -> tuple[Centre, Ledger]:
    """The order after its story and long enough for every clock to have ended."""
    centre, ledger = Centre(faults, items=CITY, start_at=START_AT), Ledger()
    centre.report("1")
    centre.end_attempt("delivered")
    centre.answer("arrive")
    asked: list[str] = []
    for what, minutes in story:
        centre.wait(minutes * MINUTE)
        if what == "suspend":
            asked.append(suspend(centre, 30 * HOUR))
        elif what == "extend":
            asked.append(extend(centre, 7))
        elif what == "resume":
            _resume(centre, ledger)
        elif what in ("resolve", "reply"):
            _answer(centre, ledger, what)
        elif asked:
            _decide(centre, ledger, asked.pop(0), what)
    centre.wait(SETTLED_MILLISECONDS)
    return centre, ledger


def _decide(centre: Centre, ledger: Ledger, number: str, what: str) -> None:
    waited = request(centre, number)
    decide(centre, number, what)
    if waited.state == "waiting" and request(centre, number).state == "approved":
        if waited.request == "suspend":
            assert waited.until_at is not None
            ledger.suspended.append((waited.requested_at, waited.until_at))
        else:
            ledger.extended += waited.amount or 0


def _resume(centre: Centre, ledger: Ledger) -> None:
    resume(centre)
    if ledger.suspended and ledger.suspended[-1][1] > centre.now:
        ledger.suspended[-1] = ledger.suspended[-1][0], centre.now


def _answer(centre: Centre, ledger: Ledger, what: str) -> None:
    centre.answer(what)
    for kind in ("resolve",) if what == "resolve" else ("resolve", "reply"):
        ledger.answered.setdefault(kind, centre.now)


def in_time(clock: views.Clock) -> bool:
    """Whether what the hub says in the end is that the unit was in time."""
    return clock.state in ("met", "withdrawn")


@given(story=steps)
@settings(max_examples=60, deadline=None)
def test_dispatch_ends_as_the_oracle_counts(story: list[Step]) -> None:
    centre, ledger = play(story)
    for kind in ("resolve", "reply"):
        clock, due_at = centre.clock(kind), ledger.due_at(kind)
        answered_at = ledger.answered.get(kind)
        assert in_time(clock) == (answered_at is not None and answered_at < due_at), kind
        if answered_at is None:
            assert clock.due_at == due_at, kind


@given(story=steps)
@settings(max_examples=40, deadline=None)
def test_no_breach_is_early_lost_or_told_twice_and_every_deadline_that_was_is_kept(story: list[Step]) -> None:
    centre, _ = play(story)
    notices = centre.notices()
    for kind in ("resolve", "reply"):
        clock = centre.clock(kind)
        told = [one for one in notices if one.clock == kind]
        breaches = [one for one in told if one.change == "breached"]
        withdrawn = [one for one in told if one.change == "breach_withdrawn"]
        assert all(one.changed_at == one.due_at for one in breaches)
        assert len(breaches) - len(withdrawn) == (clock.state == "breached")
        moved = [one.due_at for one in told if one.change == "deadline_moved"]
        assert moved == [*(move.was_due_at for move in clock.moves[1:]), *([clock.due_at] if clock.moves else [])]
        assert clock.state != "running"
    spans = centre.order().suspensions
    assert all(one.until_at <= other.from_at for one, other in pairwise(spans))


@given(story=steps, seed=st.integers(0, 1_000))
@settings(max_examples=15, deadline=None)
def test_what_comes_of_it_does_not_depend_on_batches_or_on_who_dies(story: list[Step], seed: int) -> None:
    calm, _ = play(story)
    tried, _ = play(story, Faults(seed=seed, batch=3, crash_before_commit=0.2, crash_after_commit=0.2))
    assert tried.notices() == calm.notices()
    assert tried.matters() == calm.matters()
