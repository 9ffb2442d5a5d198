"""The city's own ledger: what each department handed over with proof, what units were called for, what they answered.

It knows nothing of the hub but the receipts it was given, so that it can contradict the hub. One SQLite file; only one
thread writes.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from connectors.city.rows import HandOver
from connectors.contract import row_id

COMMIT_SECONDS = 0.2

TABLES = """
CREATE TABLE IF NOT EXISTS rows (
    system TEXT NOT NULL, record_no TEXT NOT NULL, version TEXT NOT NULL, happening TEXT NOT NULL,
    handed_over_at INTEGER NOT NULL, times INTEGER NOT NULL, replaced_at INTEGER,
    PRIMARY KEY (system, record_no, version)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rows_by_time ON rows (system, handed_over_at);
CREATE TABLE IF NOT EXISTS calls (
    delivery_no TEXT PRIMARY KEY, order_no TEXT NOT NULL, unit TEXT NOT NULL,
    called_at INTEGER NOT NULL, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    idempotency_key TEXT PRIMARY KEY, order_no TEXT NOT NULL, unit TEXT NOT NULL, answer TEXT NOT NULL,
    due_at INTEGER NOT NULL, claimed_at INTEGER, answered_at INTEGER, status INTEGER,
    receipt_id TEXT, partition INTEGER, append_offset INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (
    give_back_no TEXT PRIMARY KEY, system TEXT NOT NULL, record_no TEXT NOT NULL, kind TEXT NOT NULL,
    state TEXT NOT NULL, told_at INTEGER NOT NULL, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_due ON answers (due_at) WHERE answered_at IS NULL;
"""


@dataclass(frozen=True)
class HandedOver:
    """A row by its id, whether it tells of a happening, and from when to when it lay there (milliseconds)."""

    row: str
    is_happening: bool
    handed_over_at: int
    replaced_at: int | None


@dataclass(frozen=True)
class Call:
    """An order that reached a unit; `times` counts how often, under the same idempotency key."""

    delivery_no: str
    order_no: str
    unit: str
    called_at: int
    times: int


@dataclass(frozen=True)
class PlannedAnswer:
    """What a unit means to say to an order, and when (milliseconds)."""

    idempotency_key: str
    order_no: str
    unit: str
    answer: str
    due_at: int
    claimed_at: int | None = None


@dataclass(frozen=True)
class GivenAnswer:
    """An answer that the hub has: with the gateway's receipt, or over a topic or as a file, which give none."""

    order_no: str
    answer: str
    receipt_id: str | None
    partition: int | None
    offset: int | None


@dataclass(frozen=True)
class Told:
    """What a department was told by the hub of one of its own records."""

    give_back_no: str
    system: str
    record_no: str
    kind: str
    state: str


class Ledger:
    """For one thread. What is noted is on disk `COMMIT_SECONDS` later, with the next change, a `commit` or `close`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(TABLES)
        self._open_since: float | None = None

    def handed_over(self, hand_over: HandOver, started_at: int, at: int) -> None:
        """A department has proof that it handed a row over; the same again only counts."""
        happening = f"{started_at}/{hand_over.happening}" if hand_over.happening else ""
        if hand_over.replaces:
            self._change(
                "UPDATE rows SET replaced_at = ? WHERE system = ? AND record_no = ? AND replaced_at IS NULL",
                at,
                hand_over.system,
                hand_over.record_no,
            )
        self._change(
            "INSERT INTO rows VALUES (?, ?, ?, ?, ?, 1, NULL) ON CONFLICT DO UPDATE SET times = times + 1",
            hand_over.system,
            hand_over.record_no,
            hand_over.version,
            happening,
            at,
        )

    def called(self, delivery_no: str, order_no: str, unit: str, at: int) -> bool:
        """A unit was called; whether for the first time under this key."""
        changed = self._change("INSERT OR IGNORE INTO calls VALUES (?, ?, ?, ?, 1)", delivery_no, order_no, unit, at)
        if not changed:
            self._change("UPDATE calls SET times = times + 1 WHERE delivery_no = ?", delivery_no)
        return bool(changed)

    def told(self, told: Told, at: int) -> None:
        """A department was told something; the same again only counts."""
        self._change(
            "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1",
            told.give_back_no,
            told.system,
            told.record_no,
            told.kind,
            told.state,
            at,
        )

    def all_told(self) -> list[Told]:
        """Everything that departments were told, in the order of its numbers."""
        found = self._database.execute("SELECT give_back_no, system, record_no, kind, state FROM told ORDER BY 1")
        return [Told(*row) for row in found]

    def plan(self, answers: Iterable[PlannedAnswer]) -> None:
        """What a unit is going to say."""
        for answer in answers:
            self._change(
                "INSERT OR IGNORE INTO answers (idempotency_key, order_no, unit, answer, due_at) "
                "VALUES (?, ?, ?, ?, ?)",
                answer.idempotency_key,
                answer.order_no,
                answer.unit,
                answer.answer,
                answer.due_at,
            )

    def due(self, at: int) -> list[PlannedAnswer]:
        """Answers whose time has come and that were not given yet, in order."""
        found = self._database.execute(
            "SELECT idempotency_key, order_no, unit, answer, due_at, claimed_at FROM answers "
            "WHERE answered_at IS NULL AND due_at <= ? ORDER BY due_at",
            (at,),
        )
        return [PlannedAnswer(*row) for row in found]

    def next_due_at(self) -> int | None:
        found = self._database.execute("SELECT min(due_at) FROM answers WHERE answered_at IS NULL").fetchone()
        return None if found[0] is None else int(found[0])

    def claim(self, answer: PlannedAnswer, at: int) -> int:
        """The moment the unit says it answered, fixed when it is first sent, so that a repeat is the same request."""
        self._change(
            "UPDATE answers SET claimed_at = coalesce(claimed_at, ?) WHERE idempotency_key = ?",
            at,
            answer.idempotency_key,
        )
        found = self._database.execute(
            "SELECT claimed_at FROM answers WHERE idempotency_key = ?", (answer.idempotency_key,)
        ).fetchone()
        return int(found[0])

    def answered(self, answer: PlannedAnswer, at: int, status: int, receipt: GivenAnswer | None) -> None:
        """The hub took an answer, with or without a receipt (status 200 or 202), or refused it for good."""
        proof = (receipt.receipt_id, receipt.partition, receipt.offset) if receipt else (None, None, None)
        self._change(
            "UPDATE answers SET answered_at = ?, status = ?, receipt_id = ?, partition = ?, append_offset = ? "
            "WHERE idempotency_key = ?",
            at,
            status,
            *proof,
            answer.idempotency_key,
        )

    # What the comparison asks.

    def rows_until(self, system: str, until: int) -> Iterator[HandedOver]:
        """The rows handed over by `until` (milliseconds)."""
        found = self._database.execute(
            "SELECT record_no, version, happening, handed_over_at, replaced_at FROM rows "
            "WHERE system = ? AND handed_over_at <= ?",
            (system, until),
        )
        for record_no, version, happening, handed_over_at, replaced_at in found:
            yield HandedOver(row_id(system, record_no, version), bool(happening), handed_over_at, replaced_at)

    def hand_overs_since(self, since: int) -> Iterator[tuple[str, int]]:
        """Ids of the rows handed over since an instant, and when each was (milliseconds)."""
        found = self._database.execute(
            "SELECT system, record_no, version, handed_over_at FROM rows WHERE handed_over_at >= ?", (since,)
        )
        for system, record_no, version, at in found:
            yield row_id(system, record_no, version), at

    def first_hand_over_at(self) -> int | None:
        found = self._database.execute("SELECT min(handed_over_at) FROM rows").fetchone()
        return None if found[0] is None else int(found[0])

    def calls(self) -> list[Call]:
        found = self._database.execute("SELECT delivery_no, order_no, unit, called_at, times FROM calls")
        return [Call(*row) for row in found]

    def given_answers(self, until: int) -> list[GivenAnswer]:
        """Answers that the hub took."""
        found = self._database.execute(
            "SELECT order_no, answer, receipt_id, partition, append_offset FROM answers "
            "WHERE status IN (200, 202) AND answered_at <= ?",
            (until,),
        )
        return [GivenAnswer(*row) for row in found]

    def counts(self) -> dict[str, int]:
        """Rows by system, calls and answers, for whoever wants to know how much there was."""
        systems = self._database.execute("SELECT system, count(*) FROM rows GROUP BY system ORDER BY system")
        calls = self._database.execute("SELECT count(*) FROM calls").fetchone()[0]
        answers = self._database.execute("SELECT count(*) FROM answers WHERE status IN (200, 202)").fetchone()[0]
        return {**dict(systems), "calls": calls, "answers": answers}

    def close(self) -> None:
        self.commit()
        self._database.close()

    def commit(self) -> None:
        if self._open_since is not None:
            self._database.execute("COMMIT")
            self._open_since = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _change(self, statement: str, *values: object) -> int:
        now = time.monotonic()
        if self._open_since is None:
            self._database.execute("BEGIN")
            self._open_since = now
        changed = self._database.execute(statement, values).rowcount
        if now - self._open_since > COMMIT_SECONDS:
            self.commit()
        return changed
