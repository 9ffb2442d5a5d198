"""A department that pushes as fast as it is let, at little cost: signed requests over HTTP connections that stay open.

Bodies are made and signed beforehand and of an answer only the receipt's word is read, because the client shares the
machine with the gateway that is measured.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks.bench import WrongResult

CALL_SECONDS = 30.0
ACCEPTED = b'"status":"accepted"'
LENGTH = b"content-length:"


class Connection:
    """One connection, one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, host: str, port: int) -> "Connection":
        return cls(*await asyncio.open_connection(host, port))

    async def send(self, request: bytes) -> None:
        """One request whole, until its answer has come whole; WrongResult where that is no receipt."""
        self._writer.write(request)
        async with asyncio.timeout(CALL_SECONDS):
            head = await self._reader.readuntil(b"\r\n\r\n")
            body = await self._reader.readexactly(_length_of(head))
        if ACCEPTED not in body:
            raise WrongResult(f"a push was not accepted: {(head + body)[:400]!r}")

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


@dataclass
class Pushed:
    """What came of a run: seconds from its first request to its last receipt, and what each push took, in ms."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)


async def push_all(host: str, port: int, requests: Sequence[bytes], connections: int) -> Pushed:
    """As fast as receipts come, one request in flight on each connection."""
    pushed, waiting = Pushed(), iter(requests)
    open_ones = [await Connection.open(host, port) for _ in range(connections)]
    began = time.monotonic()

    async def go_on(connection: Connection) -> None:
        for request in waiting:
            sent_at = time.monotonic()
            await connection.send(request)
            pushed.latencies_ms.append((time.monotonic() - sent_at) * 1000)

    async with asyncio.TaskGroup() as group:
        for connection in open_ones:
            group.create_task(go_on(connection))
    pushed.seconds = time.monotonic() - began
    for connection in open_ones:
        await connection.close()
    return pushed


async def push_evenly(host: str, port: int, requests: Sequence[bytes], a_second: int, connections: int) -> Pushed:
    """At an even pace, whatever the answers; a push counts from the moment at which it was due."""
    pushed = Pushed()
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await Connection.open(host, port))
    began = time.monotonic()

    async def push(request: bytes, due_at: float) -> None:
        connection = await free.get()
        await connection.send(request)
        free.put_nowait(connection)
        pushed.latencies_ms.append((time.monotonic() - due_at) * 1000)

    async with asyncio.TaskGroup() as group:
        for number, request in enumerate(requests):
            due_at = began + number / a_second
            await asyncio.sleep(max(0.0, due_at - time.monotonic()))
            group.create_task(push(request, due_at))
    pushed.seconds = time.monotonic() - began
    while not free.empty():
        await free.get_nowait().close()
    return pushed


def _length_of(head: bytes) -> int:
    line = next(line for line in head.split(b"\r\n") if line.lower().startswith(LENGTH))
    return int(line.partition(b":")[2])
