"""The embedded broker as a container, for machines without the local jars but with a Docker engine.

Never run where this was written: no Docker engine answers there. What it relies on is documented behaviour of the
`apache/kafka` image (settings as KAFKA_… variables, data under /var/lib/kafka/data) and of testcontainers.
"""

import hashlib
import time
from pathlib import Path

from streams.embedded.kafka import KAFKA_VERSION, answers, broker_settings
from streams.embedded.ports import HOST, Ports
from streams.embedded.server import ServerFailed

try:
    import docker
    from testcontainers.core.container import DockerContainer
except ImportError:  # testcontainers belongs to the development environment
    docker = None

IMAGE = f"apache/kafka:{KAFKA_VERSION}"
DATA = Path("/var/lib/kafka/data")
READY_SECONDS = 120.0
POLL_SECONDS = 0.1


def docker_answers() -> bool:
    """Is there a Docker engine to start a container on, and the library to ask it?"""
    if docker is None:
        return False
    try:
        return bool(docker.from_env(timeout=5).ping())
    except docker.errors.DockerException:
        return False


class DockerKafka:
    """One broker in a container on the host's network, its data in a Docker volume named after `folder`."""

    name = "kafka"

    def __init__(self, folder: Path, *, ports: Ports) -> None:
        self._port = ports.take("kafka")
        self._volume = "hub-kafka-" + hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        settings = broker_settings(self._port, ports.take("kafka-controller"), DATA)
        self._environment = {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in settings.items()}
        self._container: DockerContainer | None = None

    @property
    def bootstrap_servers(self) -> str:
        return f"{HOST}:{self._port}"

    def start(self) -> None:
        """Start it and return when it answers; ServerFailed where it does not."""
        container = DockerContainer(IMAGE).with_envs(**self._environment).with_kwargs(network_mode="host")
        self._container = container.with_volume_mapping(self._volume, str(DATA), "rw").start()
        give_up_at = time.monotonic() + READY_SECONDS
        while not answers(self._port):
            if time.monotonic() > give_up_at:
                reason = self.why_ended()
                self.kill()
                raise ServerFailed(f"Kafka did not answer within {READY_SECONDS:.0f} s. {reason}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End it in order; the volume stays."""
        if self._container is not None:
            self._container.get_wrapped_container().stop()
            self.kill()

    def kill(self) -> None:
        """Remove the container at once; the volume stays."""
        if self._container is not None:
            self._container.stop(delete_volume=False)
            self._container = None

    def wait(self, within_seconds: float | None = None) -> int | None:
        """Wait for its end: the exit code, None if it still runs after `within_seconds`."""
        if self._container is None:
            return None
        if within_seconds is None:
            return self._container.wait()
        give_up_at = time.monotonic() + within_seconds
        while (container := self._container.get_wrapped_container()).status != "exited":
            if time.monotonic() > give_up_at:
                return None
            time.sleep(POLL_SECONDS)
            container.reload()
        return self._container.wait()

    def why_ended(self) -> str:
        """What it said last."""
        if self._container is None:
            return ""
        return "Kafka's container said last:\n" + self._container.get_logs()[0].decode(errors="replace")[-2000:]
