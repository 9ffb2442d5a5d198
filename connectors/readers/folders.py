"""Folders that a reader looks into, of this machine or over SFTP; nothing in them is ever written, renamed or deleted.

Whatever fails in the medium is SourceAway, so that a connection that breaks within a file is never taken for a file
that is wrong. Links are passed over: they could lead out of the folder.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, cast

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]
from fsspec.core import url_to_fs  # type: ignore[import-untyped]
from paramiko import SSHException

from connectors.contract import SourceAway
from connectors.personal import without_numbers

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_BYTES = 256 * 1024
MEDIUM_FAULTS = (OSError, EOFError, SSHException)
SECURE_SHELL = ("sftp://", "ssh://")


@dataclass(frozen=True)
class DroppedFile:
    """A file as the folder lists it; `modified_at` in milliseconds."""

    path: str
    name: str
    size: int
    modified_at: int


class Folder:
    """One folder of a file system, which is opened when it is first looked at."""

    def __init__(self, open_files: Callable[[], AbstractFileSystem], path: str) -> None:
        self._open_files = open_files
        self._path = path
        self._opened: AbstractFileSystem | None = None

    def files(self) -> dict[str, DroppedFile]:
        """Its plain files by name; SourceAway."""
        try:
            files = self._file_system()
            files.invalidate_cache()
            entries = files.ls(self._path, detail=True)
            return {
                file.name: file
                for entry in entries
                if entry["type"] == "file" and not entry.get("islink")
                for file in [_dropped(files, entry)]
            }
        except (*MEDIUM_FAULTS, ValueError) as error:
            said = without_numbers(str(error)) or type(error).__name__
            raise SourceAway(f"folder cannot be listed: {said}") from error

    @contextmanager
    def open(self, file: DroppedFile) -> Iterator[IO[bytes]]:
        """A file from its beginning; SourceAway, also from each reading."""
        with _told(file.name):
            opened = self._file_system().open(file.path, "rb")
        with io.BufferedReader(_Guarded(opened, file.name), BUFFER_BYTES) as guarded:
            yield guarded

    def close(self) -> None:
        """Ends the connection, if there is one; the next look opens another."""
        opened, self._opened = self._opened, None
        if client := getattr(opened, "client", None):
            client.close()

    def _file_system(self) -> AbstractFileSystem:
        if self._opened is None:
            self._opened = self._open_files()
        return self._opened


def folder_at(path: str) -> Folder:
    """A folder of this machine, or of another file system that fsspec knows by its URL; ValueError.

    Not over SFTP: fsspec by itself takes any host key.
    """
    if any(protocol in path for protocol in SECURE_SHELL):
        raise ValueError("a folder over SFTP is named sftp://user@host:port/path, with its host key in the line below")
    files, inner = url_to_fs(path)
    return Folder(lambda: files, inner)


class _Guarded(io.RawIOBase):
    """An opened file whose medium may fail."""

    def __init__(self, opened: IO[bytes], name: str) -> None:
        self._opened = opened
        self._name = name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        into = memoryview(buffer).cast("B")
        with _told(self._name):
            read = self._opened.read(len(into))
        into[: len(read)] = read
        return len(read)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        with _told(self._name):
            self._opened.seek(offset, whence)
            return self._opened.tell()

    def close(self) -> None:
        if not self.closed:
            super().close()
            with _told(self._name):
                self._opened.close()


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except MEDIUM_FAULTS as error:
        raise SourceAway(f"{name} cannot be read: {_text(error)}") from error


def _text(error: Exception) -> str:
    """Without the path, which may be named after a person."""
    said = error.strerror if isinstance(error, OSError) and error.filename is not None else str(error)
    return said or type(error).__name__


def _dropped(files: AbstractFileSystem, entry: dict[str, Any]) -> DroppedFile:
    path = cast("str", entry["name"])
    modified = entry.get("mtime") or files.modified(path)
    if isinstance(modified, datetime):
        modified = (modified if modified.tzinfo else modified.replace(tzinfo=UTC)).timestamp()
    return DroppedFile(path, PurePosixPath(path).name, int(entry["size"]), int(modified * 1000))
