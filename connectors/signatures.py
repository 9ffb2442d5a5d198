"""Signed requests, checked: HMAC-SM3 over time and body, good for some minutes around the time they name."""

import hmac
from collections.abc import Mapping, Sequence

from streams.secrecy.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature

WINDOW_SECONDS = 300


class SignatureRefused(Exception):
    """The request is not signed by a key of the sender's, or not now. `reason` is a stable code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def keys_of(secret: bytes) -> tuple[bytes, ...]:
    """The keys in a secret, one a line: while a key is replaced, the old one and the new one are both good."""
    return tuple(line.strip() for line in secret.splitlines() if line.strip())


def check_signature(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now_seconds: float) -> None:
    """Return where one of `keys` signed this body within the window; SignatureRefused otherwise.

    A request repeated within the window passes: what it asks for is idempotent by its own id.
    """
    timestamp, given = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not timestamp or not given:
        raise SignatureRefused("signature_missing", f"{TIMESTAMP_HEADER} and {SIGNATURE_HEADER} are needed")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused("timestamp_wrong", f"{TIMESTAMP_HEADER} must be Unix seconds")
    if abs(now_seconds - int(timestamp)) > WINDOW_SECONDS:
        raise SignatureRefused("timestamp_outside_window", f"the time is more than {WINDOW_SECONDS} s from now")
    if not any(hmac.compare_digest(signature(key, timestamp, body).encode(), given.encode()) for key in keys):
        raise SignatureRefused("signature_wrong", "the signature is of another key or another body")
