"""A TCP proxy before a Kafka broker that knows Kafka's frames: it passes, delays, holds, loses or cuts, per direction.

A request is a length, then api key, api version and correlation id; its response has that correlation id.
"""

import asyncio
import contextlib
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any

from streams.embedded.ports import HOST

LONGEST_FRAME_BYTES = 100_000_000


class Api(IntEnum):
    """The requests that tests single out."""

    PRODUCE = 0
    FETCH = 1
    LIST_OFFSETS = 2
    METADATA = 3
    JOIN_GROUP = 11
    HEARTBEAT = 12
    INIT_PRODUCER_ID = 22
    ADD_PARTITIONS = 24
    ADD_OFFSETS = 25
    END_TRANSACTION = 26
    COMMIT_OFFSETS = 28
    DESCRIBE_CONFIGS = 32


class Direction(Enum):
    REQUEST = "request"
    RESPONSE = "response"


class Fate(Enum):
    """What becomes of a frame."""

    PASS = "passes"
    HOLD = "waits, with what follows it, until the line is healed"
    LOSE = "is lost, its connection stays"
    CUT = "is lost with its connection"
    LATE = "its client is cut off, the broker gets it before the next frame that is to pass after it"
    PASS_AFTER_LATE = "passes when the broker has answered what came late"


@dataclass(frozen=True)
class Frame:
    """One request or response; `api` is the request's key, also of its response."""

    direction: Direction
    api: int
    data: bytes


@dataclass(frozen=True)
class Treatment:
    """What one direction does to every frame: its fate, and how long each is held up first."""

    fate: Fate = Fate.PASS
    delay_seconds: float = 0.0


Judge = Callable[[Frame], Fate | None]
"""Decides about single frames, in the proxy's thread; None leaves it to the direction's treatment."""


Edit = Callable[[Frame], Frame]
"""Changes single frames, in the proxy's thread, before they are judged; they keep their length."""


class Once:
    """The next frame of one kind has this fate, all others pass."""

    def __init__(self, api: Api, direction: Direction, fate: Fate) -> None:
        self.met: Frame | None = None
        self._kind = api, direction
        self._fate = fate

    def __call__(self, frame: Frame) -> Fate | None:
        if self.met is None and (frame.api, frame.direction) == self._kind:
            self.met = frame
        return self._fate if frame is self.met else None


@dataclass(eq=False)
class Connection:
    """A client's connection and ours to the broker for it, with the requests whose responses are outstanding."""

    client: asyncio.StreamWriter
    broker: asyncio.StreamWriter
    outstanding: dict[int, int] = field(default_factory=dict)
    late: bytes = b""
    was_late: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        """End the client's side at once; the broker's side stays while a late request waits for it."""
        self.client.transport.abort()
        if not self.late:
            self.broker.transport.abort()


class Proxy:
    """Listens on `port` from `start` to `stop`, in a thread of its own. Treatments may be set from any thread."""

    def __init__(self, broker_port: int) -> None:
        self.port = 0
        self.requests = Treatment()
        self.responses = Treatment()
        self.judge: Judge | None = None
        self.edit: Edit | None = None
        self.passed: Counter[int] = Counter()
        """How many requests of each api reached the broker."""
        self.late_answers: list[bytes] = []
        """What the broker said to the requests that came late."""
        self._broker_port = broker_port
        self._connections: set[Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    # From the test's thread.

    def start(self) -> None:
        self._thread.start()
        self.port = self._call(self._listen())

    def stop(self) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def hang(self) -> None:
        """Both directions hold everything; connections stay open."""
        self.requests = self.responses = Treatment(Fate.HOLD)

    def cut(self) -> None:
        """Every connection is reset, and so is every new one as soon as it says something."""
        self.requests = self.responses = Treatment(Fate.CUT)
        self._call(self._cut_all())

    def heal(self) -> None:
        """Let everything pass again, what was held first."""
        self.requests = self.responses = Treatment()
        self.judge = self.edit = None
        self._call(self._wake())

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    # In the proxy's thread.

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _cut_all(self) -> None:
        for connection in list(self._connections):
            connection.cut()
        await self._wake()

    async def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _serve(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            broker_reader, broker = await asyncio.open_connection(HOST, self._broker_port)
        except OSError:
            client.transport.abort()
            return
        connection = Connection(client, broker)
        self._connections.add(connection)
        pumps = {
            asyncio.ensure_future(self._carry(Direction.REQUEST, client_reader, broker, connection)),
            asyncio.ensure_future(self._carry(Direction.RESPONSE, broker_reader, client, connection)),
        }
        self._tasks |= pumps
        await asyncio.wait(pumps)
        self._tasks -= pumps
        self._connections.discard(connection)
        connection.gone.set()

    async def _carry(
        self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: Connection
    ) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await self._deal(await _read(direction, reader, connection), writer, connection):
                pass
        connection.cut()

    async def _deal(self, frame: Frame, writer: asyncio.StreamWriter, connection: Connection) -> bool:
        """Do with a frame what is to be done with it; whether the connection goes on."""
        frame = self.edit(frame) if self.edit is not None else frame
        while (fate := await self._fate(frame)) is Fate.HOLD:
            await self._changed.wait()
        match fate:
            case Fate.LOSE:
                return True
            case Fate.CUT:
                return False
            case Fate.LATE:
                connection.late = frame.data
                return False
            case Fate.PASS_AFTER_LATE:
                await self._deliver_late()
        if frame.direction is Direction.REQUEST:
            self.passed[frame.api] += 1
        elif connection.late:
            return True
        elif connection.was_late:
            self.late_answers.append(frame.data)
            return False
        writer.write(frame.data)
        await writer.drain()
        return True

    async def _deliver_late(self) -> None:
        for connection in [one for one in self._connections if one.late]:
            connection.broker.write(connection.late)
            connection.late, connection.was_late = b"", True
            await connection.gone.wait()

    async def _fate(self, frame: Frame) -> Fate:
        treatment = self.requests if frame.direction is Direction.REQUEST else self.responses
        if treatment.delay_seconds:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), treatment.delay_seconds)
        judged = self.judge(frame) if self.judge is not None else None
        return judged or treatment.fate


async def _read(direction: Direction, reader: asyncio.StreamReader, connection: Connection) -> Frame:
    head = await reader.readexactly(4)
    length = int.from_bytes(head, "big")
    assert length < LONGEST_FRAME_BYTES
    body = await reader.readexactly(length)
    if direction is Direction.REQUEST:
        api, _, correlation = struct.unpack_from(">hhi", body)
        connection.outstanding[correlation] = api
    else:
        api = connection.outstanding.pop(int.from_bytes(body[:4], "big"), -1)
    return Frame(direction, api, head + body)


@contextlib.contextmanager
def proxy_before(broker_port: int) -> Iterator[Proxy]:
    """A proxy that runs while the block does."""
    proxy = Proxy(broker_port)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
