"""From the receipt of a push to the tile on the wall: pushes at an even pace, a screen that listens beside them."""

import asyncio
import csv
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from streams.cities.city import CITIES
from streams.embedded.running import Running
from streams.secrecy.signing import signature_headers
from tests.benchmarks.bench import WrongResult
from tests.benchmarks.service_requests import INCIDENT_CLASS, STRUCTURED, SYSTEM, service_request

GRIDS = CITIES / "hechuan" / "grids.csv"
CALL_SECONDS = 30.0
LAST_SECONDS = 180.0
"""A hub that lags behind is measured all the same."""
MOST_LINE_BYTES = 64 * 1024 * 1024
"""A snapshot is one line."""


@dataclass
class _Moments:
    """By grid: when the push had its receipt, when the wall showed the tile (monotonic seconds)."""

    received: dict[str, float] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)


def read_grids() -> list[str]:
    """The codes of the city's grids."""
    lines = [line for line in GRIDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [row["grid"] for row in csv.DictReader(lines)]


def measure_tiles(running: Running, secret: bytes, pushes: int, a_second: int) -> list[float]:
    """Milliseconds from receipt to tile, in the order of the pushes; each of them had its receipt and its tile.

    Raises WrongResult where a receipt or a tile is missing.
    """
    moments = _Moments()
    grids = read_grids()[:pushes]
    if len(grids) < pushes:
        raise ValueError(f"the city has {len(grids)} grids, {pushes} are needed")
    asyncio.run(_play(running, secret, grids, a_second, moments))
    return [(moments.shown[grid] - moments.received[grid]) * 1000 for grid in grids]


async def _play(running: Running, secret: bytes, grids: list[str], a_second: int, moments: _Moments) -> None:
    timeout = aiohttp.ClientTimeout(total=None, connect=CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, read_bufsize=MOST_LINE_BYTES) as client:
        listening = asyncio.Event()
        screen = asyncio.create_task(_watch(client, running.wall, listening, set(grids), moments))
        await asyncio.wait_for(listening.wait(), CALL_SECONDS)
        began = time.monotonic()
        pushing = []
        for number, grid in enumerate(grids):
            await asyncio.sleep(max(0.0, began + number / a_second - time.monotonic()))
            pushing.append(asyncio.create_task(_push(client, running.gateway, secret, grid, moments)))
        await asyncio.gather(*pushing)
        try:
            await asyncio.wait_for(screen, LAST_SECONDS)
        except TimeoutError:
            missing = [grid for grid in grids if grid not in moments.shown]
            raise WrongResult(f"{len(missing)} of {len(grids)} tiles did not come, such as {missing[:3]}") from None


async def push_request(client: aiohttp.ClientSession, gateway: str, secret: bytes, grid: str) -> None:
    """Push a resident's request in a grid; returns with its receipt. Raises WrongResult where it has none."""
    body = json.dumps(service_request(f"BENCH{time.time_ns()}", grid)).encode()
    headers = {"Content-Type": STRUCTURED, **signature_headers(secret, int(time.time()), body)}
    async with client.post(f"{gateway}/v1/sources/{SYSTEM}/events", data=body, headers=headers) as answer:
        text = await answer.text()
    if not answer.ok or json.loads(text)["status"] != "accepted":
        raise WrongResult(f"a push was not accepted: {answer.status} {text}")


async def _push(client: aiohttp.ClientSession, gateway: str, secret: bytes, grid: str, moments: _Moments) -> None:
    await push_request(client, gateway, secret, grid)
    moments.received[grid] = time.monotonic()


async def _watch(
    client: aiohttp.ClientSession, wall: str, listening: asyncio.Event, grids: set[str], moments: _Moments
) -> None:
    """Note the first change of each grid's tile, until every one has come."""
    async with client.get(f"{wall}/v1/wall/stream") as stream:
        async for name, data in _events(stream):
            if name == "snapshot":
                listening.set()
            elif name == "changes":
                now = time.monotonic()
                for change in json.loads(data):
                    grid, _, incident_class = change["key"].partition("|")
                    if change["kind"] == "tiles" and incident_class == INCIDENT_CLASS and grid in grids:
                        moments.shown.setdefault(grid, now)
                if len(moments.shown) == len(grids):
                    return


async def _events(stream: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, str]]:
    """Server-sent events as name and data."""
    name = data = ""
    async for raw in stream.content:
        line = raw.decode().rstrip("\r\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
        elif not line and name:
            yield name, data
            name = data = ""


def secret_of(home: Path) -> bytes:
    """The key that the department signs with."""
    return (home / "secrets" / SYSTEM).read_bytes().splitlines()[0].strip()
