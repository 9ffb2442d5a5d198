"""Of `dispatch`: 10,000 clocks of orders that fall due at one instant, beside a million that are pending.

On a Friday evening routine orders have reached their units, whose clocks run by the office calendar into the next week;
then 10,000 critical orders reach theirs at one instant, and nobody signs for them. `burst_10k_late_seconds` is the time
from that deadline to the last breach committed; each must be declared once, at its deadline.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from streams.codec import Codec
from streams.engine.clock import SimulatedClock
from streams.engine.reading import batches_to_end
from streams.facts.deliveries import Requested
from streams.facts.notices import GiveBack, MatterChanged
from streams.rules.calendar import BEIJING
from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.dispatch_case import CASE, ENGINE
from tests.benchmarks.figures import Figure
from tests.benchmarks.year_facts import GRIDS, MINUTE, Matter, Said, delivered, opened
from tests.benchmarks.year_log import append, wait_until_done, working
from tests.benchmarks.year_place import Place, fresh_place
from tests.benchmarks.year_play import Play

NOTICES = "hub.notice.matters.v1"
CLOCKS_A_ROUTINE_ORDER = 5
"""As `clocks.yaml` has it: signing, acceptance, first contact, resolution, reply."""
BURST = 10_000
CLASS = "burst_main"
EVENING = round(datetime(2025, 3, 7, 18, 30, tzinfo=BEIJING).timestamp() * 1000)
CALLED_AT = EVENING + 30 * MINUTE
DUE_AT = CALLED_AT + 5 * MINUTE


def measure_due_burst(bench: Bench) -> list[Figure]:
    """One run, with `bench.events` clocks pending. Raises WrongResult where a breach is missing, early or twice."""
    pending = max(1, bench.events // CLOCKS_A_ROUTINE_ORDER)
    with fresh_place(bench, "burst") as place:
        append(place, Play((place,), take_call).written(evening(pending, BURST)))
        clock = SimulatedClock(DUE_AT - 1)
        with working(place, clock) as worker:
            wait_until_done(place, worker, DUE_AT - 1)
            began = time.monotonic()
            clock.set_forward(DUE_AT)
            wait_until_done(place, worker, DUE_AT)
            late_seconds = time.monotonic() - began
        _check(place)
    bench.say(f"{CASE}: burst_10k_late_seconds {late_seconds:.2f}")
    labels = {"pending": str(bench.events), "due": str(BURST)}
    return [Figure(CASE, ENGINE, "burst_10k_late_seconds", round(late_seconds, 2), "s", labels)]


def evening(pending: int, burst: int) -> Iterator[Said]:
    """So many routine matters, then the burst of critical ones."""
    for number in range(pending):
        at = EVENING + number * 20 * MINUTE // pending
        yield at, opened(Matter(number, at, CLASS, "routine", GRIDS[number % len(GRIDS)]))
    for number in range(pending, pending + burst):
        yield CALLED_AT - 1, opened(Matter(number, CALLED_AT - 1, CLASS, "critical", GRIDS[number % len(GRIDS)]))


def take_call(requested_at: int, asked: Requested | GiveBack) -> Iterator[Said]:
    """Units say nothing; critical calls reach them all at one instant."""
    if isinstance(asked, Requested) and asked.kind == "order":
        at = CALLED_AT if asked.urgency == "critical" else requested_at
        yield at, delivered(asked, at)


def _check(place: Place) -> None:
    codec = Codec.load()
    found: Counter[str] = Counter()
    starts = dict.fromkeys(range(place.partitions(NOTICES)), 0)
    for messages in batches_to_end(place.bootstrap, place.topology.topic_name(NOTICES), starts):
        for message in messages:
            notice = codec.decode(message.value() or b"")
            if isinstance(notice, MatterChanged) and notice.change == "breached":
                if notice.changed_at != DUE_AT or notice.clock != "acknowledge":
                    raise WrongResult(f"{notice.order_no}: {notice.clock} was declared late at {notice.changed_at}")
                found[notice.order_no or ""] += 1
    if len(found) != BURST or found.total() != BURST:
        raise WrongResult(f"{len(found)} of {BURST} orders were declared late, {found.total()} times")
