"""Signatures of HTTP requests, ours to units: HMAC-SM3 over the time and the body."""

import hmac

TIMESTAMP_HEADER = "X-Hub-Timestamp"
SIGNATURE_HEADER = "X-Hub-Signature"


def signature(key: bytes, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SM3 of `timestamp + "." + body`; `timestamp` is Unix seconds in decimal."""
    return hmac.digest(key, timestamp.encode() + b"." + body, "sm3").hex()


def signature_headers(key: bytes, timestamp: int, body: bytes) -> dict[str, str]:
    """The two headers of a signed request; `timestamp` is Unix seconds."""
    return {TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: signature(key, str(timestamp), body)}
