"""Files that a department drops into a folder, local or remote (`folders`), in any of the formats beside this module.

A file is read when it has its final name and has kept its size and time for a moment, or, where the department says so
by a `marker`, when the file of its name and that ending is there. Of a full dump only the lines
that are new, changed or gone since the dump before are rows; the cursor carries a keyed fingerprint of every line, so
that neither the old file nor a copy of it is needed. A line that cannot be read is a row with a fault, known by file
and line, and then nothing counts as gone; a file with another header is one row with a fault.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from operator import attrgetter
from typing import IO

from connectors.contract import Batch, Contract, ContractError, RawRow, SourceAway
from connectors.personal import names_person, without_numbers
from connectors.readers.dump_state import DumpState, Fingerprint
from connectors.readers.folders import DroppedFile, Folder
from connectors.readers.formats.line import Line, WrongFile
from connectors.vocabulary import Change
from streams.codec import Origin

MOST_ROWS = 500
MOST_LINES = 500_000
"""Lines of a full dump: what a reader remembers of each takes some 200 bytes of memory while it compares."""
SETTLE_SECONDS = 1.0
DIGEST_LETTERS = 12
HALF_UPLOADED = "*.part"

logger = logging.getLogger(__name__)


@dataclass
class _Dump:
    """A file while it is read: the version of its rows, what was found in it so far."""

    version: str
    lines: dict[str, bytes] = field(default_factory=dict)
    unreadable: bool = False


class FileReader:
    """Reads the files of one folder in the order of their names."""

    def __init__(
        self,
        contract: Contract,
        folder: Folder,
        pattern: str,
        read_lines: Callable[[IO[bytes], str], Iterator[Line]],
        every_seconds: float,
        fingerprint: Fingerprint,
        marker: str = "",
    ) -> None:
        self._full_dump = contract.full_dump
        self._pattern = pattern
        self._read_lines = read_lines
        self._marker = marker
        self._every_seconds = every_seconds
        self._fingerprint = fingerprint
        self._record_field = contract.item(contract.record[0]).source_field
        self._folder = folder

    def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
        state = DumpState.load(cursor)
        with closing(self._folder):
            while not stop.is_set():
                for file in self._settled(state, stop):
                    for batch in self._read(file, state):
                        yield batch
                        state = DumpState.load(batch.cursor) if batch.cursor else state
                stop.wait(self._every_seconds)

    def _settled(self, state: DumpState, stop: threading.Event) -> list[DroppedFile]:
        """Files still to be read that have not changed for a moment, by name."""
        first = self._look(state)
        if not first or stop.wait(SETTLE_SECONDS):
            return []
        return [file for file in self._look(state) if file in first]

    def _look(self, state: DumpState) -> list[DroppedFile]:
        found = self._folder.files()
        wanted = [self._shown(file) for name, file in found.items() if self._is_wanted(name, found)]
        return sorted(
            (
                file
                for file in wanted
                if file.name >= state.file
                and (file.name, file.size, file.modified_at) != (state.file, state.size, state.modified_at)
            ),
            key=attrgetter("name"),
        )

    def _shown(self, file: DroppedFile) -> DroppedFile:
        """The file under the name that it goes by from here on: with a keyed digest for the number of a person."""
        return replace(file, name=without_numbers(file.name, self._stand_in))

    def _stand_in(self, number: str) -> str:
        return f"{self._fingerprint(number.encode()).hex()[:DIGEST_LETTERS]}~"

    def _is_wanted(self, name: str, names: Collection[str]) -> bool:
        whole = not fnmatchcase(name, HALF_UPLOADED) and (not self._marker or f"{name}{self._marker}" in names)
        return whole and fnmatchcase(name, self._pattern) and name.isprintable()

    def _read(self, file: DroppedFile, state: DumpState) -> Iterator[Batch]:
        """The rows of one file; the last batch carries the cursor."""
        content, lines = self._content(file)
        after = replace(state, file=file.name, size=file.size, modified_at=file.modified_at, content=content, begun="")
        if file.name == state.file and content == state.content:
            yield Batch((), after.cursor())
            return
        if self._full_dump and lines > MOST_LINES:
            fault = ContractError("", "too_many_lines", f"全量文件有{lines}行,最多{MOST_LINES}行,整个文件未读")
            yield Batch([_whole(file, fault)], after.cursor())
            return
        # A file put there again, corrected, is another version of its rows, also if that was while it was read.
        dump = _Dump(state.version_of(file.name, content))
        begun: DumpState | None = state.beginning(file.name, content)
        rows: list[RawRow] = []
        try:
            for number, line in enumerate(self._lines(file)):
                if self._full_dump and number >= MOST_LINES:
                    raise WrongFile(b"", ContractError("", "too_many_lines", f"全量文件超过{MOST_LINES}行"))
                if row := self._row(file, line, dump, state):
                    rows.append(row)
                if len(rows) >= MOST_ROWS:
                    yield Batch(rows, begun.cursor() if begun else None)
                    rows, begun = [], None
        except WrongFile as wrong:
            self._check_unchanged(file, content)
            row = RawRow(wrong.raw, None, Origin(file.name, 0, 1), wrong.fault, noted_at=file.modified_at)
            yield Batch([row], after.cursor())
            return
        self._check_unchanged(file, content)
        if self._full_dump:
            rows += self._gone(file, dump, state)
            kept = state.lines if dump.unreadable else {}
            after = replace(after, lines={**kept, **dump.lines})
        yield Batch(rows, after.cursor())

    def _check_unchanged(self, file: DroppedFile, content: str) -> None:
        """SourceAway where the file is not any more what it was: what was found wrong in it may be half of each."""
        if self._content(file)[0] != content:
            raise SourceAway(f"{file.name} has changed while it was read")

    def _content(self, file: DroppedFile) -> tuple[str, int]:
        """What tells one content of a file from another, and how many line ends it has."""
        digest, lines = hashlib.blake2b(digest_size=16), 0
        with self._folder.open(file) as opened:
            while chunk := opened.read(1 << 20):
                digest.update(chunk)
                lines += chunk.count(b"\n")
        return digest.hexdigest(), lines

    def _lines(self, file: DroppedFile) -> Iterator[Line]:
        with self._folder.open(file) as opened:
            yield from self._read_lines(opened, file.name)

    def _row(self, file: DroppedFile, line: Line, dump: _Dump, state: DumpState) -> RawRow | None:
        """The row of a line, None for one that the dump before had just so."""
        origin = Origin(file.name, 0, line.number)
        record_no = str(line.values.get(self._record_field, "")).strip() if line.values else ""
        dump.unreadable |= not record_no
        change: Change = "new"
        if self._full_dump and record_no and not names_person(record_no):
            fingerprint = self._fingerprint(line.raw)
            known = dump.lines.get(record_no, state.lines.get(record_no))
            if known == fingerprint:
                dump.lines[record_no] = fingerprint
                return None
            change = "changed" if record_no in state.lines else "new"
            dump.lines[record_no] = fingerprint
        return RawRow(
            line.raw, line.values, origin, line.fault, version=dump.version, noted_at=file.modified_at, change=change
        )

    def _gone(self, file: DroppedFile, dump: _Dump, state: DumpState) -> list[RawRow]:
        """Rows of lines that the dump before had and this one has not; none if any line may hide one of them."""
        gone = sorted(state.lines.keys() - dump.lines.keys())
        if dump.unreadable or not gone:
            return []
        origin = Origin(file.name, 0, -1)
        if not dump.lines:
            fault = ContractError("", "empty_dump", f"全量文件没有一行,上次有{len(gone)}行")
            dump.unreadable = True
            return [_whole(file, fault)]
        return [
            RawRow(
                record_no.encode(),
                {self._record_field: record_no},
                origin,
                version=dump.version,
                noted_at=file.modified_at,
                change="removed",
            )
            for record_no in gone
        ]


def _whole(file: DroppedFile, fault: ContractError) -> RawRow:
    """A file as one row with a fault."""
    return RawRow(b"", None, Origin(file.name, 0, -1), fault, noted_at=file.modified_at)
