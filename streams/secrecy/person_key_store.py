"""Persons' keys on disk: `persons.db` in HUB_KEYS, wrapped by their purposes' keys, for several processes at once.

What one process destroys, no other opens from that moment on: beside the database stand a few bytes that every process
has mapped into its memory, and that change with every destruction and rotation.
"""

import json
import mmap
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from streams.secrecy.person_keys import (
    NONCE_BYTES,
    SECRET_BYTES,
    SM4_KEY_BYTES,
    ContentBroken,
    Destroyed,
    Now,
    PersonKey,
    PersonKeyMissing,
    PersonKeys,
    Proof,
    decrypted,
    digest_of,
    encrypted,
    purpose_of,
)
from streams.secrecy.sealing import PRIVATE, Key, KeyMissing, Keys

DATABASE, SIGNAL = "persons.db", "persons.changed"
SIGNAL_BYTES = 8
WAIT_SECONDS = 30.0
MOST_KEPT = 500_000
"""So many keys at least are at hand, and twice as many at most; each takes 0.3 kB."""
MOST_TOGETHER = 10_000
"""New keys of one write; meanwhile no other process makes any. Their pages are written once each."""
MOST_REWRAPPED = 2_000
MOST_EXPECTED = 500
"""Keys of one look-up."""
CACHED_KIBIBYTES = 32_768
JOURNAL_PAGES = 8_000
"""After so many the journal is taken into the database: each page once, however often it was written meanwhile."""

TABLE = """CREATE TABLE keys (
    token TEXT NOT NULL, generation INTEGER NOT NULL, version INTEGER, wrapped BLOB, destroyed_at INTEGER, digest TEXT,
    request_no TEXT,
    PRIMARY KEY (token, generation)) WITHOUT ROWID"""
"""`version` is that of the purpose's key; a destroyed one has neither it nor `wrapped`; `request_no`: what for."""


NEWEST_KEY = "SELECT generation, version, wrapped FROM keys WHERE token = ? ORDER BY generation DESC LIMIT 1"
LIVE_KEYS = (
    "SELECT token, generation, version, wrapped FROM json_each(?) AS expected "
    "CROSS JOIN keys ON token = expected.value AND wrapped IS NOT NULL"
)
NEW_KEY = "INSERT INTO keys (token, generation, version, wrapped) VALUES (?, ?, ?, ?)"
UNUSABLE = (sqlite3.Error, ContentBroken)


class KeysBusy(Exception):
    """The database was in use all the time: what was asked is not done for good yet. Ask again."""


class StillWrapping(Exception):
    """A purpose's older key is needed yet: rewrap first."""


