"""Carries a system's rows to Kafka: the row, its facts, what was refused, and what the batch shows of the source.

Nothing here needs a transaction: every id follows from the row, so what is written twice after a crash is dropped by
the owner of the log. A receipt is given, and a cursor remembered, only when Kafka has acknowledged what came before.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from connectors.catalogue import listed, rows_per_day
from connectors.contract import CONFLICT, Batch, Contract, RawRow, Receipt, Row, Status
from connectors.contract_digest import digest
from connectors.cursors import spread
from connectors.datums import DatumWatch, Suspicion
from connectors.device_clocks import NO_SKEW, DeviceClocks, Skew
from connectors.intake import LARGEST_ROW_BYTES, Accepted, Intake, Refused
from connectors.kafka import Acknowledgement, Delivery, Outgoing, SharedProducer
from connectors.known_rows import LAST_BATCHES, Known, KnownRows, Reach
from connectors.row_schema import schema_name
from connectors.thinning import Thinning
from connectors.topic_reading import Message, headers_of
from streams import cloudevents
from streams.codec import Codec
from streams.contract import KINDS, Fact
from streams.facts.cursors import Cursor
from streams.facts.sources import Observed
from streams.metrics import SourceMetrics, count_quarantined
from streams.secrecy.sealing import HeldBytes, Sealer
from streams.topology import Topology

QUARANTINE = "hub.quarantine.v1"
CURSORS = "hub.cursors.v1"
DIGEST_BYTES = 16
SILENCE_TOLD_MILLISECONDS = 250
"""For each second that a system's data stay fresh: that it was asked and had nothing new is told four times in that."""

Now = Callable[[], int]


def wall_clock() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Topics:
    """Names on the cluster of what a system's publisher writes to."""

    source: str
    quarantine: str
    cursors: str
    of_fact: Mapping[str, str]
    """The log of each kind of fact, by schema."""

    @classmethod
    def of(cls, topology: Topology, system: str) -> "Topics":
        wiring = topology.connectors[system]
        written = [topology.topics[name] for name in wiring.publishes]
        names = {schema: topology.topic_name(topic.name) for topic in written for schema in topic.schemas}
        return cls(names[schema_name(system)], topology.topic_name(QUARANTINE), topology.topic_name(CURSORS), names)


class _Word(NamedTuple):
    """What is said of one row: under which name, what became of it, where it is, and why if it was refused."""

    name: str
    status: Status
    where: int | Acknowledgement
    reason: str = ""


@dataclass
class _Parcel:
    """A batch made ready: records in order, and which of them is the word on each row."""

    records: list[Outgoing] = field(default_factory=list)
    receipts: list[_Word] = field(default_factory=list)
    new: dict[str, Known] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    completed: list[Accepted] = field(default_factory=list)
    facts: int = 0
    thinned: int = 0
    wrong: int = 0
    late: int = 0
    unlocated: int = 0
    skew: Skew = NO_SKEW
    suspicion: Suspicion | None = None


@dataclass(frozen=True)
class Manner:
    """How a system speaks: how far back it may repeat rows, and at how many times the catalogue's rates.

    `pace` is other than 1 only where departments are simulated.
    """

    reach: Reach = LAST_BATCHES
    pace: float = 1.0


USUAL = Manner()


class Prepared(NamedTuple):
    """A batch, and what becomes of each of its rows."""

    batch: Batch
    taken: Sequence[Accepted | Refused]


class Sent(NamedTuple):
    """A batch on its way to Kafka."""

    batch: Batch
    parcel: _Parcel
    delivery: Delivery


