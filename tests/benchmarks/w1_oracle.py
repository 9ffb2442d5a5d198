"""Counts the readings again, on its own, and compares what an engine published before its figures count."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.benchmarks import w1_wire
from tests.benchmarks.topic_reader import read_topic

SHOWN = 5


@dataclass
class Facility:
    """What has been counted of one facility."""

    counts: Counter[str] = field(default_factory=Counter)
    total: int = 0
    last: Mapping[str, Any] = field(default_factory=dict)
    partition: int = 0
    as_of: int = 0

    def profile(self) -> dict[str, Any]:
        """What its last view must say."""
        return {
            "facility": self.last["key"],
            "region": self.last["region"],
            "counts": dict(self.counts),
            "events": self.counts.total(),
            "total": self.total,
            "last_value": self.last["value"],
            "last_at": self.last["occurred_at"],
            "as_of": self.as_of,
        }

    def headers(self) -> w1_wire.Headers:
        """The CloudEvents headers of its last view."""
        identity = w1_wire.derived_id(self.partition, self.last["id"])
        return w1_wire.headers(identity, self.last["key"], self.as_of, self.last["trace"])


@dataclass(frozen=True)
class Expectation:
    """What the readings must come to: the last view of each facility and the id of every view."""

    facilities: Mapping[str, Facility]
    identities: frozenset[str]


class View(NamedTuple):
    """One view as an engine published it."""

    partition: int
    value: bytes
    headers: w1_wire.Headers


@dataclass(frozen=True)
class Published:
    """What an engine published, and when: append times of its first and last view in milliseconds."""

    last_views: Mapping[str, View]
    identities: Counter[str]
    first_at: int
    last_at: int


def expect(bootstrap: str, topic: str, partitions: int) -> Expectation:
    """Count what lies in the topic of readings."""
    facilities: defaultdict[str, Facility] = defaultdict(Facility)
    identities = set()
    for message in read_topic(bootstrap, topic, partitions):
        reading = w1_wire.decode_reading(message.value() or b"")
        facility = facilities[reading["key"]]
        facility.counts[reading["category"]] += 1
        facility.total += reading["value"]
        facility.last = reading
        facility.partition = message.partition()
        facility.as_of = message.timestamp()[1]
        identities.add(w1_wire.derived_id(message.partition(), reading["id"]))
    return Expectation(dict(facilities), frozenset(identities))


def read_published(bootstrap: str, topic: str, partitions: int) -> Published:
    """All views that an engine has committed."""
    last_views: dict[str, View] = {}
    identities: Counter[str] = Counter()
    appended: list[int] = []
    for message in read_topic(bootstrap, topic, partitions):
        headers = list(message.headers() or [])
        view = View(message.partition(), message.value() or b"", headers)
        last_views[(message.key() or b"").decode()] = view
        identities[_identity(headers)] += 1
        appended.append(message.timestamp()[1])
    return Published(last_views, identities, min(appended, default=0), max(appended, default=0))


def differences(expected: Expectation, published: Published) -> list[str]:
    """Where the two differ, in words, the first few of each kind; empty where every view came once and is right."""
    twice = [identity for identity, times in published.identities.items() if times > 1]
    missing = expected.identities - published.identities.keys()
    unexpected = published.identities.keys() - expected.identities
    found = [
        f"{len(identities)} views {what}, such as {sorted(identities)[:SHOWN]}"
        for what, identities in (("published twice", twice), ("missing", missing), ("unexpected", unexpected))
        if identities
    ]
    views = published.last_views
    wrong = [key for key, facility in expected.facilities.items() if not _is_right(facility, views.get(key))]
    return found + [f"the last view of {key} is wrong ({len(wrong)} are)" for key in wrong[:SHOWN]]


def _is_right(facility: Facility, view: View | None) -> bool:
    return (
        view is not None
        and w1_wire.decode_profile(view.value) == facility.profile()
        and dict(view.headers) == dict(facility.headers())
        and len(view.headers) == len(facility.headers())
        and view.partition == facility.partition
    )


def _identity(headers: w1_wire.Headers) -> str:
    return next((value.decode() for name, value in headers if name == "ce_id"), "")