def wall_clock() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class PersonKeyStore(PersonKeys):
    """The keys of a folder. Opened at the first use; any thread may use it. KeyMissing where it cannot be used.

    `create` lets a purpose without a key have one made, as the embedded hub does. `renews`: whether a person whose key
    was destroyed gets a new one here; only where departments and officers speak, never where it is read what they said.
    """

    def __init__(self, folder: Path, *, create: bool, renews: bool, now: Now = wall_clock) -> None:
        self._folder = folder
        self._create = create
        self._renews = renews
        self._now = now
        self._lock = threading.RLock()
        self._batches = threading.local()
        self._opened: _Opened | None = None
        self._purposes = Keys(folder, create=create)
        self._young: dict[str, PersonKey] = {}
        self._old: dict[str, PersonKey] = {}
        self._fresh: dict[str, PersonKey] = {}
        """Made in the transaction that is open: not at hand before it is committed."""
        self._fresh_rows: list[tuple[str, int, int, bytes]] = []
        """Their rows, which are written together when it is committed."""
        self._expected: dict[str, tuple[int, int, bytes]] = {}
        """Of those last expected and not asked for yet: generation, version of the purpose's key, wrapped."""
        self._failures = 0

    @contextmanager
    def batch(self) -> Iterator[None]:
        failures = self._failures
        self._batches.depth = getattr(self._batches, "depth", 0) + 1
        try:
            yield
        finally:
            self._batches.depth -= 1
            with self._lock:
                self._commit()
        if self._failures != failures:  # in the hands of another thread
            raise KeyMissing("persons' keys that were made could not be kept")

    def expect(self, tokens: Iterable[str]) -> None:
        with self._lock:
            if self._opened is None or self._opened.has_changed:
                self._forget()
            known = (self._young, self._old, self._fresh)
            unknown = sorted({token for token in tokens if not any(token in kept for kept in known)})
            self._expected = {}
            try:
                for start in range(0, len(unknown), MOST_EXPECTED):
                    asked = json.dumps(unknown[start : start + MOST_EXPECTED])
                    for token, *found in self._files.database.execute(LIVE_KEYS, (asked,)):
                        self._expected[token] = tuple(found)
            except sqlite3.Error as error:
                raise self._unusable(error) from error

    def destroy(self, token: str, request_no: str = "") -> Proof:
        """As PersonKeys says; KeysBusy where the bytes may still stand in the database's journal."""
        with self._lock, self._writing() as database:
            live = _to_destroy(database, token, request_no)
            database.executemany(
                "UPDATE keys SET version = NULL, wrapped = NULL, destroyed_at = ?, digest = ?, request_no = ? "
                "WHERE token = ? AND generation = ?",
                [(self._now(), digest_of(token, one, wrapped), request_no, token, one) for one, wrapped in live],
            )
        with self._lock:
            self._files.announce()
            self._forget()
            self._files.overwrite_journal()
            rows = self._files.database.execute(
                "SELECT generation, destroyed_at, digest FROM keys "
                "WHERE token = ? AND wrapped IS NULL ORDER BY generation",
                (token,),
            )
            return Proof(token, tuple(Destroyed(*row) for row in rows))

    # Rotation of the purposes' keys.

    def rotate(self, purpose: str) -> int:
        """Make the next key of a purpose: from now on every process wraps new keys by it. Its version."""
        version = Keys(self._folder, create=self._create).make_next(purpose_key(purpose))
        with self._lock:
            self._files.announce()
            self._forget()
        return version

    def rewrap(self, purpose: str, after: str = "", most: int = MOST_REWRAPPED) -> str | None:
        """Wrap the next keys of a purpose, in the order of tokens, by its newest key; the last token, None at the end.

        Others work meanwhile: a slice takes a moment, and whoever has a person's key at hand need not look.
        """
        newest = Keys(self._folder, create=False).current(purpose_key(purpose))
        with self._lock, self._writing() as database:
            rows = database.execute(
                "SELECT token, generation, version, wrapped FROM keys WHERE token > ? AND token < ? "
                "AND version <> ? AND wrapped IS NOT NULL ORDER BY token LIMIT ?",
                (max(after, f"{purpose}:"), f"{purpose};", newest.version, most),
            ).fetchall()
            database.executemany(
                "UPDATE keys SET version = ?, wrapped = ? WHERE token = ? AND generation = ?",
                [
                    (newest.version, self._wrapped_anew(newest, token, generation, version, wrapped), token, generation)
                    for token, generation, version, wrapped in rows
                ],
            )
        return str(rows[-1][0]) if rows else None

    def _wrapped_anew(self, newest: Key, token: str, generation: int, version: int, wrapped: bytes) -> bytes:
        secret = unwrapped(self._purposes.version(newest.name, version), token, generation, wrapped)
        return wrapped_by(newest, token, generation, secret)

    def wrapped_keys(self, purpose: str) -> dict[int, int]:
        """How many persons' keys each version of a purpose's key wraps."""
        with self._lock:
            rows = self._files.database.execute(
                "SELECT version, count(*) FROM keys WHERE token > ? AND token < ? AND wrapped IS NOT NULL "
                "GROUP BY version ORDER BY version",
                (f"{purpose}:", f"{purpose};"),
            )
            return dict(rows.fetchall())

    def retire(self, purpose: str) -> list[int]:
        """Destroy all keys of a purpose but the newest, and with them every copy of what they wrapped; their versions.

        Raises StillWrapping where one of them wraps a key that is in use, and KeysBusy as `destroy` does.
        """
        keys = Keys(self._folder, create=False)
        *older, newest = sorted(keys.versions(purpose_key(purpose)))
        with self._lock:
            with self._writing():
                if left := [version for version in self.wrapped_keys(purpose) if version != newest]:
                    raise StillWrapping(f"keys of {purpose} still wrap persons' keys: versions {left}")
                for version in older:
                    keys.destroy_version(purpose_key(purpose), version)
            self._files.announce()
            self._forget()
            self._files.overwrite_journal()
        return older

    def close(self) -> None:
        """Close the files; the next use opens them again."""
        with self._lock:
            self._commit()
            self._forget()
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    # Finding.

    def _current(self, token: str) -> PersonKey | None:
        key = self._at_hand(token)
        if key is not None:
            return key
        with self._lock:
            try:
                return self._found_or_made(token)
            except UNUSABLE as error:
                raise self._unusable(error) from error
            finally:
                if not getattr(self._batches, "depth", 0):
                    self._commit()

    def _of(self, token: str, generation: int) -> PersonKey | None:
        key = self._at_hand(token)
        if key is None or key.generation < generation:
            with self._lock:
                try:
                    key, newest = self._found(token)
                except UNUSABLE as error:
                    raise self._unusable(error) from error
        else:
            newest = key.generation
        if not 0 < generation <= newest:
            raise PersonKeyMissing(f"no key of generation {generation} of this person in {self._folder}")
        return key if key and key.generation == generation else None

    def _unusable(self, error: Exception) -> KeyMissing:
        """That the database or a purpose's key cannot be used is nobody's record's fault."""
        return KeyMissing(f"{self._folder / DATABASE} cannot be used: {error}")

    def _at_hand(self, token: str) -> PersonKey | None:
        if self._opened is None or self._opened.has_changed:
            self._forget()
        young, old = self._young, self._old  # what is forgotten meanwhile must not come back
        key = young.get(token)
        if key is None and (key := old.get(token)) is not None and len(young) < MOST_KEPT:
            young[token] = key
        return key

    def _keep(self, token: str, key: PersonKey) -> None:
        if len(self._young) >= MOST_KEPT:
            self._old, self._young = self._young, {}
        self._young[token] = key

    def _forget(self) -> None:
        """Nothing at hand is sure any more; which key of a purpose is the newest is not, either."""
        with self._lock:
            self._files.see()
            self._young, self._old, self._expected = {}, {}, {}
            self._purposes = Keys(self._folder, create=self._create)

    def _found(self, token: str) -> tuple[PersonKey | None, int]:
        """The key that is not destroyed, and the newest generation that there ever was; 0: none."""
        if (key := self._fresh.get(token)) is not None:
            return key, key.generation
        row = self._expected.pop(token, None)
        if row is None:
            row = (self._opened or self._files).database.execute(NEWEST_KEY, (token,)).fetchone()
        if row is None:
            return None, 0
        generation, version, wrapped = row
        if wrapped is None:
            return None, generation
        wrapping = self._purposes.version(purpose_key(token[: token.index(":")]), version)
        key = PersonKey(token, generation, unwrapped(wrapping, token, generation, wrapped))
        self._keep(token, key)
        return key, generation

    # Making.

    def _found_or_made(self, token: str) -> PersonKey | None:
        """The transaction in which a key is made is left open."""
        key, newest = self._found(token)
        if key is not None or (newest and not self._renews):
            return key
        purpose = purpose_key(purpose_of(token))
        if self._begin():
            key, newest = self._found(token)
            if key is not None or (newest and not self._renews):
                return key  # another process has made it, or made and destroyed it, meanwhile
        return self._made(token, newest + 1, purpose)

    def _made(self, token: str, generation: int, purpose: str) -> PersonKey:
        secret, wrapping = secrets.token_bytes(SECRET_BYTES), self._purposes.current(purpose)
        row = (token, generation, wrapping.version, wrapped_by(wrapping, token, generation, secret))
        self._fresh_rows.append(row)
        key = self._fresh[token] = PersonKey(token, generation, secret)
        if len(self._fresh) >= MOST_TOGETHER:
            self._commit()
        return key

    def _begin(self) -> bool:
        """Be the only writer; from then on no purpose gets a new key unseen. False where it is so already."""
        if self._files.database.in_transaction:
            return False
        self._files.database.execute("BEGIN IMMEDIATE")
        if self._files.has_changed:
            self._forget()
        return True

    def _commit(self) -> None:
        if self._opened is None or not self._opened.database.in_transaction:
            return
        fresh, self._fresh = self._fresh, {}
        rows, self._fresh_rows = self._fresh_rows, []
        try:
            self._opened.database.executemany(NEW_KEY, sorted(rows))  # neighbours stand on one page
            self._opened.database.execute("COMMIT")
        except sqlite3.Error as error:
            self._failures += 1
            if self._opened.database.in_transaction:
                self._opened.database.execute("ROLLBACK")
            raise self._unusable(error) from error
        for token, key in fresh.items():
            self._keep(token, key)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of its own, whole or not at all."""
        self._commit()
        self._begin()
        database = self._files.database
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    @property
    def _files(self) -> "_Opened":
        with self._lock:
            if self._opened is None:
                self._opened = _Opened(self._folder)
            return self._opened


class _Opened:
    """The two files of a folder, opened."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
        if not (folder / DATABASE).exists():
            _make_database(folder / DATABASE)
        self.database = sqlite3.connect(
            folder / DATABASE, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        for setting in (
            "synchronous = FULL",
            "secure_delete = ON",
            f"cache_size = -{CACHED_KIBIBYTES}",
            f"wal_autocheckpoint = {JOURNAL_PAGES}",
        ):
            self.database.execute(f"PRAGMA {setting}")
        number = os.open(folder / SIGNAL, os.O_RDWR | os.O_CREAT, PRIVATE)
        try:
            if os.fstat(number).st_size < SIGNAL_BYTES:
                os.ftruncate(number, SIGNAL_BYTES)
            self._signal = mmap.mmap(number, SIGNAL_BYTES)
        finally:
            os.close(number)
        self.see()

    @property
    def has_changed(self) -> bool:
        """Whether any process has destroyed or rotated a key since `see`."""
        return self._signal[:] != self._seen

    def see(self) -> None:
        self._seen = self._signal[:]

    def announce(self) -> None:
        """Tell every process."""
        self._signal[:] = secrets.token_bytes(SIGNAL_BYTES)

    def overwrite_journal(self) -> None:
        """Take what was written into the database itself, where what it takes the place of is overwritten; KeysBusy."""
        is_busy, *_ = self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise KeysBusy("the journal of persons' keys is in use")

    def close(self) -> None:
        self.database.close()
        self._signal.close()


def _make_database(path: Path) -> None:
    """Make the file whole or not at all; another process that makes it at the same moment wins or loses."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    database: Any = sqlite3.connect(draft, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(TABLE)
    database.close()
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _to_destroy(database: sqlite3.Connection, token: str, request_no: str) -> list[tuple[int, bytes]]:
    """The keys of a person that are to go, wrapped: none where some have gone for the same request."""
    live = "SELECT generation, wrapped FROM keys WHERE token = ? AND wrapped IS NOT NULL"
    unless = " AND NOT EXISTS (SELECT 1 FROM keys WHERE token = ? AND request_no = ? AND request_no <> '')"
    return database.execute(live + unless, (token, token, request_no)).fetchall()


def purpose_key(purpose: str) -> str:
    """The name of the key that wraps those of a purpose's persons."""
    return f"person.{purpose}"


def wrapped_by(wrapping: Key, token: str, generation: int, secret: bytes) -> bytes:
    """A person's secret under the key of the purpose: nonce, secret, tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + encrypted(wrapping.secret[:SM4_KEY_BYTES], nonce, f"{token}|{generation}".encode(), secret)


def unwrapped(wrapping: Key, token: str, generation: int, wrapped: bytes) -> bytes:
    """The secret again; ContentBroken."""
    nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    return decrypted(wrapping.secret[:SM4_KEY_BYTES], nonce, f"{token}|{generation}".encode(), sealed)
