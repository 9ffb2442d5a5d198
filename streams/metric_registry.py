"""What the catalogue of metrics is made of: the registry, what a metric is, what bounds each label."""

from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

MetricKind = Literal["counter", "gauge", "histogram"]
MOST_VALUES = 64
OTHER = "other"

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)


@dataclass(frozen=True)
class Metric:
    """One metric: `name` as it is scraped (a histogram's without `_bucket`, `_sum`, `_count`)."""

    name: str
    kind: MetricKind
    help: str
    labels: tuple[str, ...]


CATALOGUE: dict[str, Metric] = {}

LABELS = {
    "processor": "a processor of `topology.yaml`",
    "partition": "a partition of that processor's log",
    "port": "a port of that processor",
    "kind": "the schema of what was written",
    "outcome": "how it ended; a closed set per metric",
    "stage": "`connector`, `gateway`, `decode`, `apply`, `due`, `dispute`",
    "reason": f"a stable code; after {MOST_VALUES} different ones `{OTHER}`",
    "difference": "`missing`, `changed` (outputs), `entries` (of tables)",
    "system": "a department system of `topology.yaml`",
    "unit": "a unit of the city whose answers come in files",
    "door": "a route of the gateway, as a template",
    "state": "`proposed`, `signed`, `answered`",
    "status": "`2xx`, `4xx`, `5xx`",
    "violation": "what `hub watch ownership` finds; a closed set",
    "watch": "`ownership`, `anchor`",
    "act": "what a receipt is given for; a closed set",
    "unusual": "what `hub person receipts --unusual` finds; a closed set",
    "version": "of the hub",
    "code": "version of the code as positions carry it",
    "role": "what the process is: `worker`, `connectors`, `gateway`, `wall`",
}
"""What bounds the values of each label."""

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PATIENT = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 3600.0)
SIZES = (1.0, 5.0, 10.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2000.0)


def _enter(name: str, kind: MetricKind, text: str, labels: tuple[str, ...]) -> str:
    if name in CATALOGUE:
        raise ValueError(f"metric {name} is named twice")
    CATALOGUE[name] = Metric(name, kind, text, labels)
    return name


def a_counter(name: str, text: str, *labels: str) -> Counter:
    """A metric that only grows; ValueError where its name stands already."""
    return Counter(_enter(name, "counter", text, labels), text, labels, registry=REGISTRY)


def a_gauge(name: str, text: str, *labels: str) -> Gauge:
    """A metric that goes up and down."""
    return Gauge(_enter(name, "gauge", text, labels), text, labels, registry=REGISTRY)


def a_histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    """How often a value lay below each of the buckets."""
    return Histogram(_enter(name, "histogram", text, labels), text, labels, registry=REGISTRY, buckets=buckets)
