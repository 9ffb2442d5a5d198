"""How departments hand rows over: each medium gives proof, and only then is a row handed over."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import aiohttp
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from connectors.city.daily_files import DailyFile, Lines, read_lines
from connectors.city.kafka import KafkaAway, OwnTopic
from connectors.city.rows import HandOver
from connectors.contract import Contract
from streams.secrecy.signing import signature_headers

PUSH_TIMEOUT_SECONDS = 15.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0
TRIED_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
SPECIFICATION = "1.0"


class NotHandedOver(Exception):
    """The other side refused a row for good."""


class Medium(Protocol):
    """One way of handing over; returns when there is proof, however long that takes."""

    async def hand_over(self, hand_over: HandOver) -> None: ...

    async def close(self) -> None: ...


class Topic:
    """Messages on the department's own Kafka topic, which stands already; proof is Kafka's acknowledgement."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._topic = OwnTopic(bootstrap, topic)

    async def hand_over(self, hand_over: HandOver) -> None:
        while True:
            try:
                await self._topic.write(hand_over.record_no, _json(hand_over.row))
            except KafkaAway:
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)
            else:
                return

    async def close(self) -> None:
        await asyncio.to_thread(self._topic.close)


class Push:
    """Signed CloudEvents over HTTP; proof is a receipt. What the gateway calls the sender's fault is given up."""

    def __init__(self, gateway: str, system: str, key: Callable[[], bytes]) -> None:
        self._session = aiohttp.ClientSession(gateway, timeout=aiohttp.ClientTimeout(total=PUSH_TIMEOUT_SECONDS))
        self._system = system
        self._key = key

    async def hand_over(self, hand_over: HandOver) -> None:
        path, headers, body = self._request(hand_over)
        pause_seconds = FIRST_PAUSE_SECONDS
        while True:
            status = await self._post(path, headers, body)
            if status < 300:
                return
            if status not in TRIED_AGAIN:
                raise NotHandedOver(f"HTTP {status}")
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)

    async def close(self) -> None:
        await self._session.close()

    async def _post(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """The status; 503 where nobody answered."""
        signed = {**headers, **signature_headers(self._key(), int(time.time()), body)}
        try:
            async with self._session.post(path, headers=signed, data=body) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 503

    def _request(self, hand_over: HandOver) -> tuple[str, dict[str, str], bytes]:
        """Path, headers and body in the envelope that the row asks for."""
        attributes = {
            "specversion": SPECIFICATION,
            "id": f"{hand_over.record_no}-{hand_over.version}",
            "source": f"urn:hechuan:{self._system}",
            "type": hand_over.event_type,
        }
        events = f"/v1/sources/{self._system}/events"
        if hand_over.envelope == "binary":
            headers = {f"ce-{name}": value for name, value in attributes.items()}
            return events, {**headers, "Content-Type": "application/json"}, _json(hand_over.row)
        event = {**attributes, "datacontenttype": "application/json", "data": dict(hand_over.row)}
        if hand_over.envelope == "batch":
            headers = {"Content-Type": "application/cloudevents-batch+json"}
            return f"/v1/sources/{self._system}/batches", headers, _json([event])
        return events, {"Content-Type": "application/cloudevents+json"}, _json(event)


class Table:
    """A table of a department's database, changed in place; proof is the commit.

    Where clerks enter rows twice, nothing in the table keeps them from it.
    """

    def __init__(self, path: Path, name: str, contract: Contract, *, entered_twice: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fields = [item.source_field for item in contract.all_items]
        self._key = contract.item(contract.record[0]).source_field
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(fields)})")
        stamp = contract.item(contract.version[0]).source_field
        self._database.execute(f"CREATE INDEX IF NOT EXISTS {name}_by_stamp ON {name} ({stamp}, {self._key})")
        self._database.execute(f"CREATE INDEX IF NOT EXISTS {name}_by_key ON {name} ({self._key})")
        self._database.commit()
        # Names are the topology's and the contract's own; what rows say is bound.
        self._delete = f"DELETE FROM {name} WHERE {self._key} = :{self._key}"  # noqa: S608
        self._insert = f"INSERT INTO {name} VALUES ({', '.join(f':{field}' for field in fields)})"  # noqa: S608
        self._entered_twice = entered_twice
        self._last: HandOver | None = None

    async def hand_over(self, hand_over: HandOver) -> None:
        row = dict(hand_over.row)
        with self._database:
            if not (self._entered_twice and hand_over is self._last):
                self._database.execute(self._delete, row)
            self._database.execute(self._insert, row)
        self._last = hand_over

    async def close(self) -> None:
        self.close_now()

    def close_now(self) -> None:
        self._database.close()


class Broker:
    """The devices' connection to their broker, shared by all departments that have devices."""

    def __init__(self, host: str, port: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._unacknowledged: dict[int, asyncio.Future[None]] = {}
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="city-devices", clean_session=False)
        self._client.on_publish = self._on_publish
        self._client.max_inflight_messages_set(1000)
        self._client.connect_async(host, port)
        self._client.loop_start()

    async def publish(self, topic: str, payload: bytes) -> None:
        """At least once; returns with the broker's acknowledgement."""
        acknowledged: asyncio.Future[None] = self._loop.create_future()
        # Without a connection the client keeps it and publishes it when the broker is back.
        published = self._client.publish(topic, payload, qos=1)
        self._unacknowledged[published.mid] = acknowledged
        await acknowledged

    async def close(self) -> None:
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def _on_publish(self, _client: object, _user: object, mid: int, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._acknowledge, mid)

    def _acknowledge(self, mid: int) -> None:
        acknowledged = self._unacknowledged.pop(mid, None)
        if acknowledged is not None and not acknowledged.done():
            acknowledged.set_result(None)


class Devices:
    """Readings of one department's devices, each under the device's own topic; proof is the broker's word."""

    def __init__(self, broker: Broker, topic: str, device_field: str) -> None:
        self._broker = broker
        self._topic = topic.removesuffix("#")
        self._device_field = device_field

    async def hand_over(self, hand_over: HandOver) -> None:
        await self._broker.publish(f"{self._topic}{hand_over.row[self._device_field]}", _json(hand_over.row))

    async def close(self) -> None:
        """The broker is closed by whoever opened it."""


class DropFolder:
    """A folder that files are uploaded to: first as `*.part`, then renamed; proof is the rename."""

    def __init__(self, folder: Path, record_column: str) -> None:
        self._folder = folder
        self._record_column = record_column
        folder.mkdir(parents=True, exist_ok=True)

    def has(self, file: DailyFile) -> bool:
        return (self._folder / file.name).exists()

    def newest(self) -> Lines:
        """The lines of the last file, none where there is none."""
        paths = sorted(self._folder.glob("*.csv"))
        return read_lines(paths[-1], self._record_column) if paths else {}

    async def upload(self, file: DailyFile, pause_seconds: float) -> None:
        """In two halves with a pause between them, as a slow line does it."""
        part = self._folder / f"{file.name}.part"
        half = len(file.content) // 2
        part.write_bytes(file.content[:half])
        await asyncio.sleep(pause_seconds)
        with part.open("ab") as opened:
            opened.write(file.content[half:])
        part.rename(self._folder / file.name)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
