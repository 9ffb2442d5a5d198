"""`connectors`: what the connectors of 67 systems cost and carry.

Idle: the process of those that fetch and the gateway of those that are pushed. `rows_a_second`: a hundred times the
catalogue's rates through a whole hub, with nothing lost or doubled. Single pushes, and a backfill beside live alarms:
see `pushes.py` and `backfill.py`.
"""

from streams.up.parts import CONNECTORS, GATEWAY
from tests.benchmarks.backfill import measure_backfill
from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.figures import Figure, median_of
from tests.benchmarks.pushes import measure_pushes
from tests.benchmarks.whole_hub import WholeHub, cost_of, settle, whole_hub
from tests.up.hub_process import HubProcess

CASE, ENGINE = "connectors", "hub"
SETTLE_SECONDS, WINDOW_SECONDS = 30.0, 30.0
TIMES_THE_CATALOGUE = 100
PLAY_SECONDS, ENDED_SECONDS = 60, 400.0


def measure(bench: Bench) -> list[Figure]:
    """Medians of `bench.rounds` windows and rounds; one play, one backfill."""
    with whole_hub(bench, "idle") as hub:
        settle(SETTLE_SECONDS)
        idle = [figure for _ in range(bench.rounds) for figure in _measure_idle(hub, bench)]
    rate = _measure_rate(bench)
    return [*median_of(idle), *rate, *median_of(measure_pushes(bench)), *measure_backfill(bench)]


def _measure_idle(hub: WholeHub, bench: Bench) -> list[Figure]:
    cost = cost_of(hub, WINDOW_SECONDS)
    percent = sum(cost.percent[name] for name in (CONNECTORS, GATEWAY))
    mebibytes = sum(cost.mebibytes[name] for name in (CONNECTORS, GATEWAY))
    bench.say(f"{CASE}: idle {percent:.1f} % {mebibytes:.0f} MiB")
    return [
        Figure(CASE, ENGINE, "idle_cpu_percent", round(percent, 1), "%", {"processes": "2"}),
        Figure(CASE, ENGINE, "idle_rss_mib", round(mebibytes), "MiB", {"processes": "2"}),
    ]


def _measure_rate(bench: Bench) -> list[Figure]:
    """Rows that the departments' ledger holds for each second of a play, all of them arrived once."""
    times = str(TIMES_THE_CATALOGUE)
    process = HubProcess(bench.folder / "rate", "--speed", times, "--for", str(PLAY_SECONDS), "--json")
    try:
        summary = process.summary(ENDED_SECONDS)
    finally:
        process.kill()
    if summary["lost"] or summary["doubled"]:
        raise WrongResult(f"{CASE}: lost {summary['lost']}, doubled {summary['doubled']}")
    bench.say(f"{CASE}: {summary}")
    labels = {"times_the_catalogue": times, "seconds": str(PLAY_SECONDS)}
    return [
        Figure(CASE, ENGINE, "rows_a_second", round(summary["events"] / PLAY_SECONDS), "1/s", labels),
        Figure(CASE, ENGINE, "report_p99_ms", summary["latency_ms"]["p99"], "ms", labels),
    ]
