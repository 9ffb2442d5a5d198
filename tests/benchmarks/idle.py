"""`idle`: what a hub costs while next to nothing happens: workers, connectors, gateway, wall, Redis, supervisor.

`cpu_percent` of one core without Kafka, and Kafka's own beside it; `rss_mib` with Kafka.
"""

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, median_of
from tests.benchmarks.whole_hub import KAFKA, WholeHub, cost_of, settle, whole_hub

CASE = "idle"
ENGINE = "hub"
SETTLE_SECONDS = 30.0
WINDOW_SECONDS = 30.0


def measure(bench: Bench) -> list[Figure]:
    """The median of `bench.rounds` windows of one run."""
    with whole_hub(bench, CASE) as hub:
        settle(SETTLE_SECONDS)
        return median_of([figure for _ in range(bench.rounds) for figure in _measure_window(hub, bench)])


def _measure_window(hub: WholeHub, bench: Bench) -> list[Figure]:
    cost = cost_of(hub, WINDOW_SECONDS)
    percent, resident = cost.percent, cost.mebibytes
    bench.say(f"{CASE}: " + ", ".join(f"{name} {percent[name]:.1f} % {resident[name]:.0f} MiB" for name in percent))
    labels = {"processes": str(len(percent))}
    return [
        Figure(CASE, ENGINE, "cpu_percent", round(sum(percent.values()) - percent[KAFKA], 1), "%", labels),
        Figure(CASE, KAFKA, "cpu_percent", round(percent[KAFKA], 1), "%", {}),
        Figure(CASE, ENGINE, "rss_mib", round(sum(resident.values())), "MiB", labels),
    ]
