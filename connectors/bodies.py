"""The bodies of requests, read whole and in bounds. How long they may take to come is the connection's own business:
`connections.py`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connectors.problems import Problem

Receive = Callable[[], Awaitable[Any]]


async def read_body(headers: Mapping[str, str], receive: Receive, most_bytes: int) -> bytes:
    """The whole body; Problem where it is compressed or too large, or where the sender has left."""
    if headers.get("content-encoding", "identity") != "identity":
        raise Problem(415, "content_encoding", "the body must not be compressed")
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    body, is_whole = bytearray(), False
    while not is_whole:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "disconnected", "the sender left before the body had arrived")
        body += message.get("body", b"")
        if len(body) > most_bytes:
            raise _too_large(most_bytes)
        is_whole = not message.get("more_body", False)
    return bytes(body)


def _too_large(most_bytes: int) -> Problem:
    return Problem(413, "too_large", f"at most {most_bytes} bytes")
