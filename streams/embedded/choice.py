"""Which Kafka and which Redis a hub uses: the same order everywhere, for operators and for tests."""

import os
import threading

from streams.embedded.docker_kafka import DockerKafka, docker_answers
from streams.embedded.home import Home
from streams.embedded.kafka import KAFKA_JARS, KafkaBroker, NoKafka, has_jars
from streams.embedded.redis import RedisServer


class Named:
    """A server somebody else runs: there is nothing to start, and it never ends as far as the hub can see."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._address = address
        self._released = threading.Event()

    def start(self) -> None: ...

    def stop(self) -> None:
        self._released.set()

    kill = stop

    def wait(self, within_seconds: float | None = None) -> int | None:
        return 0 if self._released.wait(within_seconds) else None

    def why_ended(self) -> str:
        return ""


class NamedKafka(Named):
    """The cluster of HUB_KAFKA."""

    @property
    def bootstrap_servers(self) -> str:
        return self._address


class NamedRedis(Named):
    """The server of HUB_REDIS."""

    @property
    def url(self) -> str:
        return self._address


def choose_kafka(home: Home) -> NamedKafka | KafkaBroker | DockerKafka:
    """HUB_KAFKA, else the local jars, else a container where a Docker engine answers; NoKafka where none is there."""
    if address := os.environ.get("HUB_KAFKA"):
        return NamedKafka("kafka", address)
    if has_jars(KAFKA_JARS):
        return KafkaBroker(home.kafka, log_path=home.logs / "kafka.log", ports=home.ports)
    if docker_answers():
        return DockerKafka(home.kafka, ports=home.ports)
    raise NoKafka("no Kafka: run `make setup` for the local one, start a Docker engine, or name a cluster in HUB_KAFKA")


def choose_redis(home: Home) -> NamedRedis | RedisServer:
    """HUB_REDIS, else a Redis of the hub's own; NoRedis where none is there."""
    if url := os.environ.get("HUB_REDIS"):
        return NamedRedis("redis", url)
    return RedisServer(home.redis, log_path=home.logs / "redis.log", ports=home.ports)
