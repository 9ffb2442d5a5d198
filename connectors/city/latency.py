"""From the hand-over of a row to the figure on the wall that it changed: the ledger's moment against Kafka's.

A tile's record carries the id of the row that all began with, so that the first one of each row can be found. Both
moments are of one machine's clock.
"""

from collections.abc import Iterable, Mapping
from statistics import quantiles

from connectors.city.kafka import read_since
from connectors.city.ledger import Ledger
from streams.cloudevents import attributes
from streams.topology import Topology

TILES = "hub.view.tiles.v1"


def latencies(bootstrap: str, topology: Topology, ledger: Ledger, since: int) -> list[float]:
    """Milliseconds of every row handed over since an instant (milliseconds) that changed a tile; KafkaAway."""
    shown_at = _shown_at(bootstrap, topology.topic_name(TILES), since)
    return [max(0, shown_at[row] - at) for row, at in ledger.hand_overs_since(since) if row in shown_at]


def percentiles(milliseconds: Iterable[float]) -> dict[str, float | None]:
    """Median and 99th percentile, None where there are too few to say."""
    measured = sorted(milliseconds)
    if len(measured) < 2:
        return {"p50": None, "p99": None}
    cuts = quantiles(measured, n=100, method="inclusive")
    return {"p50": round(cuts[49], 1), "p99": round(cuts[98], 1)}


def _shown_at(bootstrap: str, topic: str, since: int) -> Mapping[str, int]:
    """When the first tile of each row was appended, by the row's id."""
    shown: dict[str, int] = {}
    for message in read_since(bootstrap, [topic], since):
        _, at = message.timestamp()
        trace = attributes(message.headers()).get("trace")  # type: ignore[arg-type]  # bytes, whatever the stubs say
        if trace is not None:
            shown[trace] = min(at, shown.get(trace, at))
    return shown
