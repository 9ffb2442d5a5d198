"""Plays the script against a hub: rows at their moments, the daily dump, units that answer, all in the ledger."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from connectors.actors import PRIVATE_KEY
from connectors.city import alarm110, community_e, dangerous_goods, municipal_iot, public_order
from connectors.city.dangerous_goods import dump_of
from connectors.city.ground import Ground
from connectors.city.ledger import Ledger
from connectors.city.media import CaseTable, Devices, DumpFolder, Medium, NotHandedOver, Push, Topic
from connectors.city.provision import BROKER, COMMUNITY_KEY, WEBHOOK, WEBHOOK_KEY, Media
from connectors.city.rows import HandOver, Play
from connectors.city.script import script
from connectors.city.units import Tokens, Units
from connectors.times import SHANGHAI
from streams.secrecy.secret_store import SecretStore

LOG = logging.getLogger(__name__)

AT_ONCE = 10_000
"""Rows on their way: what is more waits, so that a hub that is away costs no memory."""
LAST_SECONDS = 10.0
"""How long the end of a play waits for rows on their way."""
SLICE_SECONDS = 0.02
DUMP_LOOK_SECONDS = 60.0
UPLOAD_SECONDS = 0.5


@dataclass(frozen=True)
class Surroundings:
    """What the city plays against: a Kafka, a gateway, the hub's data folder, its secrets, the files of the city."""

    bootstrap: str
    gateway: str
    home: Path
    secrets: Path
    city: Path


class Stage:
    """One play, from `run` until `stop` is set or the time is over."""

    def __init__(self, surroundings: Surroundings, play: Play) -> None:
        self._surroundings = surroundings
        self._play = play
        self._secrets = SecretStore(surroundings.secrets)
        self._places = Media(surroundings.home)
        self._ground = Ground.load(surroundings.city)
        self._refused = 0
        self._on_their_way: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self.ready = asyncio.Event()
        self.silent = asyncio.Event()
        """Once set, departments hand nothing over any more; units go on answering."""

    async def run(self, for_seconds: float | None, stop: asyncio.Event) -> dict[str, int]:
        """Play; returns how much the ledger holds, rows refused for good, answers that no gateway took at first."""
        with Ledger(self._places.ledger) as ledger:
            self._ledger = ledger
            units = Units(
                self._play.seed,
                ledger,
                Tokens(self._secrets.read(PRIVATE_KEY)),
                self._secrets.read(WEBHOOK_KEY),
                self._surroundings.gateway,
            )
            async with self._media() as media, _serving(units, self._secrets.read(WEBHOOK).decode()):
                self.ready.set()
                tasks = [
                    asyncio.create_task(units.answer_when_due()),
                    asyncio.create_task(self._upload_dumps()),
                    asyncio.create_task(self._hand_over_all(media, for_seconds)),
                ]
                await _first_of(tasks[-1], stop, tasks)
                if self._on_their_way:
                    await asyncio.wait(self._on_their_way, timeout=LAST_SECONDS)
                for task in (*tasks, *self._on_their_way):
                    task.cancel()
                await asyncio.gather(*tasks, *self._on_their_way, return_exceptions=True)
            await units.close()
            return {**ledger.counts(), "refused": self._refused, "failures": units.failures}

    @asynccontextmanager
    async def _media(self) -> AsyncIterator[Mapping[str, Medium]]:
        broker = urlsplit(self._secrets.read(BROKER).decode())
        media: dict[str, Medium] = {
            alarm110.SYSTEM: Topic(self._surroundings.bootstrap, alarm110.TOPIC),
            community_e.SYSTEM: Push(self._surroundings.gateway, community_e.SYSTEM, self._secrets.read(COMMUNITY_KEY)),
            public_order.SYSTEM: CaseTable(self._places.database),
            municipal_iot.SYSTEM: Devices(broker.hostname or "127.0.0.1", broker.port or 1883),
        }
        try:
            yield media
        finally:
            for medium in media.values():
                await medium.close()

    async def _hand_over_all(self, media: Mapping[str, Medium], for_seconds: float | None) -> None:
        began = time.monotonic()
        for hand_over in script(self._play, self._ground):
            if for_seconds is not None and hand_over.at_seconds > for_seconds:
                await asyncio.sleep(max(0.0, for_seconds - (time.monotonic() - began)))
                return
            while (early := hand_over.at_seconds - (time.monotonic() - began)) > 0 and not self.silent.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.silent.wait(), max(early, SLICE_SECONDS))
            if self.silent.is_set():
                await asyncio.Event().wait()
            await self._room.acquire()
            task = asyncio.create_task(self._hand_over(media[hand_over.system], hand_over))
            self._on_their_way.add(task)
            task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._on_their_way.discard(task)
        self._room.release()

    async def _hand_over(self, medium: Medium, hand_over: HandOver) -> None:
        try:
            for _ in range(hand_over.times):
                await medium.hand_over(hand_over)
                self._ledger.handed_over(hand_over, self._play.started_at, _now())
        except NotHandedOver as error:
            self._refused += 1
            LOG.warning("%s was refused: %s", hand_over.system, error)

    async def _upload_dumps(self) -> None:
        """Today's dump unless it is there, and tomorrow's tomorrow."""
        folder = DumpFolder(self._places.dumps)
        while True:
            dump = dump_of(datetime.now(SHANGHAI).date(), self._ground, self._play.seed)
            if not folder.has(dump):
                changed = dump.changed_since(folder.newest())
                await folder.upload(dump, UPLOAD_SECONDS)
                for record_no in changed:
                    row = HandOver(
                        at_seconds=0, system=dangerous_goods.SYSTEM, record_no=record_no, version=dump.name, row={}
                    )
                    self._ledger.handed_over(row, self._play.started_at, _now())
                self._ledger.commit()
            await asyncio.sleep(DUMP_LOOK_SECONDS)


async def _first_of(play: asyncio.Task[None], stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Until the play is over or stopped; what fails on the way ends it with its error."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in done:
        if task is not stopped:
            await task
    assert play.done() or stop.is_set()  # noqa: S101 - the other tasks have no end of their own


@asynccontextmanager
async def _serving(units: Units, address: str) -> AsyncIterator[None]:
    """The units' webhook, at the address that the hub was told."""
    where = urlsplit(address)
    settings = uvicorn.Config(
        units.app(),
        host=where.hostname or "127.0.0.1",
        port=where.port or 0,
        lifespan="off",
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(settings)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(SLICE_SECONDS)
        if serving.done():
            await serving
            raise OSError(f"the units cannot listen at {address}")
    try:
        yield
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving


def _now() -> int:
    return time.time_ns() // 1_000_000
