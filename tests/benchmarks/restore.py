"""`restore`: rows a second from the changelog into tables with their due index ready, for `events` pending clocks."""

from tests.benchmarks.bench import Bench
from tests.benchmarks.clock_facts import append, armed, now
from tests.benchmarks.clocks import FAR_AWAY_MILLISECONDS, PARTITIONS, PATIENCE_SECONDS, PROCESSOR
from tests.benchmarks.figures import Figure, median_of
from tests.benchmarks.hub_worker import HubWorker
from tests.benchmarks.jobs import fresh_job, fresh_topic, read_to_its_end

CASE = "restore"
ENGINE = "hub"


def measure(bench: Bench) -> list[Figure]:
    """The median of `bench.rounds` restarts of one worker, each after a SIGKILL."""
    due_at = now() + FAR_AWAY_MILLISECONDS
    samples = []
    with (
        bench.broker() as bootstrap,
        fresh_topic(bootstrap, "bench.log.clocks", PARTITIONS) as log,
        fresh_job(bootstrap, log, PARTITIONS, bench.folder / CASE) as job,
    ):
        append(bootstrap, log, (armed("A", number, due_at) for number in range(bench.events)))
        with HubWorker(PROCESSOR, job) as worker:
            worker.wait_until(read_to_its_end(job), PATIENCE_SECONDS)
            for _ in range(bench.rounds):
                worker.kill()
                samples.append(_measure_restart(worker, bench))
    return median_of(samples)


def _measure_restart(worker: HubWorker, bench: Bench) -> Figure:
    """The worker's own figures: rows read, and seconds until its due index was ready."""
    worker.start()
    worker.wait_until(
        lambda: worker.is_up() and worker.figure("hub_clock_pending_entries") == bench.events, PATIENCE_SECONDS
    )
    rows = worker.figure("hub_processor_restore_rows_total")
    rows_per_second = round(rows / worker.figure("hub_processor_restore_seconds_sum"))
    bench.say(f"{CASE}: rows_per_second {rows_per_second:,g}")
    return Figure(CASE, ENGINE, "rows_per_second", rows_per_second, "1/s", {"rows": f"{rows:g}"})
