"""A real Apache Kafka of one node, in KRaft mode, from local jars."""

import contextlib
import socket
import struct
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from streams.embedded.child import Child, Command, last_lines
from streams.embedded.errors import EmbeddedError
from streams.embedded.java import find_java
from streams.embedded.ports import HOST, Ports

KAFKA_VERSION = "4.1.0"
CHECKOUT = Path(__file__).resolve().parents[2]
KAFKA_JARS = CHECKOUT / ".hub-tools" / f"kafka-{KAFKA_VERSION}"
LOGGING = CHECKOUT / "ops" / "kafka" / "log4j2.properties"

# Half the memory of Kafka's own defaults at the same throughput (ops/decisions: embedded Kafka).
JVM_OPTIONS = ("-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")

READY_SECONDS = 60.0
FORMAT_SECONDS = 60.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.05
PORT_ATTEMPTS = 3


class NoKafka(EmbeddedError):
    """There is no Kafka to use and none to start."""


class BrokerFailed(EmbeddedError):
    """The broker did not start, or ended by itself; the text carries the reason and the end of its log."""


def broker_settings(port: int, controller_port: int, data: Path) -> dict[str, str]:
    """The node's settings: Kafka's own defaults but for what one node, a small machine and quick take-over ask for."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data),
        **_SETTINGS,
    }


_SETTINGS = {
    # Topics come from the topology only.
    "auto.create.topics.enable": "false",
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # A killed broker may register again only when its old session is over: 12 s after the kill by default, 5 s so.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
    # Take-over within seconds, in both group protocols.
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "3000",
    "group.consumer.min.session.timeout.ms": "3000",
    "group.consumer.session.timeout.ms": "6000",
    "group.consumer.min.heartbeat.interval.ms": "500",
    "group.consumer.heartbeat.interval.ms": "1000",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
    # 1 MiB of records and their overhead: larger rows are refused at the producer unless their topic says otherwise.
    "message.max.bytes": "1048588",
    # 32 MiB of keys a pass is 1.2 million; the default takes a third of the heap.
    "log.cleaner.dedupe.buffer.size": str(32 * 1024 * 1024),
    "log.cleaner.backoff.ms": "5000",
    "num.network.threads": "2",
    "num.io.threads": "4",
}


class KafkaBroker:
    """One broker on 127.0.0.1 over one data folder. What a killed one had acknowledged is there at the next start.

    `folder` holds `data` (Kafka's own), the settings file, the ports and the pid; `log_path` takes Kafka's log.
    Starting again uses the same port. All methods may be called from any thread, one at a time.
    """

    name = "kafka"

    def __init__(
        self,
        folder: Path,
        *,
        log_path: Path | None = None,
        ports: Ports | None = None,
        jars: Path = KAFKA_JARS,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self.data = folder / "data"
        self._settings_path = folder / "server.properties"
        self._log_path = log_path or folder / "kafka.log"
        self._ports = ports or Ports(folder / "ports.json")
        self._jars = jars
        self._settings = dict(settings or {})
        self._addresses: tuple[int, int] | None = None
        self._child: Child | None = None

    @property
    def port(self) -> int:
        """Where it listens; BrokerFailed before the first start."""
        if self._addresses is None:
            raise BrokerFailed("Kafka has no port before its first start")
        return self._addresses[0]

    @property
    def bootstrap_servers(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """The broker's process id while it runs, else None."""
        return self._child.pid if self._child is not None else None

    def start(self, within_seconds: float = READY_SECONDS) -> None:
        """Start it and return when it answers requests; BrokerFailed with the reason where it does not.

        The first start chooses the ports; one that was taken in between costs a new choice.
        """
        if self.pid is not None:
            return
        if self._addresses is not None:
            self._start_at(self._addresses, within_seconds)
            return
        for attempt in range(1, PORT_ATTEMPTS + 1):
            addresses = (self._ports.take("kafka"), self._ports.take("kafka-controller"))
            try:
                self._start_at(addresses, within_seconds)
            except PortTaken:
                if attempt == PORT_ATTEMPTS:
                    raise
            else:
                self._addresses = addresses
                return

    def stop(self) -> None:
        """End it in order; a broker that does not end in time is killed."""
        if self._child is not None:
            self._child.stop(STOP_SECONDS)

    def kill(self) -> None:
        """SIGKILL."""
        if self._child is not None:
            self._child.kill()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing is answered."""
        if self._child is not None:
            self._child.pause()

    def resume(self) -> None:
        """SIGCONT."""
        if self._child is not None:
            self._child.resume()

    def wait(self, within_seconds: float | None = None) -> int | None:
        """Wait for its end and return the exit code; None if it still runs after `within_seconds`."""
        return self._child.wait(within_seconds) if self._child is not None else None

    def why_ended(self) -> BrokerFailed:
        """The error to show for a broker that ended by itself."""
        tail = last_lines(self._log_path, 12) + ("\n" + self._child.last_lines() if self._child is not None else "")
        code = self._child.exit_code if self._child is not None else None
        if "No space left on device" in tail:
            return BrokerFailed(
                f"Kafka stopped: the disk of {self.data} is full; free some space and start again\n{tail}"
            )
        if "Address already in use" in tail:
            return PortTaken(f"Kafka cannot listen: another server holds its port\n{tail}")
        return BrokerFailed(f"Kafka ended with status {code}; the end of {self._log_path}:\n{tail}")

    def _start_at(self, addresses: tuple[int, int], within_seconds: float) -> None:
        java = find_java()
        if not any(self._jars.glob("kafka_*.jar")):
            raise NoKafka(f"no Kafka jars in {self._jars}: run `make setup`, or name a cluster in HUB_KAFKA")
        try:
            self._write_settings(addresses)
        except OSError as error:
            raise BrokerFailed(f"Kafka's folder {self._folder} cannot be written: {error.strerror}") from error
        if not (self.data / "meta.properties").exists():
            self._format(java)
        self._log_path.write_bytes(b"")
        child = self._java_child("kafka", java, "kafka.Kafka", str(self._settings_path))
        child.start()
        self._child = child
        self._await_answer(addresses[0], within_seconds)

    def _write_settings(self, addresses: tuple[int, int]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        settings = {**broker_settings(*addresses, self.data), **self._settings}
        self._settings_path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))

    def _format(self, java: Path) -> None:
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        arguments = ("format", "--ignore-formatted", "-t", cluster, "-c", str(self._settings_path))
        tool = self._java_child("kafka-format", java, "kafka.tools.StorageTool", *arguments)
        tool.start()
        if tool.wait(FORMAT_SECONDS) != 0:
            tool.kill()
            self._child = tool
            raise self.why_ended()

    def _java_child(self, name: str, java: Path, main_class: str, *arguments: str) -> Child:
        command = (
            str(java),
            *JVM_OPTIONS,
            f"-Dhub.log={self._log_path}",
            f"-Dlog4j2.configurationFile={LOGGING}",
            "-cp",
            f"{self._jars}/*",
            main_class,
            *arguments,
        )
        output_path = self._log_path.with_name(f"{name}.out")
        return Child(name, Command(command), log_path=output_path, pid_path=self._folder / f"{name}.pid")

    def _await_answer(self, port: int, within_seconds: float) -> None:
        give_up_at = time.monotonic() + within_seconds
        while not answers(port):
            if self._child is None or self._child.wait(POLL_SECONDS) is not None:
                raise self.why_ended()
            if time.monotonic() > give_up_at:
                self.kill()
                raise BrokerFailed(
                    f"Kafka did not answer within {within_seconds:.0f} s; the end of {self._log_path}:\n"
                    f"{last_lines(self._log_path, 12)}"
                )


class PortTaken(BrokerFailed):
    """Another server took the port between its choice and the broker's start."""


def answers(port: int, within_seconds: float = 1.0) -> bool:
    """Does a Kafka broker on this port answer an ApiVersions request (version 0, which every broker knows)?

    A broker opens its port long before it answers, so a connection alone says nothing.
    """
    correlation = 1
    api_versions, version, no_client_id = 18, 0, -1
    request = struct.pack(">hhih", api_versions, version, correlation, no_client_id)
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), within_seconds) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        answer = connection.recv(10, socket.MSG_WAITALL)
        if len(answer) == 10:
            _, answered, error = struct.unpack(">iih", answer)
            return bool(answered == correlation and error == 0)
    return False
