"""A digest of what a processor puts out: equal for equal outputs in equal order."""

from collections.abc import Mapping
from hashlib import blake2b

from streams.engine.engine import is_own

DIGEST_BYTES = 16


class Digest:
    """Takes outputs one after the other."""

    def __init__(self) -> None:
        self._digest = blake2b(digest_size=DIGEST_BYTES)

    def take(self, topic: str, key: str, value: bytes | None) -> None:
        """The next output; None deletes."""
        self._digest.update(f"{topic}|{key}|{-1 if value is None else len(value)}|".encode())
        self._digest.update(value or b"")

    def found(self) -> str:
        return self._digest.hexdigest()


def digest_of_rows(rows: Mapping[str, bytes]) -> str:
    """Of rows by key, without the engine's own: those tell of positions, not of matters."""
    digest = Digest()
    for key in sorted(rows):
        if not is_own(key):
            digest.take("", key, rows[key])
    return digest.found()
