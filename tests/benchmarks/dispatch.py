"""`dispatch`: how soon an order goes out, many due at once, a year replayed, deadlines that an oracle agrees with."""

from tests.benchmarks.bench import Bench
from tests.benchmarks.deadlines import compare_deadlines
from tests.benchmarks.due_burst import measure_due_burst
from tests.benchmarks.figures import Figure
from tests.benchmarks.order_latency import measure_orders
from tests.benchmarks.year import measure_year


def measure(bench: Bench) -> list[Figure]:
    """Orders: the median of `bench.rounds` rounds; the rest once."""
    return [*measure_orders(bench), *measure_due_burst(bench), *measure_year(bench), *compare_deadlines(bench)]