class Publisher:
    """Publishes the rows of one system. One thread at a time."""

    def __init__(
        self,
        intake: Intake,
        topics: Topics,
        producer: SharedProducer,
        codec: Codec,
        sealer: Sealer,
        now: Now = wall_clock,
        manner: Manner = USUAL,
    ) -> None:
        self.contract = intake.connector.contract
        self.known = KnownRows(manner.reach)
        self.cursor_head: str | None = None
        self.topics = topics
        self._system = self.contract.system
        self._contract_digest = digest(self.contract)
        self._listed = listed(self.contract.system)
        self._rows_per_day = round(rows_per_day(self.contract.system) * manner.pace)
        self._may_lack = tuple(item.name for item in self.contract.items if not item.required)
        self._intake = intake
        self._producer = producer
        self._codec = codec
        self._sealer = sealer
        self._now = now
        self._thinning = Thinning()
        self._clocks = DeviceClocks()
        position = self.contract.position
        self._datum_watch = DatumWatch(position.datum) if position else None
        self._silence_told_at = 0
        self._metrics = SourceMetrics(self._system)

    def publish(self, batch: Batch, stop: threading.Event) -> list[Receipt]:
        """Write a batch and its cursor; one receipt a row, when Kafka has acknowledged. Raises Stopped, KeyMissing."""
        return self.settle(self.send(self.prepare(batch), stop), stop)

    def prepare(self, batch: Batch) -> Prepared:
        """Check a batch's rows, which needs no word from Kafka on the batch before. Raises KeyMissing."""
        now = self._now()
        with self._codec.contents.batch():  # persons' keys are kept before what they seal goes out
            return Prepared(batch, self._intake.take_all(batch.rows, now))

    def send(self, prepared: Prepared, stop: threading.Event) -> Sent:
        """Hand a batch to Kafka once the one before is settled; `settle` has to follow. Raises Stopped, KeyMissing."""
        with self._codec.contents.batch():
            parcel = self._pack(prepared)
        return Sent(prepared.batch, parcel, self._producer.begin(parcel.records, stop, self._system))

    def settle(self, sent: Sent, stop: threading.Event) -> list[Receipt]:
        """Wait until Kafka has acknowledged a batch, then remember its rows and its cursor. Raises Stopped."""
        batch, parcel = sent.batch, sent.parcel
        where = self._producer.finish(sent.delivery, stop)
        self._metrics.publisher_wait_seconds.observe(sent.delivery.seconds)
        self._count(batch.rows, parcel)
        for row_id, known in parcel.new.items():
            self.known.put(row_id, known._replace(where=_landed(known.where, where)))
        if batch.cursor is not None:
            self._remember(batch.cursor, stop)
        return [Receipt(word.name, word.status, *_landed(word.where, where), word.reason) for word in parcel.receipts]

    def tell(self, fact: Fact, stop: threading.Event) -> None:
        """Write a fact that comes from no row, and wait for Kafka. Raises Stopped."""
        self._producer.deliver([self._fact(fact, self._now())], stop, self._system)

    def recall(self, messages: Iterable[Message]) -> None:
        """Know again the rows that an earlier process wrote to the source topic.

        It may have been killed before their facts were written: where such a row comes again, its facts go out again.
        """
        for message in messages:
            value = message.value() or b""
            if not value.startswith(self._intake.codec.prefix):
                continue  # of another version of the contract: nothing to compare with
            try:
                event = cloudevents.attributes(headers_of(message))
            except cloudevents.NotACloudEvent:
                continue
            where = Acknowledgement(self.topics.source, int(message.partition() or 0), int(message.offset() or 0))
            digest = _digest(value + event["type"].encode())
            self.known.put(event["id"], Known(digest, where, message.timestamp()[1], complete=False))

    def _pack(self, prepared: Prepared) -> _Parcel:
        """Rows first, then their facts, then what the batch shows: whoever sees one finds those before it."""
        parcel, now, rows = _Parcel(), self._now(), prepared.batch.rows
        for raw, taken in zip(rows, prepared.taken, strict=True):
            if isinstance(taken, Accepted):
                self._pack_accepted(parcel, raw, taken, now)
            else:
                self._pack_refused(parcel, taken, now)
        parcel.skew = self._clocks.skew()
        parcel.suspicion = self._datum_watch.suspicion() if self._datum_watch else None
        said = [fact for taken in (*parcel.accepted, *parcel.completed) for fact in taken.facts]
        facts = [fact for fact in said if self._thinning.is_news(fact)]
        parcel.facts, parcel.thinned = len(facts), len(said) - len(facts)
        parcel.records += [self._fact(fact, now) for fact in facts]
        if rows or now >= self._silence_told_at + self.contract.fresh_seconds * SILENCE_TOLD_MILLISECONDS:
            parcel.records.append(self._fact(self._observed(parcel, now), now))
            self._silence_told_at = now
        return parcel

    def _pack_accepted(self, parcel: _Parcel, raw: RawRow, taken: Accepted, now: int) -> None:
        row, name = taken.row, raw.event_id or taken.row.id
        headers = cloudevents.headers(row.event_type, row.id, self._system, row.record_no, row.occurred_at, row.id)
        digest = _digest(taken.value + cloudevents.type_of(row.event_type))
        known = parcel.new.get(row.id) or self.known.get(row.id)
        if known and known.digest == digest:
            parcel.receipts.append(_Word(name, "duplicate", known.where))
            if not known.complete:
                parcel.completed.append(taken)
                parcel.new[row.id] = known._replace(complete=True)
            return
        if known and self._is_the_same(taken, raw, known, now):
            parcel.receipts.append(_Word(name, "duplicate", known.where))
            parcel.new[row.id] = known._replace(digest=digest)
            return
        if known:
            self._pack_refused(parcel, Refused(raw, CONFLICT, "同一编号同一版本的内容与先前不同"), now)
            return
        parcel.new[row.id] = Known(digest, len(parcel.records), now)
        parcel.receipts.append(_Word(name, "accepted", len(parcel.records)))
        parcel.accepted.append(taken)
        parcel.late += now - row.recorded_at > self.contract.late_seconds * 1000
        parcel.unlocated += taken.is_unlocated
        if self._datum_watch and taken.comparison:
            self._datum_watch.note(taken.comparison)
        if self.contract.device:
            self._clocks.note(row.values[self.contract.device], row.occurred_at, now)
        parcel.records.append(Outgoing(self.topics.source, self._system.encode(), taken.value, [*headers], now))

    def _is_the_same(self, taken: Accepted, raw: RawRow, known: Known, now: int) -> bool:
        """Whether a row of other bytes is the one that is known: what is told by it is the same, but under other keys.

        What was sealed under a person's key that is destroyed can be compared no more: it is taken for the same.
        """
        if self._intake.codec.seals.is_renewed(taken.row.values):
            return True
        event_type = cloudevents.type_of(taken.row.event_type)
        return any(_digest(value + event_type) == known.digest for value in self._intake.earlier_values(raw, now))

    def _pack_refused(self, parcel: _Parcel, refused: Refused, now: int) -> None:
        raw = refused.raw
        name, digest = raw.event_id or str(raw.origin), _digest(raw.raw)
        identity = f"{raw.origin}{digest.hex()}"
        known = parcel.new.get(identity) or self.known.get(identity)
        where = known.where if known else len(parcel.records)
        parcel.receipts.append(_Word(name, "quarantined", where, refused.reason))
        if known:  # a poll finds the same wrong row again and again
            return
        parcel.wrong += 1
        parcel.new[identity] = Known(digest, len(parcel.records), now)
        parcel.records.append(self._held(refused, now))
        count_quarantined("connector", refused.reason)

    def _held(self, refused: Refused, now: int) -> Outgoing:
        payload, detail = refused.raw.raw, refused.detail
        if len(payload) > LARGEST_ROW_BYTES:
            detail = f"{detail};{len(payload)}字节,只封存前{LARGEST_ROW_BYTES}字节"
            payload = payload[:LARGEST_ROW_BYTES]
        held_bytes = HeldBytes(
            self._system,
            refused.raw.origin,
            payload,
            steward=self.contract.department,
            answer_due_at=self.contract.answer_due_at(now),
        )
        held = self._sealer.hold("connector", refused.reason, detail, held_bytes, now)
        return Outgoing(self.topics.quarantine, self._system.encode(), self._codec.encode(held), [], now)

    def _observed(self, parcel: _Parcel, now: int) -> Observed:
        rows = [taken.row for taken in parcel.accepted]
        newest = _newest_of_items(self.contract, rows)
        suspected_datum = parcel.suspicion.datum if parcel.suspicion else None
        skewed_devices = parcel.skew.devices
        # The same batch again is the same observation; one without good rows is known by its moment.
        counts = [parcel.facts, parcel.wrong, parcel.late, parcel.unlocated, suspected_datum, skewed_devices]
        said = repr([[row.id for row in rows] or now, *counts, self._contract_digest])
        identity = f"{self._system}:observed:{_digest(said.encode()).hex()}"
        newest_at = max((row.recorded_at for row in rows), default=0)
        return Observed(
            id=identity,
            key=self._system,
            source=self._system,
            trace=identity,
            occurred_at=newest_at or now,
            system=self._system,
            rows=len(rows),
            facts=parcel.facts,
            wrong=parcel.wrong,
            late=parcel.late,
            newest_at=newest_at,
            items=newest,
            fresh_seconds=self.contract.fresh_seconds,
            unlocated=parcel.unlocated,
            suspected_datum=suspected_datum,
            skewed_devices=skewed_devices,
            period_seconds=self._listed.every_seconds if self._listed else 0,
            rows_per_day=self._rows_per_day,
            contract=self._contract_digest,
            lacking=self._lacking(rows),
        )

    def _lacking(self, rows: Sequence[Row]) -> dict[str, int] | None:
        """Of each item that may be left out, how many rows left it out."""
        return {name: sum(row.values[name] is None for row in rows) for name in self._may_lack} or None

    def _fact(self, fact: Fact, now: int) -> Outgoing:
        topic = self.topics.of_fact[KINDS[type(fact)]]
        return Outgoing(topic, fact.key.encode(), self._codec.encode(fact), [], now)

    def _remember(self, position: str, stop: threading.Event) -> None:
        parts, head = spread(self._system, position, self.cursor_head)
        if parts:
            self._producer.deliver([self._cursor(*part) for part in parts.items()], stop, self._system)
        self._producer.send(self._cursor(self._system, head))
        self.cursor_head = head

    def _cursor(self, name: str, text: str) -> Outgoing:
        now = self._now()
        cursor = Cursor(system=name, position=text, written_at=now)
        return Outgoing(self.topics.cursors, name.encode(), self._codec.encode(cursor), [], now)

    def _count(self, rows: Sequence[RawRow], parcel: _Parcel) -> None:
        self._metrics.rows.inc(len(rows))
        self._metrics.wrong.inc(parcel.wrong)
        self._metrics.late.inc(parcel.late)
        self._metrics.facts.inc(parcel.facts)
        self._metrics.thinned.inc(parcel.thinned)
        self._metrics.unlocated.inc(parcel.unlocated)
        self._metrics.doubtful.inc(sum(taken.doubtful for taken in parcel.accepted))
        self._metrics.saw_clocks(parcel.skew.median_seconds, parcel.skew.largest_seconds, parcel.skew.devices)
        self._metrics.suspects_datum(parcel.suspicion.places if parcel.suspicion else 0)


def _newest_of_items(contract: Contract, rows: Sequence[Row]) -> dict[str, int]:
    """When the newest row was recorded that has each item; nothing of items that no row has."""
    latest_first = sorted(rows, key=attrgetter("recorded_at"), reverse=True)
    newest = {
        item.name: next((row.recorded_at for row in latest_first if row.values[item.name] is not None), None)
        for item in contract.items
    }
    return {name: recorded_at for name, recorded_at in newest.items() if recorded_at is not None}


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).digest()


def _landed(place: int | Acknowledgement, where: Sequence[Acknowledgement]) -> Acknowledgement:
    return where[place] if isinstance(place, int) else place
