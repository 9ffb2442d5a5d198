"""`clocks`: arming and cancelling, the memory of a clock, a burst of due moments, a restart with all of them pending.

One worker with four partitions, one after the other: pairs are armed and cancelled; `events` clocks are armed for a
moment far away; 10,000 more come due within one second; the worker is killed and started again. Each clock of the burst
must fire once and not early before any figure counts.
"""

import time
from collections import Counter
from collections.abc import Callable

from streams.codec import Codec
from streams.schema_files import SCHEMAS
from tests.benchmarks.bench import BENCH_SCHEMAS, Bench, WrongResult
from tests.benchmarks.clock_facts import append, armed, now, pairs
from tests.benchmarks.figures import Figure, median_of
from tests.benchmarks.hub_worker import HubWorker
from tests.benchmarks.jobs import fresh_job, fresh_topic, read_to_its_end
from tests.benchmarks.peers.job import Job
from tests.benchmarks.topic_reader import Follower, read_topic

CASE = "clocks"
ENGINE = "hub"
PROCESSOR = "tests.benchmarks.clock_processor:BenchClocks"
PARTITIONS = 4
EVENTS_A_PAIR = 5
BURST = 10_000
BURST_AFTER_MILLISECONDS = 20_000
FAR_AWAY_MILLISECONDS = 365 * 86_400_000
PATIENCE_SECONDS = 600.0
SHOWN_SECONDS = 10.0


def measure(bench: Bench) -> list[Figure]:
    """The median of `bench.rounds` rounds; `bench.events` clocks are pending."""
    samples = []
    with bench.broker() as bootstrap:
        for number in range(bench.rounds):
            with (
                fresh_topic(bootstrap, "bench.log.clocks", PARTITIONS) as log,
                fresh_job(bootstrap, log, PARTITIONS, bench.folder / f"clocks-{number}") as job,
            ):
                samples += _Round(job, bench).measure()
    return median_of(samples)


class _Round:
    """One worker's life."""

    def __init__(self, job: Job, bench: Bench) -> None:
        self._job = job
        self._bench = bench
        self._codec = Codec.load(SCHEMAS, BENCH_SCHEMAS)

    def measure(self) -> list[Figure]:
        job, clocks = self._job, self._bench.events
        count = max(1, clocks // EVENTS_A_PAIR)
        append(job.bootstrap, job.log, pairs("X", count, now() + FAR_AWAY_MILLISECONDS))
        with HubWorker(PROCESSOR, job) as worker:
            pairs_per_second = self._measure_pairs(worker, count)
            before = worker.resident_bytes()
            append(
                job.bootstrap, job.log, (armed("P", number, now() + FAR_AWAY_MILLISECONDS) for number in range(clocks))
            )
            worker.wait_until(read_to_its_end(job), PATIENCE_SECONDS)
            bytes_per_clock = (worker.resident_bytes() - before) / clocks
            late_seconds = self._measure_burst(worker)
            worker.kill()
            restart_seconds = self._measure_restart(worker)
        figures = [
            self._figure("arm_cancel_pairs_per_second", round(pairs_per_second), "1/s"),
            self._figure("bytes_per_clock", round(bytes_per_clock), "B"),
            self._figure("burst_10k_late_seconds", late_seconds, "s"),
            self._figure("restart_seconds", restart_seconds, "s"),
        ]
        self._bench.say(f"{CASE}: " + ", ".join(f"{one.metric} {one.value:,g}" for one in figures))
        return figures

    def _figure(self, metric: str, value: float, unit: str) -> Figure:
        return Figure(CASE, ENGINE, metric, value, unit, {"pending": str(self._bench.events)})

    def _measure_pairs(self, worker: HubWorker, count: int) -> float:
        """Pairs a second, between the first and the last row of the changelog."""
        job = self._job
        worker.wait_until(read_to_its_end(job), PATIENCE_SECONDS)
        appended = [row.timestamp()[1] for row in read_topic(job.bootstrap, job.changelog, PARTITIONS)]
        self._expect_pending(worker, 0)
        return count * 1000 / (max(appended) - min(appended))

    def _measure_burst(self, worker: HubWorker) -> float:
        """How late, in seconds, the last of 10,000 clocks of one second could be read as committed."""
        job = self._job
        first_due_at = now() + BURST_AFTER_MILLISECONDS
        append(job.bootstrap, job.log, (armed("B", number, first_due_at + number % 1_000) for number in range(BURST)))
        worker.wait_until(read_to_its_end(job), PATIENCE_SECONDS)
        if now() >= first_due_at:
            raise WrongResult(f"{CASE}: the burst was not armed in time")
        fired: Counter[str] = Counter()
        late = 0
        with Follower(job.bootstrap, job.views, PARTITIONS) as views:
            while fired.total() < BURST and now() < first_due_at + PATIENCE_SECONDS * 1000:
                for view in views.read():
                    clock = self._codec.decode(view.value() or b"")
                    if now() < clock.due_at or view.timestamp()[1] < clock.due_at:
                        raise WrongResult(f"{CASE}: {clock.order_no} fired early")
                    fired[clock.order_no] += 1
                    late = max(late, now() - clock.due_at)
        expected = {armed("B", number, 0).order_no for number in range(BURST)}
        if set(fired) != expected or fired.total() != BURST:
            raise WrongResult(f"{CASE}: {len(expected - set(fired))} clocks did not fire, {fired.total()} firings")
        return late / 1000

    def _measure_restart(self, worker: HubWorker) -> float:
        """Seconds from the start of the killed worker to its first record, waiting in the log, committed."""
        job = self._job
        append(job.bootstrap, job.log, [armed("R", 0, now() + FAR_AWAY_MILLISECONDS)])
        is_read: Callable[[], bool] = read_to_its_end(job)
        began = time.monotonic()
        worker.start()
        worker.wait_until(is_read, PATIENCE_SECONDS)
        seconds = time.monotonic() - began
        self._expect_pending(worker, self._bench.events + 1)
        return round(seconds, 2)

    def _expect_pending(self, worker: HubWorker, clocks: int) -> None:
        """The worker shows what it has at the end of a turn, so it is given a moment."""
        worker.wait_until(lambda: worker.figure("hub_clock_pending_entries") == clocks, SHOWN_SECONDS)
