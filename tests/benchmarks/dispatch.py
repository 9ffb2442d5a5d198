"""`dispatch`: how soon an order goes out, a year replayed, deadlines that an oracle agrees with."""

from tests.benchmarks.bench import Bench
from tests.benchmarks.deadlines import compare_deadlines
from tests.benchmarks.figures import Figure
from tests.benchmarks.order_latency import measure_orders
from tests.benchmarks.year import measure_year


def measure(bench: Bench) -> list[Figure]:
    """Orders: the median of `bench.rounds` rounds; the year and the deadlines: once."""
    return [*measure_orders(bench), *measure_year(bench), *compare_deadlines(bench)]
