"""Plays the script against a hub: rows at their moments, daily files, units that answer, all in the ledger."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from connectors.actors import PRIVATE_KEY
from connectors.catalogue import load_catalogue
from connectors.city.daily_files import FilesOf
from connectors.city.dangerous_goods import Dumps
from connectors.city.departments import DEPARTMENTS
from connectors.city.ground import Ground
from connectors.city.ledger import Ledger
from connectors.city.media import Broker, Devices, DropFolder, Medium, NotHandedOver, Push, Table, Topic
from connectors.city.providers import Kind, Providers, drawn
from connectors.city.provision import CALLBACK_KEY, SMS_KEY, VOICE_KEY, WEBHOOK, WEBHOOK_KEY, Media, secret_of, units_of
from connectors.city.residents import Residents
from connectors.city.rows import HandOver, Play
from connectors.city.script import DROPPING_FILES, script
from connectors.city.told import Listeners
from connectors.city.unit_media import UnitFolder, UnitMedium, UnitTopics
from connectors.city.units import Tokens, Units
from connectors.signatures import keys_of
from connectors.systems import fleet
from connectors.times import SHANGHAI
from streams.cities.city import read_city
from streams.facts.notices import topic_to
from streams.secrecy.secret_store import SecretStore
from streams.topology import ConnectorWiring, Topology

LOG = logging.getLogger(__name__)

AT_ONCE = 10_000
"""Rows on their way: what is more waits, so that a hub that is away costs no memory."""
LAST_SECONDS = 10.0
"""How long the end of a play waits for rows on their way."""
SLICE_SECONDS = 0.02
FILE_LOOK_SECONDS = 60.0
UPLOAD_SECONDS = 0.5


@dataclass(frozen=True)
class Surroundings:
    """What the city plays against: a Kafka, a gateway, the hub's data folder, its secrets, the files of the city."""

    bootstrap: str
    gateway: str
    home: Path
    secrets: Path
    city: Path
    topology: Topology
    residents: Residents | None = None


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
                self._unit_media(),
            )
            app = units.app()
            keys: dict[Kind, bytes] = {"sms": self._secrets.read(SMS_KEY), "voice": self._secrets.read(VOICE_KEY)}
            Providers(keys, drawn(self._play.seed)).add_to(app)
            listeners = Listeners(ledger, self._secrets.read(CALLBACK_KEY))
            listeners.add_to(app)
            async with self._media() as media, _serving(app, self._secrets.read(WEBHOOK).decode()):
                self.ready.set()
                tasks = [
                    asyncio.create_task(units.answer_when_due()),
                    asyncio.create_task(units.listen()),
                    asyncio.create_task(self._upload_files()),
                    asyncio.create_task(listeners.listen(self._surroundings.bootstrap, self._told_over())),
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
        wirings = self._surroundings.topology.connectors
        devices = [wiring for wiring in wirings.values() if wiring.reader == "mqtt"]
        address = urlsplit(self._secrets.read(secret_of(devices[0], "broker")).decode())
        broker = Broker(address.hostname or "127.0.0.1", address.port or 1883)
        media = {name: self._medium(wiring, broker) for name, wiring in wirings.items() if wiring.reader != "file_drop"}
        try:
            yield media
        finally:
            for medium in media.values():
                await medium.close()
            await broker.close()

    def _medium(self, wiring: ConnectorWiring, broker: Broker) -> Medium:
        """How a department hands its rows over, by the reader that fetches them."""
        contract, settings = fleet()[wiring.name].contract, wiring.settings
        match wiring.reader:
            case "kafka":
                return Topic(self._surroundings.bootstrap, str(settings["topic"]))
            case "http_push":
                return Push(
                    self._surroundings.gateway, wiring.name, partial(self._newest_key, secret_of(wiring, "key"))
                )
            case "db_poll":
                entered_twice = any(each.twice for each in DEPARTMENTS if each.system == wiring.name)
                path = self._places.database(wiring.name)
                return Table(path, str(settings["table"]), contract, entered_twice=entered_twice)
            case _:
                return Devices(broker, str(settings["topic"]), contract.item(contract.record[0]).source_field)

    def _unit_media(self) -> dict[str, UnitMedium]:
        """The media of the units that are first reached over a topic or a folder."""
        media: dict[str, UnitMedium] = {}
        for unit in units_of(read_city(self._surroundings.city)):
            way = unit.channels[0]
            if way.channel == "topic":
                here = self._surroundings
                media[unit.unit] = UnitTopics(here.bootstrap, here.topology, unit.unit, way.address)
            elif way.channel == "file":
                media[unit.unit] = UnitFolder(Path(self._secrets.resolve(way.address)))
        return media

    def _told_over(self) -> dict[str, str]:
        """The topics that departments listen on, by their names on the cluster, each with its system."""
        topology = self._surroundings.topology
        listening = {topic_to(system): system for system in topology.connectors}
        return {topology.topic_name(name): listening[name] for name in topology.topics if name in listening}

    def _newest_key(self, secret: str) -> bytes:
        """As a department that takes a new key into use as soon as it has it."""
        return keys_of(self._secrets.read(secret), time.time())[0]

    async def _hand_over_all(self, media: Mapping[str, Medium], for_seconds: float | None) -> None:
        began = time.monotonic()
        rows, residents = script(self._play, self._ground), self._surroundings.residents
        for hand_over in residents.told(rows) if residents else rows:
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

    async def _upload_files(self) -> None:
        """The file of this day or hour unless it is there, and the next when its time has come."""
        seed, every = self._play.seed, {code: listed.every_seconds for code, listed in load_catalogue().items()}
        droppers: list[FilesOf | Dumps] = [
            Dumps(self._ground, seed),
            *(
                FilesOf(
                    department,
                    timedelta(seconds=every[department.system]),
                    self._ground,
                    seed,
                    self._surroundings.residents,
                )
                for department in DEPARTMENTS
                if department.system in DROPPING_FILES
            ),
        ]
        while True:
            await asyncio.gather(*(self._upload_file(dropper) for dropper in droppers))
            self._ledger.commit()
            await asyncio.sleep(FILE_LOOK_SECONDS)

    async def _upload_file(self, dropper: FilesOf | Dumps) -> None:
        folder = DropFolder(self._places.folder(dropper.system), dropper.record_column)
        file = dropper.file_at(datetime.now(SHANGHAI))
        if folder.has(file):
            return
        changed = file.changed_since(folder.newest() if dropper.is_full_dump else {})
        await folder.upload(file, UPLOAD_SECONDS)
        for record_no in changed:
            version = file.version(record_no)
            row = HandOver(at_seconds=0, system=dropper.system, record_no=record_no, version=version, row={})
            self._ledger.handed_over(row, self._play.started_at, _now())


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
async def _serving(app: FastAPI, address: str) -> AsyncIterator[None]:
    """The units' webhook and the providers beside it, at the address that the hub was told."""
    where = urlsplit(address)
    settings = uvicorn.Config(
        app,
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
