"""The rules as the logs hold them: what was published last, read back, item by item."""

from dataclasses import dataclass

from streams.cities.city import Rule
from streams.codec import Codec, CodecError, Origin
from streams.contract import KINDS, Fact
from streams.facts.rules import RULES_KEY, InForce
from streams.kafka import OFFSET_BEGINNING
from streams.rules_publication import NotPublished, Published, Rules, logs_of_rules, name_of
from streams.topic_reader import NotReadable, offsets_since, read_topic
from streams.topology import Topology

PARTITION = 0
"""All partitions of a log have the same rules."""

MARGIN_MILLISECONDS = 600_000
"""How long writing may take and clocks of publisher and broker differ; beyond it the log is read from its start."""


@dataclass(frozen=True)
class PublishedRules:
    """The version published last. `effective_at` (milliseconds) may lie ahead; `gone` are schemas no log holds now."""

    version: str
    effective_at: int
    rules: tuple[Rule, ...]
    gone: frozenset[str]


class PublishedReader:
    """Reads the published rules back from the logs. Raises NotPublished, also where the cluster does not answer."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec) -> None:
        self._bootstrap = bootstrap
        self._topology = topology
        self._codec = codec

    def read(self) -> PublishedRules | None:
        """The version published last, or None."""
        cursor = Rules(self._bootstrap, self._topology, self._codec).cursor()
        if cursor is None:
            return None
        version = Published.of(cursor).version
        found: dict[str, Rule] = {}
        kept: set[str] = set()
        effective_at = 0
        for log, schemas in self._logs().items():
            facts = self._version(log, version, cursor.written_at)
            for fact in facts:
                if isinstance(fact, InForce):
                    effective_at = fact.effective_at
                elif isinstance(fact, Rule) and KINDS[type(fact)] in schemas:
                    found[name_of(fact)] = fact
            kept |= schemas if facts else set()
        wanted = {schema for schemas in self._logs().values() for schema in schemas}
        return PublishedRules(version, effective_at, tuple(found.values()), frozenset(wanted - kept))

    def _logs(self) -> dict[str, set[str]]:
        """Where each kind is read: of the logs that have it, the one that keeps its records for longest."""
        known = {name for name in KINDS.values() if name.startswith("rules.")} - {KINDS[InForce]}
        chosen: dict[str, set[str]] = {}
        logs = logs_of_rules(self._topology)
        for schema in sorted(known):
            holding = [log for log, schemas in logs.items() if schema in schemas]
            if holding:
                chosen.setdefault(max(holding, key=self._kept_days), set()).add(schema)
        return chosen

    def _kept_days(self, log: str) -> float:
        return self._topology.topics[log].retention_days or float("inf")

    def _version(self, log: str, version: str, written_at: int) -> list[Fact]:
        """All facts of a version in one partition, `in_force` last; empty where the log no longer has all of them."""
        name = self._topology.topic_name(log)
        try:
            starts = offsets_since(self._bootstrap, name, [PARTITION], written_at - MARGIN_MILLISECONDS)
            for start in (starts.get(PARTITION), OFFSET_BEGINNING):
                if start is not None and (facts := self._from(log, version, start)):
                    return facts
        except NotReadable as error:
            raise NotPublished(str(error)) from error
        return []

    def _from(self, log: str, version: str, start: int) -> list[Fact]:
        facts: dict[str, Fact] = {}
        for message in read_topic(self._bootstrap, self._topology.topic_name(log), {PARTITION: start}):
            if message.key() != RULES_KEY.encode():
                continue
            try:
                fact = self._codec.decode(message.value() or b"", Origin(log, PARTITION, message.offset()))
            except CodecError as error:
                raise NotPublished(str(error)) from error
            if fact.version != version:
                continue
            facts[fact.id] = fact
            if isinstance(fact, InForce):
                return list(facts.values()) if len(facts) == fact.items + 1 else []
        return []
