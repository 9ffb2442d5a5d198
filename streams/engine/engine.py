"""One partition of one processor as a pure state machine: bytes of a log in, records to emit and changelog rows out.

No I/O: the live worker, the in-memory hub, the replay and the auditor all drive this same class. Rules of time:
the clock is the highest append time consumed; before a record with append time `a`, every due moment at or before `a`
fires in order (due_at, key) with `now` = that moment; a record of the same moment as a deadline is therefore late.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from streams import cloudevents
from streams.codec import Codec, CodecError, Origin
from streams.contract import Fact, Output, Processor
from streams.engine import known
from streams.engine.known import KnownIds
from streams.engine.partitioner import partition_of
from streams.engine.tables import NOT_DUE, STEP_ENTRIES, PartitionTables, RowDamaged
from streams.facts.engine import Position, Rearm, Remembered, Tick
from streams.facts.quarantine import Stage
from streams.secrecy.sealing import KeyMissing

OWN = "~"
"""The keys of the engine's own rows begin with it; those of tables with the table's name."""
POSITION = f"{OWN}position"
VERSION = f"{OWN}version/"

RECORDS_A_TRANSACTION = 2_000
FIRINGS_A_TRANSACTION = 2_000
ENTRIES_A_TRANSACTION = 2_000
UNEXPECTED_IN_A_ROW = 100
"""After this many consecutive unexpected exceptions the worker stops: then it is the code, not the data."""
PLACED_KEYS = 100_000
"""How many keys' partitions are kept at hand."""
DETAIL_LETTERS = 200
LONGEST_ID_LETTERS = 200
"""The ids of a transaction are one row of the changelog, which must not outgrow what Kafka takes."""
LARGEST_OUTPUT_BYTES = 1_000_000
"""What every topic takes, with room for key and headers; a larger output would fail its transaction for ever."""

Step = Callable[[int, Any, PartitionTables], Iterable[Output]]


class Emission(NamedTuple):
    """One record to write: topic (bare name), key, value (None deletes), headers."""

    topic: str
    key: str
    value: bytes | None
    headers: list[tuple[str, bytes]] | None


@dataclass(frozen=True)
class Held:
    """What could not be applied, for the quarantine: why, and the bytes to seal."""

    stage: Stage
    reason: str
    detail: str
    owner: str
    origin: Origin
    key: bytes | None
    payload: bytes


@dataclass(frozen=True)
class Firing:
    """A due moment that fired: its full key, when it was due and what the causing record's append time was."""

    full_key: str
    due_at: int
    appended_at: int


@dataclass(frozen=True)
class Versions:
    """Which code and configuration produce the outputs; replay compares spans of one pair."""

    code: str
    configuration: str


class OutputTooLarge(Exception):
    """A step emitted a record that no topic needs to take."""


class TooManyUnexpected(Exception):
    """So many steps in a row raised that the worker must stop."""


@dataclass(frozen=True)
class LogPartition:
    """A partition of a log (bare name), of how many, and the topic's identity on its cluster."""

    topic: str
    number: int
    partitions: int
    topic_id: str = ""


