"""The gateway of the wall, of the duty pages and of the centre's desk, `python -m streams.wall.gateway`.

It reads only Redis: any number of them cost Kafka nothing. What a duty page or a desk says goes on to the front door.
"""

import asyncio
import contextlib
import json
import logging.config
import socket
import sys
from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Header, Response
from fastapi.staticfiles import StaticFiles
from redis.exceptions import RedisError
from starlette.middleware.gzip import GZipMiddleware

from streams.cities.city import CITIES, City, CityFaults, read_city
from streams.codec import Codec
from streams.hosting.ending import end
from streams.hosting.logs import LOGGING
from streams.hosting.port_file import written_port
from streams.hosting.surroundings import HOST, Surroundings, WrongSurroundings
from streams.metrics import CONTENT_TYPE_LATEST, WallMetrics, announce, exposition
from streams.secrecy.secret_store import SecretStore
from streams.topology import Topology, TopologyErrors, load_topology
from streams.wall.desk.competence import competence_of
from streams.wall.desk.doors import Desk, add_desk
from streams.wall.desk.feed import DeskFeed
from streams.wall.desk.reviews import ReviewCache
from streams.wall.duty.calendars import calendars_of
from streams.wall.duty.doors import Duty, add_duty
from streams.wall.duty.feed import UnitFeed
from streams.wall.duty.front_door import FrontDoor
from streams.wall.duty.readers import Readers
from streams.wall.events import EventStream
from streams.wall.feed import Feed, NotWhole
from streams.wall.names import wall_names

NAME = "wall_gateway"
PAGE = Path(__file__).parent / "page" / "dist"
JSON = "application/json"
MOST_SCREENS = 1_000
STOP_SECONDS = 3
WRONG_USE = 2

SECURITY_HEADERS = {
    # ECharts writes styles into its tooltips.
    # Nobody lays another page over a button that is an answer.
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_gateway(feed: Feed, names: bytes, duty: Duty, desk: Desk, page: Path = PAGE) -> FastAPI:
    """The application; `names` is the pages' table of names as JSON, `page` the folder of the built pages."""

    @contextlib.asynccontextmanager
    async def following(_: FastAPI) -> AsyncIterator[None]:
        reader = asyncio.create_task(feed.run())
        async with duty.following(), desk.following():
            yield
        await end(reader)
        await feed.close()

    app = FastAPI(title="综治中心大屏", lifespan=following, docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    _add_wall(app, feed, names)
    add_duty(app, duty)
    add_desk(app, desk)
    _add_health(app, feed)
    if page.is_dir():
        app.mount("/", PageFiles(directory=page, html=True))
    return app


def _add_wall(app: FastAPI, feed: Feed, names: bytes) -> None:
    metrics = WallMetrics()

    @app.get("/v1/wall/snapshot")
    async def snapshot() -> Response:
        """Everything the wall shows now, and the id from which the stream goes on."""
        try:
            found = await feed.snapshot()
        except (NotWhole, RedisError, OSError, TimeoutError) as error:
            return Response(_problem(str(error) or type(error).__name__), 503, media_type=JSON)
        return Response(found.data, media_type=JSON, headers={"Cache-Control": "no-store"})

    @app.get("/v1/wall/stream")
    async def stream(last_event_id: Annotated[str, Header()] = "") -> Response:
        """Server-sent events: `snapshot`, `changes`, `reset`, `heartbeat`; goes on after Last-Event-ID."""
        if feed.screens >= MOST_SCREENS:
            return Response(_problem(f"{MOST_SCREENS} screens are connected"), 503, media_type=JSON)
        return EventStream(feed, metrics, last_event_id)

    @app.get("/v1/wall/names")
    async def names_of_codes() -> Response:
        """Names of regions, classes, units and systems by code."""
        return Response(names, media_type=JSON)


def _add_health(app: FastAPI, feed: Feed) -> None:
    @app.get("/health/live")
    async def live() -> Response:
        return Response(b'{"live":true}', media_type=JSON)

    @app.get("/health/ready")
    async def ready() -> Response:
        reasons = [feed.reason] if feed.reason else []
        body = {"live": True, "ready": not reasons, "parts": {"cache": {"ready": not reasons, "reasons": reasons}}}
        return Response(json.dumps(body), 503 if reasons else 200, media_type=JSON)

    @app.get("/metrics")
    async def metrics_text() -> Response:
        return Response(exposition(), media_type=CONTENT_TYPE_LATEST)


def _signed_pages(feed: Feed, city: City, topology: Topology, surroundings: Surroundings) -> tuple[Duty, Desk]:
    """What is read and said under a token."""
    front_door = FrontDoor(surroundings.gateway) if surroundings.gateway else None
    readers = Readers(SecretStore(surroundings.secrets))
    waiting = DeskFeed(feed, ReviewCache(surroundings.redis, topology), competence_of(city.rules))
    return Duty(UnitFeed(feed, calendars_of(city.rules)), readers, front_door), Desk(waiting, readers, front_door)


class PageFiles(StaticFiles):
    """The built page with the headers that keep foreign code out."""

    def file_response(self, *arguments: Any, **settings: Any) -> Response:
        response = super().file_response(*arguments, **settings)
        response.headers.update(SECURITY_HEADERS)
        return response


def _problem(detail: str) -> str:
    return json.dumps({"error": detail})


def main() -> None:
    """Serve until told to end; exit code 2 where the environment is wrong."""
    logging.config.dictConfig(LOGGING)
    try:
        surroundings = Surroundings.read()
        if not surroundings.redis:
            raise WrongSurroundings("HUB_REDIS is missing: it takes the address of Redis, redis://host:port/0")
        topology = load_topology()
        folder = CITIES / topology.city
        city = read_city(folder)
        names = wall_names(folder, city, topology, Codec.load())
    except (WrongSurroundings, TopologyErrors, CityFaults) as error:
        print(error, file=sys.stderr)
        raise SystemExit(WRONG_USE) from error
    feed = Feed(surroundings.redis, topology)
    app = make_gateway(feed, names, *_signed_pages(feed, city, topology, surroundings))
    announce("wall", version("hub"))
    with socket.create_server((HOST, surroundings.port)) as listener:
        settings = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=STOP_SECONDS)
        with written_port(surroundings.home / "run" / f"{NAME}.port", listener.getsockname()[1]):
            uvicorn.Server(settings).run(sockets=[listener])


if __name__ == "__main__":
    main()
