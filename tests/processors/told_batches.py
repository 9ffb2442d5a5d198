"""The sources' processor in memory: batches that a connector tells of, and what is shown of their system then."""

from typing import Any

from streams.engine.memory import MemoryHub
from streams.facts import views
from streams.facts.sources import Observed
from streams.processors.sources import Sources
from tests.processors.kit import SOURCE_VIEW, SOURCES, START_AT, codec, topology

SYSTEM = "ga_alarm110"


def sources_hub() -> MemoryHub:
    return MemoryHub(topology(), {"sources": Sources()}, codec(), START_AT)


def tell(hub: MemoryHub, *, rows: int = 1, **said: Any) -> None:
    """A connector tells of one batch, now: good rows without items, fresh for 5 s, unless it is said otherwise."""
    usual: dict[str, Any] = {
        "id": f"batch:{hub.now}", "system": SYSTEM, "facts": rows, "wrong": 0, "late": 0, "newest_at": hub.now,
        "items": {}, "fresh_seconds": 5,
    }  # fmt: skip
    fields = {**usual, **said}
    hub.publish(SOURCES, Observed(key=fields["system"], occurred_at=hub.now, rows=rows, **fields))
    hub.settle()


def source(hub: MemoryHub, system: str = SYSTEM) -> views.Source:
    """What the view shows of a system."""
    shown: views.Source = hub.latest(SOURCE_VIEW)[system]
    return shown
