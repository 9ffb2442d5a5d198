"""A record of a log as it was read, and the order in which everything was appended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

INCIDENTS = "hub.log.incidents.v1"
MATTERS = "hub.log.matters.v1"
DELIVERIES = "hub.log.deliveries.v1"
NOTICES = "hub.notice.matters.v1"
TOPICS = (INCIDENTS, MATTERS, DELIVERIES, NOTICES)
"""What of the same millisecond comes first: what was reported, decided, delivered, told."""

Order = tuple[int, int, int, int]


@dataclass(frozen=True)
class Logged:
    """One record; `identity` is its id, under which it may stand a second time, `appended_at` milliseconds."""

    topic: str
    partition: int
    offset: int
    appended_at: int
    identity: str
    data: bytes
    fact: Any

    @property
    def position(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def order(self) -> Order:
        return self.appended_at, TOPICS.index(self.topic), self.partition, self.offset


Logs = Callable[[str], Iterable[Logged]]
"""Reads a topic by its bare name, as often as it is asked, each partition in its order."""


def once(records: Iterable[Logged]) -> list[Logged]:
    """In the order in which they were appended, each once: what stands a second time is dropped, as by its reader."""
    first: dict[tuple[str, str], Logged] = {}
    for record in sorted(records, key=lambda one: one.order):
        first.setdefault((record.topic, record.identity or record.position), record)
    return list(first.values())
