"""GET /metrics, /health/live and /health/ready of a worker process, on 127.0.0.1."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from mode import Service

from streams.agents.contract import Health
from streams.hosting.port_file import written_port
from streams.hosting.surroundings import HOST
from streams.metrics import CONTENT_TYPE_LATEST, exposition

Parts = Mapping[str, Callable[[], Health]]
"""What a process is made of, by name, and how each part is."""


def whole(parts: Parts) -> dict[str, Any]:
    """The health of a process: live and ready if every part is, and why not, part by part."""
    health = {name: of() for name, of in parts.items()}
    return {
        "live": all(part.live for part in health.values()),
        "ready": all(part.ready for part in health.values()),
        "parts": {
            name: {"live": part.live, "ready": part.ready, "reasons": list(part.reasons)}
            for name, part in health.items()
        },
    }


class HealthServer(Service):
    """Serves as long as the process lives, also while it waits for Kafka. The port goes to `port_path` as text."""

    def __init__(self, parts: Parts, port: int, port_path: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._parts = parts
        self._port = port
        self._port_path = port_path
        self._runner: web.AppRunner | None = None

    async def on_start(self) -> None:
        application = web.Application()
        application.add_routes(
            [
                web.get("/health/live", self._live),
                web.get("/health/ready", self._ready),
                web.get("/metrics", self._metrics),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        port = self._runner.addresses[0][1]
        self.add_context(written_port(self._port_path, port))
        self.log.info("health and metrics at http://%s:%d", HOST, port)

    async def on_stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _live(self, _: web.Request) -> web.Response:
        return self._answer("live")

    async def _ready(self, _: web.Request) -> web.Response:
        return self._answer("ready")

    def _answer(self, question: str) -> web.Response:
        health = whole(self._parts)
        return web.json_response(health, status=200 if health[question] else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=exposition(), headers={"Content-Type": CONTENT_TYPE_LATEST})
