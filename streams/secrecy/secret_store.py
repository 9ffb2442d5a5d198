"""Secrets by name: one file each in the folder that HUB_SECRETS names."""

import os
import time
from pathlib import Path

PREFIX = "secret:"
SETTLED_NANOSECONDS = 1_000_000_000
"""A file changed twice within a tick of the file system's clock looks the same: one changed just now is read again."""

Stamp = tuple[int, int, int]
"""Inode, size and time of the last change: what tells one content of a file from another."""


class SecretMissing(Exception):
    """There is no such secret, or it cannot be read; the text names it, never its value."""


class SecretStore:
    """Looks at the file on every call, so that a changed secret counts at once, and reads it when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: dict[str, Path] = {}
        self._known: dict[str, tuple[Stamp, bytes]] = {}

    def read(self, name: str) -> bytes:
        """The content of one secret without the newline at its end; SecretMissing."""
        path = self._paths.get(name)
        if path is None:
            if not name or name != Path(name).name:
                raise SecretMissing(f"{name!r} cannot be the name of a secret")
            path = self._folder / name
        try:
            return self._content(name, path)
        except OSError as error:
            raise SecretMissing(f"secret {name} cannot be read: {error.strerror}") from error

    def _content(self, name: str, path: Path) -> bytes:
        found = os.stat(path)  # noqa: PTH116 - asked for every push, and half the price of `Path.stat`
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
        known = self._known.get(name)
        if known and known[0] == stamp:
            return known[1]
        content = path.read_bytes().rstrip(b"\r\n")
        if time.time_ns() - found.st_mtime_ns > SETTLED_NANOSECONDS:
            self._paths[name], self._known[name] = path, (stamp, content)
        return content

    def resolve(self, value: str) -> str:
        """`value` itself, or what `secret:<name>` stands for; SecretMissing."""
        if not value.startswith(PREFIX):
            return value
        try:
            return self.read(value.removeprefix(PREFIX)).decode()
        except UnicodeDecodeError as error:
            raise SecretMissing(f"{value} is no text") from error
