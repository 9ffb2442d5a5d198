"""The city's rules as facts: every item and then `in_force`, to each partition of each log they affect (design 2.4).

Which log an item goes to is the wiring's word: the topics that list its schema. A version is named
`<number>-<hash of the items>`, so that publishing what is in force changes nothing, publishing again after a crash
writes the same ids, and going back to earlier rules is a version of its own. Which version was written last stands
in `hub.cursors.v1` under `rules`, after Kafka has acknowledged all of it.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from streams.cities.city import City, Rule
from streams.codec import Codec
from streams.contract import KINDS, Fact
from streams.facts.cursors import Cursor
from streams.facts.incidents import IncidentActRule
from streams.facts.joint import JointRule
from streams.facts.matching import Happening, Matching
from streams.facts.measures import MeasureRule
from streams.facts.person_access import PersonAccess, PersonActRule
from streams.facts.rules import (
    RULES_KEY,
    Call,
    ClockLimit,
    Day,
    Ending,
    IncidentClass,
    InForce,
    Item,
    Ladder,
    OfficeHours,
    RecorderRole,
    ReplyRoute,
    RequestRule,
    Stages,
    Supervision,
    Unit,
    Year,
)
from streams.facts.services import PersonCounting, PersonService
from streams.facts.warnings import WarningRule
from streams.kafka import UNSTAMPED, KafkaError, KafkaException, TopicDescription, Topics, open_producer
from streams.topic_reader import NotReadable, read_topic
from streams.topology import Topology

CURSORS = "hub.cursors.v1"
SOURCE = "rules"
WRITE_SECONDS = 30.0
KNOWN_SECONDS, PAUSE_SECONDS = 3.0, 0.1
"""How long a topic may be unknown to the broker that is asked: `hub topics` may have just created it."""


class NotPublished(Exception):
    """The rules could not be written as a whole; publishing again completes them."""


@dataclass(frozen=True)
class Published:
    """The version written last: its name, and the partitions of each log that it was written to."""

    version: str
    logs: dict[str, int]

    @classmethod
    def of(cls, cursor: Cursor) -> "Published":
        """What was noted when it was written as a whole."""
        return cls(**json.loads(cursor.position))

    @property
    def number(self) -> int:
        return int(self.version.partition("-")[0])

    @property
    def content(self) -> str:
        return self.version.partition("-")[2]


@dataclass(frozen=True)
class Outcome:
    """What `publish` did: the version in force, whether it is new, how many records were written."""

    version: str
    changed: bool
    records: int


def content_of(city: City, codec: Codec) -> str:
    """A short name for what the items say, the same for the same items in any order."""
    digest = hashlib.sha256()
    for encoded in sorted(codec.encode(rule) for rule in city.rules):
        digest.update(encoded)
    return digest.hexdigest()[:12]


def logs_of_rules(topology: Topology) -> dict[str, tuple[str, ...]]:
    """The logs that take rules, and the schemas of the kinds each takes."""
    in_force = KINDS[InForce]
    return {name: topic.schemas for name, topic in topology.topics.items() if in_force in topic.schemas}


def facts_for(city: City, version: str, schemas: tuple[str, ...]) -> Iterator[Fact]:
    """What one partition of a log gets: the items of its kinds, and `in_force` with their number."""
    items = [rule for rule in city.rules if KINDS[type(rule)] in schemas]
    for rule in items:
        identity = f"{SOURCE}:{version}:{name_of(rule)}"
        yield replace(rule, version=version, id=identity, source=SOURCE, trace=identity)
    identity = f"{SOURCE}:{version}:in_force"
    yield InForce(
        id=identity,
        key=RULES_KEY,
        source=SOURCE,
        trace=identity,
        occurred_at=city.effective_at,
        version=version,
        effective_at=city.effective_at,
        items=len(items),
    )


NAMES: Mapping[type[Fact], Callable[[Any], str]] = {
    IncidentClass: lambda rule: f"incident_class:{rule.incident_class}",
    Call: lambda rule: f"call:{rule.incident_class}.{rule.urgency}",
    ClockLimit: lambda rule: ".".join(
        (f"clock_limit:{rule.urgency}", rule.complexity, rule.kind, *filter(None, (rule.incident_class,)))
    ),
    Ending: lambda rule: f"ending:{rule.urgency}",
    RequestRule: lambda rule: f"request_rule:{rule.request}.{rule.urgency}.{rule.reason}.{rule.unit or 'any'}",
    Stages: lambda rule: f"stages:{rule.incident_class}.{rule.urgency}",
    RecorderRole: lambda rule: f"recorder:{rule.role}",
    Unit: lambda rule: f"unit:{rule.unit}",
    ReplyRoute: lambda rule: f"reply_route:{rule.system}",
    Item: lambda rule: f"item:{rule.item}",
    Ladder: lambda rule: f"ladder:{rule.ladder}",
    Supervision: lambda rule: f"supervision:{rule.urgency}",
    Day: lambda rule: f"day:{rule.date}",
    Year: lambda rule: f"year:{rule.year}",
    OfficeHours: lambda rule: f"office_hours:{rule.calendar}",
    MeasureRule: lambda rule: f"measure:{rule.measure}",
    IncidentActRule: lambda rule: f"incident_act:{rule.act}",
    JointRule: lambda rule: f"joint:{rule.urgency}",
    PersonService: lambda rule: f"person_service:{rule.kind}",
    PersonCounting: lambda _: "person_counting",
    Matching: lambda _: "matching",
    Happening: lambda rule: f"happening:{rule.happening}",
    PersonAccess: lambda rule: f"person_access:{rule.role}.{rule.purpose}",
    PersonActRule: lambda rule: f"person_act:{rule.act}",
    WarningRule: lambda rule: f"warning:{rule.event_code}",
}


def name_of(rule: Rule) -> str:
    """Kind and item, unique within a version."""
    return NAMES[type(rule)](rule)


class Rules:
    """The rules on a cluster. Raises NotPublished, also where the cluster does not answer."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec) -> None:
        self._bootstrap = bootstrap
        self._topology = topology
        self._codec = codec

    def publish(self, city: City, *, stamped_at: int = UNSTAMPED) -> Outcome:
        """Write the city's rules unless they are in force; `stamped_at` stamps the records where time is simulated."""
        content = content_of(city, self._codec)
        logs = self._partitions()
        last = self.published()
        same = last is not None and last.content == content
        if last is not None and same and last.logs == logs:
            return Outcome(last.version, changed=False, records=0)
        number = last.number + (not same) if last else 1
        published = Published(f"{number}-{content}", logs)
        return Outcome(published.version, changed=True, records=self._write(city, published, stamped_at))

    def published(self) -> Published | None:
        """The version written last, or None."""
        cursor = self.cursor()
        return Published.of(cursor) if cursor else None

    def cursor(self) -> Cursor | None:
        """What was noted when a version was last written as a whole, or None."""
        found: Cursor | None = None
        try:
            for message in read_topic(self._bootstrap, self._topology.topic_name(CURSORS)):
                value = message.value()
                if message.key() == SOURCE.encode() and value is not None:
                    found = self._codec.decode(value)
        except NotReadable as error:
            raise NotPublished(str(error)) from error
        return found

    def _partitions(self) -> dict[str, int]:
        names = {self._topology.topic_name(name): name for name in logs_of_rules(self._topology)}
        wanted = [*names, self._topology.topic_name(CURSORS)]
        give_up_at = time.monotonic() + KNOWN_SECONDS
        while missing := [name for name in wanted if name not in (found := self._describe(wanted))]:
            if time.monotonic() > give_up_at:
                raise NotPublished(f"no topic {', '.join(missing)}: `hub topics` creates what is missing")
            time.sleep(PAUSE_SECONDS)
        return {name: found[topic].partitions for topic, name in names.items()}

    def _describe(self, names: list[str]) -> dict[str, TopicDescription]:
        try:
            return Topics(self._bootstrap).describe(names)
        except KafkaException as error:
            raise NotPublished(f"Kafka at {self._bootstrap} does not answer: {error.args[0].str()}") from error

    def _write(self, city: City, published: Published, stamped_at: int) -> int:
        writer = _Writer(self._bootstrap, stamped_at)
        for log, schemas in logs_of_rules(self._topology).items():
            values = [self._codec.encode(fact) for fact in facts_for(city, published.version, schemas)]
            for partition in range(published.logs[log]):
                for value in values:
                    writer.write(self._topology.topic_name(log), RULES_KEY, value, partition)
        records = writer.finish()
        position = json.dumps(asdict(published))
        cursor = Cursor(system=SOURCE, position=position, written_at=stamped_at or time.time_ns() // 1_000_000)
        writer.write(self._topology.topic_name(CURSORS), SOURCE, self._codec.encode(cursor), 0)
        writer.finish()
        return records


class _Writer:
    """Writes records and knows that each was acknowledged."""

    def __init__(self, bootstrap: str, stamped_at: int) -> None:
        self._producer = open_producer(bootstrap, message_timeout_ms=int(WRITE_SECONDS * 1000))
        self._stamped_at = stamped_at
        self._written = 0
        self._failures: list[str] = []

    def write(self, topic: str, key: str, value: bytes, partition: int) -> None:
        self._producer.produce(topic, value, key, partition, on_delivery=self._acknowledged, timestamp=self._stamped_at)
        self._producer.poll(0)

    def finish(self) -> int:
        """Wait until all is written; how many records those were so far. NotPublished if one was not."""
        unacknowledged = self._producer.flush(WRITE_SECONDS)
        if self._failures or unacknowledged:
            raise NotPublished("; ".join(self._failures[:3]) or f"{unacknowledged} records were not acknowledged")
        return self._written

    def _acknowledged(self, error: KafkaError | None, message: Any) -> None:
        if error is None:
            self._written += 1
        else:
            self._failures.append(f"{message.topic()}[{message.partition()}]: {error}")
