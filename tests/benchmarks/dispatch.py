"""`dispatch`: deadlines that an oracle agrees with, and how soon an order goes out."""

from tests.benchmarks.bench import Bench
from tests.benchmarks.deadlines import compare_deadlines
from tests.benchmarks.figures import Figure
from tests.benchmarks.order_latency import measure_orders


def measure(bench: Bench) -> list[Figure]:
    """Deadlines are counted once; what is timed is the median of `bench.rounds` rounds."""
    return [*measure_orders(bench), *compare_deadlines(bench)]
