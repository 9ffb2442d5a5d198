"""Signed requests, checked: HMAC-SM3 over time and body, good for some minutes around the time they name."""

import hmac
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from streams.secrecy.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature

WINDOW_SECONDS = 300
TIMESTAMP_NAME, SIGNATURE_NAME = TIMESTAMP_HEADER.lower(), SIGNATURE_HEADER.lower()
"""As ASGI names them; other mappings of headers do not mind."""

UNTIL, MOMENT = b" until ", "%Y-%m-%dT%H:%M:%SZ"


class SignatureRefused(Exception):
    """The request is not signed by a key of the sender's, or not now. `reason` is a stable code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class SharedKey:
    """One key of a department; an old one is good until a second (Unix) that the secret names."""

    value: bytes
    until_seconds: float = math.inf

    def line(self) -> bytes:
        """As it stands in the secret."""
        if self.until_seconds == math.inf:
            return self.value
        return self.value + UNTIL + datetime.fromtimestamp(self.until_seconds, UTC).strftime(MOMENT).encode()


def keys_of(secret: bytes, now_seconds: float) -> list[bytes]:
    """The keys in a secret that are good now, one a line, the newest first: while a key is replaced, these are two."""
    return [key.value for key in _shared_keys(secret) if now_seconds < key.until_seconds]


def with_new_key(secret: bytes, new_key: bytes, now_seconds: float, overlap_seconds: float) -> bytes:
    """The secret once `new_key` has come; what was good before goes on for the overlap, or as long as was said."""
    end = math.floor(now_seconds + overlap_seconds)
    old = [SharedKey(key.value, min(end, key.until_seconds)) for key in _shared_keys(secret)]
    kept = [key for key in old if now_seconds < key.until_seconds]
    return b"\n".join(key.line() for key in (SharedKey(new_key), *kept))


@lru_cache(maxsize=256)
def _shared_keys(secret: bytes) -> tuple[SharedKey, ...]:
    return tuple(_shared_key(line.strip()) for line in secret.splitlines() if line.strip())


def _shared_key(line: bytes) -> SharedKey:
    value, until, moment = line.rpartition(UNTIL)
    if not until:
        return SharedKey(line)
    try:
        return SharedKey(value, datetime.strptime(moment.decode(), MOMENT).replace(tzinfo=UTC).timestamp())
    except ValueError:  # an end that nobody can read has passed
        return SharedKey(value, 0.0)


def check_signature(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now_seconds: float) -> None:
    """Return where one of `keys` signed this body within the window; SignatureRefused otherwise.

    A request repeated within the window passes: what it asks for is idempotent by its own id.
    """
    timestamp, given = headers.get(TIMESTAMP_NAME, ""), headers.get(SIGNATURE_NAME, "")
    if not timestamp or not given:
        raise SignatureRefused("signature_missing", f"{TIMESTAMP_HEADER} and {SIGNATURE_HEADER} are needed")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused("timestamp_wrong", f"{TIMESTAMP_HEADER} must be Unix seconds")
    if abs(now_seconds - int(timestamp)) > WINDOW_SECONDS:
        raise SignatureRefused("timestamp_outside_window", f"the time is more than {WINDOW_SECONDS} s from now")
    if not any(hmac.compare_digest(signature(key, timestamp, body).encode(), given.encode()) for key in keys):
        raise SignatureRefused("signature_wrong", "the signature is of another key or another body")