class Partition:
    """Applies one partition's records in order and collects what one transaction must write."""

    def __init__(
        self,
        processor: Processor,
        ports: Mapping[str, str],
        codec: Codec,
        log: LogPartition,
        versions: Versions,
    ) -> None:
        self.tables = PartitionTables(processor.tables, codec)
        self.emissions: list[Emission] = []
        self.held: list[Held] = []
        self.firings: list[Firing] = []
        self.duplicates = 0
        self._processor = processor
        self._ports = ports
        self._codec = codec
        self._log = log
        self._versions = versions
        self._identity = f"{processor.name}|{log.number}|"
        self._reads = frozenset(processor.reads)
        self._broadcast = frozenset(
            kind for kind in processor.reads if codec.schema_of(kind).definition.get("broadcast")
        )
        self._speaks_of_persons = any(codec.is_sealed(kind) for kind in processor.reads)
        self._name = processor.name
        self._on_record = processor.on_record
        self._placed: dict[str, bytes] = {}
        self._known = KnownIds()
        self._known_changes: list[tuple[str, Remembered | None]] = []
        self._entries: list[tuple[str, bytes | None]] = []
        self._committed = Applied(offset=-1, clock=0)
        self._offset, self._clock = self._committed
        self._records = 0
        self._unexpected = 0
        self._version_rows: dict[str, bytes] = {}

    @property
    def clock(self) -> int:
        """The partition clock."""
        return self._clock

    @property
    def offset(self) -> int:
        """The last offset applied in this transaction or before; -1: none."""
        return self._offset

    @property
    def committed_offset(self) -> int:
        """The last offset of a committed transaction; -1: none."""
        return self._committed.offset

    def next_due(self) -> int | None:
        """The earliest due moment."""
        return self.tables.next_due()

    @property
    def is_changed(self) -> bool:
        """Whether there is anything for a transaction to write."""
        return bool(self._records or self.firings)

    # Applying.

    def expect(self, keys: Iterable[bytes | None]) -> None:
        """Records of these keys are applied next. What is sealed for persons is keyed by their tokens."""
        if self._speaks_of_persons:
            self._codec.contents.expect(key.decode(errors="replace") for key in keys if key)

    def apply(self, offset: int, appended_at: int, key: bytes | None, data: bytes | None) -> bool:
        """Apply one record; False when the transaction is full: commit, then call again with the same record."""
        if offset <= self._offset:
            return True
        tables = self.tables
        if self._records >= RECORDS_A_TRANSACTION or len(tables.overlay) >= ENTRIES_A_TRANSACTION:
            return False
        appended_at = max(appended_at, self._clock)
        if tables.heap and not self._fire_until(appended_at):
            return False
        self._offset, self._clock = offset, appended_at
        self._records += 1
        try:
            record = self._codec.decode(data or b"")
        except CodecError as error:
            self._hold("decode", error.reason, error.detail, key, data)
            return True
        kind = type(record)
        if kind in self._reads:
            self._apply_fact(record, key, data or b"")
        elif kind is Rearm:
            self._rearm(record)
        elif kind is not Tick:
            self._hold("apply", "unexpected_kind", f"{kind.__name__} is not read here", key, data)
        return True

    def _apply_fact(self, record: Fact, key: bytes | None, data: bytes) -> None:
        identity = record.id
        if not 0 < len(identity) <= LONGEST_ID_LETTERS or self._placed.get(record.key) != key:
            fault = self._misplaced(record, key)
            if fault is not None:
                self._hold("apply", fault, "id, key and partition do not belong together", key, data, record.source)
                return
        check = crc32(data)
        before = self._known.check_of(identity, self._clock)
        if before is not None:
            if before == check:
                self.duplicates += 1
            else:
                self._hold("apply", "conflict", "a record of its id said something else", key, data, record.source)
            return
        error = self._step(self._on_record, self._clock, record, identity, record.trace or identity)
        if error is None:
            self._known.add(identity, self._clock, check)
        else:
            self._hold("apply", type(error).__name__, str(error), key, data, record.source)

    def _misplaced(self, record: Fact, key: bytes | None) -> str | None:
        """What is wrong with a record's id, key or partition; remembers a key that belongs here."""
        if not record.id:
            return "no_id"
        if len(record.id) > LONGEST_ID_LETTERS:
            return "long_id"
        if key != record.key.encode():
            return "wrong_key"
        if type(record) in self._broadcast:
            return None
        if partition_of(record.key, self._log.partitions) != self._log.number:
            return "wrong_partition"
        if len(self._placed) >= PLACED_KEYS:
            self._placed.clear()
        self._placed[record.key] = key
        return None

    def _step(self, on: Step, now: int, cause: Any, cause_id: str, trace: str) -> Exception | None:
        """Run one step; on an exception everything it changed and emitted is taken back."""
        tables, emissions = self.tables, self.emissions
        mark = len(emissions)
        tables.undo.clear()
        try:
            for ordinal, (port, key, value) in enumerate(on(now, cause, tables)):
                emissions.append(self._emission(port, key, value, now, cause_id, trace, ordinal))
            if len(tables.undo) > STEP_ENTRIES:
                tables.check_step()
        except (RowDamaged, KeyMissing):
            raise
        except Exception as error:
            tables.undo_step()
            del emissions[mark:]
            self._unexpected += 1
            if self._unexpected >= UNEXPECTED_IN_A_ROW:
                raise TooManyUnexpected(f"{self._unexpected} steps in a row failed, last: {error!r}") from error
            return error
        self._unexpected = 0
        return None

    def _emission(self, port: str, key: str, value: Any, now: int, cause_id: str, trace: str, ordinal: int) -> Emission:
        topic = self._ports[port]
        if value is None:
            return Emission(topic, key, None, None)
        identity = self._output_id(cause_id, port, ordinal)
        headers = None
        if isinstance(value, Fact):
            data = self._codec.encode(value, id=identity, source=self._name, trace=trace)
        else:
            data = self._codec.encode(value)
            self.tables.note_encoded(value, data)
            headers = cloudevents.headers(type(value), identity, self._name, key, now, trace)
        if len(data) > LARGEST_OUTPUT_BYTES:
            raise OutputTooLarge(f"{len(data)} bytes for {topic}")
        return Emission(topic, key, data, headers)

    def _output_id(self, cause_id: str, port: str, ordinal: int) -> str:
        return blake2b(f"{self._identity}{cause_id}|{port}|{ordinal}".encode(), digest_size=16).hexdigest()

    def output_ids(self, cause_id: str, ordinal: int) -> Iterator[tuple[str, str]]:
        """Topic and id of what a cause has emitted as its `ordinal`-th output, whichever port that was."""
        return ((topic, self._output_id(cause_id, port, ordinal)) for port, topic in self._ports.items())

    # Due moments.

    def _fire_until(self, clock: int) -> bool:
        tables = self.tables
        while (due_at := tables.next_due()) is not None and due_at <= clock:
            if len(self.firings) >= FIRINGS_A_TRANSACTION or len(tables.overlay) >= ENTRIES_A_TRANSACTION:
                return False
            _, full_key, entry = tables.take_due()
            self._clock = max(self._clock, due_at)
            self.firings.append(Firing(full_key, due_at, clock))
            cause = f"{full_key}|{due_at}"
            error = self._step(self._processor.on_due, due_at, entry, cause, cause)
            if error is not None:
                origin = Origin(f"{self._processor.name}/{entry.table}", self._log.number, due_at)
                payload = self._codec.encode(entry.value)
                reason, detail = type(error).__name__, str(error)[:DETAIL_LETTERS]
                held = Held("due", reason, detail, self._processor.name, origin, full_key.encode(), payload)
                self.held.append(held)
        return True

    def _rearm(self, record: Rearm) -> None:
        full_key = f"{record.table}/{record.entry_key}"
        value = self.tables.get(full_key)
        if value is not None and self.tables.due_of(full_key) is None:
            self.tables.change(full_key, value, record.due_at)

    # Quarantine.

    def _hold(
        self, stage: Stage, reason: str, detail: str, key: bytes | None, data: bytes | None, owner: str | None = None
    ) -> None:
        """Set the current record aside."""
        origin = Origin(self._log.topic, self._log.number, self._offset)
        owner = owner or self._processor.name
        self.held.append(Held(stage, reason, detail[:DETAIL_LETTERS], owner, origin, key, data or b""))

    # Transactions.

    def changelog(self) -> list[tuple[str, bytes | None]]:
        """The rows that the transaction writes beside its emissions: entries, ids, position. Call once, then commit."""
        self._entries = self.tables.changes()
        self._known_changes = self._known.changes(self._offset, self._clock)
        rows: list[tuple[str, bytes | None]] = list(self._entries)
        rows += [(name, None if row is None else self._own_row(row)) for name, row in self._known_changes]
        rows += self._version_rows.items()
        rows.append((POSITION, self._own_row(self._position())))
        return rows

    def commit(self) -> None:
        """The transaction is known to be committed."""
        self.tables.commit(self._entries)
        self._known.commit(self._known_changes)
        self._committed = Applied(self._offset, self._clock)
        self._version_rows = {}
        self._end_transaction()

    def _own_row(self, value: Any) -> bytes:
        """A row of the engine's own: never due."""
        return NOT_DUE + self._codec.encode(value)

    def _position(self) -> Position:
        return Position(
            topic_id=self._log.topic_id,
            offset=self._offset,
            clock=self._clock,
            code_version=self._versions.code,
            configuration_version=self._versions.configuration,
        )

    def rollback(self) -> None:
        """The transaction is known not to be committed: all its records are applied again."""
        self.tables.rollback()
        self._known.rollback()
        self._offset, self._clock = self._committed
        self._end_transaction()

    def _end_transaction(self) -> None:
        self.emissions.clear()
        self.held.clear()
        self.firings.clear()
        self.duplicates = 0
        self._records = 0

    # Restoring.

    def all_rows(self) -> dict[str, bytes]:
        """Everything a changelog would hold of the committed state, as `load` takes it."""
        rows = dict(self.tables.rows)
        rows |= {name: self._own_row(row) for name, row in self._known.rows().items()}
        rows[POSITION] = self._own_row(self._position())
        return rows

    def load(self, rows: dict[str, bytes]) -> Position | None:
        """Take over the restored changelog (key to row); returns the position it holds. Raises RowDamaged."""
        own = {full_key: rows.pop(full_key) for full_key in [key for key in rows if is_own(key)]}
        self.tables.load(rows)
        self._known.load(
            {name: self.tables.value_of(name, row) for name, row in own.items() if name.startswith(known.ROW)}
        )
        position: Position | None = None
        if (row := own.get(POSITION)) is not None:
            position = self.tables.value_of(POSITION, row)
            self._committed = Applied(position.offset, position.clock)
            self._offset, self._clock = self._committed
        self._note_version(position)
        return position

    def _note_version(self, position: Position | None) -> None:
        """New code or configuration adds a row that says from which offset on it is responsible."""
        if position is None or (position.code_version, position.configuration_version) != (
            self._versions.code,
            self._versions.configuration,
        ):
            self._version_rows = {f"{VERSION}{self._offset + 1:020}": self._own_row(self._position())}


def is_own(full_key: str) -> bool:
    """Whether a row of the changelog is the engine's own."""
    return full_key.startswith(OWN)


class Applied(NamedTuple):
    """How far a partition has come: last offset and clock."""

    offset: int
    clock: int
