"""HTTP connections in bounds: uvicorn itself waits for a request, or for a reader, for ever.

A request's head must come in time and in bounds, its body in time (how large it may be is its door's business), and
who asks must read what is answered. What lies between two requests is bounded by uvicorn's keep-alive. A connection
beyond the most is told so when it asks for something.
"""

import asyncio
from enum import Enum
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from connectors.problems import Problem

HEAD_SECONDS = 10.0
BODY_SECONDS = 10.0
READ_SECONDS = 10.0
"""How long an answer may lie that the client does not read."""
MOST_HEAD_BYTES = 64 * 1024
MOST_CONNECTIONS = 1000
FULL_RETRY_SECONDS = 1


class Part(Enum):
    """What of a request is being waited for."""

    NOTHING = 0
    HEAD = 1
    BODY = 2


class GatheringTransport(asyncio.Transport):
    """Sends at once what is written in one turn of the loop.

    uvicorn writes the head and the body of an answer apart, and uvloop makes a system call of each.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._written: list[bytes | bytearray | memoryview] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(data)

    def _send(self) -> None:
        if self._written:
            written, self._written = b"".join(self._written), []
            self._transport.write(written)

    def close(self) -> None:
        self._send()
        self._transport.close()

    def abort(self) -> None:
        self._written.clear()
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()


class BoundedConnection(HttpToolsProtocol):
    """Closes a connection that is too slow, whose head is too large, or that is one too many."""

    _part = Part.NOTHING
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _is_too_many = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(GatheringTransport(transport, self.loop))
        if len(self.connections) > 2 * MOST_CONNECTIONS:
            transport.abort()
            return
        self._is_too_many = len(self.connections) > MOST_CONNECTIONS
        self._part = Part.HEAD
        self._await(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        if self._is_too_many:
            self._refuse(_too_many())
            return
        super().data_received(data)
        if self._part is Part.NOTHING:
            return
        if self._part is Part.HEAD:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(Problem(431, "head_too_large", f"a head has at most {MOST_HEAD_BYTES} bytes"))
                return
        if self._deadline is None:  # never for a request that came whole
            self._await(HEAD_SECONDS if self._part is Part.HEAD else BODY_SECONDS)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._part = Part.HEAD
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self._part = Part.BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stop_waiting()
        self._part = Part.NOTHING
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(error)

    def _await(self, within_seconds: float) -> None:
        self._deadline = self.loop.call_later(within_seconds, self._is_due)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _is_due(self) -> None:
        """The wait is over; while an answer to an earlier request is owed, it goes on."""
        earlier = self.pipeline if self._part is Part.BODY else self._is_answering()
        if earlier:
            self._await(HEAD_SECONDS)
        elif self._part is Part.HEAD:
            self._refuse(Problem(408, "slow_head", f"the head must arrive within {HEAD_SECONDS:g} s"))
        else:
            self._refuse(Problem(408, "slow_body", f"the body must arrive within {BODY_SECONDS:g} s"))

    def _is_answering(self) -> bool:
        """Before the first request there is no cycle, whatever its type says."""
        return not getattr(self.cycle, "response_complete", True)

    def _refuse(self, problem: Problem) -> None:
        """Say why, unless this very request was answered before it had come whole, and close."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        if self._part is not Part.BODY or not self.cycle.response_started:
            self.transport.write(_closing(problem))
        self.transport.close()


def _too_many() -> Problem:
    detail = "too many connections are open: use those you have, or come later"
    return Problem(503, "too_many_connections", detail, retry_after_seconds=FULL_RETRY_SECONDS)


def _closing(problem: Problem) -> bytes:
    """A refusal as the last answer of its connection."""
    response = problem.response()
    headers = {b"connection": b"close", **dict(response.raw_headers)}
    lines = b"".join(b"%b: %b\r\n" % header for header in headers.items())
    return STATUS_LINE[problem.status] + lines + b"\r\n" + bytes(response.body)
