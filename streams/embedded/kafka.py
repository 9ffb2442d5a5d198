"""A real Apache Kafka of one node, in KRaft mode, from local jars."""

import contextlib
import socket
import struct
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from streams.embedded.child import Child, Command, last_lines
from streams.embedded.errors import EmbeddedError
from streams.embedded.java import find_java
from streams.embedded.ports import HOST, Ports
from streams.embedded.server import ServerFailed, SettableServer

KAFKA_VERSION = "4.1.0"
CHECKOUT = Path(__file__).resolve().parents[2]
KAFKA_JARS = CHECKOUT / ".hub-tools" / f"kafka-{KAFKA_VERSION}"
LOGGING = CHECKOUT / "ops" / "kafka" / "log4j2.properties"

# Half the memory of Kafka's own defaults at the same throughput, and no optimising compiler, which would take a core
# for minutes after each start (ops/decisions/0010).
JVM_OPTIONS = (
    "-Xms128m",
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
)

FORMAT_SECONDS = 60.0


class NoKafka(EmbeddedError):
    """There is no Kafka to use and none to start."""


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
    # A killed broker may register again only when its old session is over: 12 s after the kill by default, 6 s so.
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "500",
    # A stop in order would tell clients that the cluster has no broker left, and librdkafka then has none to ask for
    # ever (its issue 5301; ops/decisions/0010). Logs are closed in order all the same.
    "controlled.shutdown.enable": "false",
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


class KafkaBroker(SettableServer):
    """One broker over one folder. What a killed one had acknowledged is there at the next start.

    `folder` holds `data` (Kafka's own), its settings, ports and pid; `log_path` takes Kafka's log;
    `settings` are Kafka's own by name and win over the embedded ones; `jvm_options` are added to the embedded ones.
    """

    name = "kafka"
    title = "Kafka"
    port_names = ("kafka", "kafka-controller")

    def __init__(
        self,
        folder: Path,
        *,
        log_path: Path | None = None,
        ports: Ports | None = None,
        jars: Path = KAFKA_JARS,
        settings: Mapping[str, str] | None = None,
        jvm_options: Sequence[str] | None = None,
    ) -> None:
        super().__init__(folder, log_path=log_path, ports=ports, settings=settings)
        self.data = folder / "data"
        self._settings_path = folder / "server.properties"
        self._jars = jars
        self._jvm_options = jvm_options if jvm_options is not None else class_archive_options(jars)

    @property
    def bootstrap_servers(self) -> str:
        return f"{HOST}:{self.port}"

    def answers(self) -> bool:
        return answers(self.port)

    def _prepare(self, ports: Sequence[int]) -> Child:
        if not has_jars(self._jars):
            raise NoKafka(f"no Kafka jars in {self._jars}: run `make setup`, or name a cluster in HUB_KAFKA")
        port, controller_port = ports
        java = find_java()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        settings = {**broker_settings(port, controller_port, self.data), **self._settings}
        self._settings_path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        # So that the reason of this end, not of an earlier one, is read from it.
        self.log_path.write_bytes(b"")
        if not (self.data / "meta.properties").exists():
            self._format(java)
        return self._java_child(self.name, java, "kafka.Kafka", str(self._settings_path))

    def _format(self, java: Path) -> None:
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # In one word: an id that begins with a dash would be taken for an option.
        arguments = ("format", "--ignore-formatted", f"--cluster-id={cluster}", "-c", str(self._settings_path))
        tool = self._java_child("kafka-format", java, "kafka.tools.StorageTool", *arguments)
        tool.start()
        exit_code = tool.wait(FORMAT_SECONDS)
        if exit_code is None:
            tool.kill()
        if exit_code != 0:
            raise ServerFailed(f"Kafka cannot use {self.data}: {last_lines(tool.log_path)}")

    def _java_child(self, name: str, java: Path, main_class: str, *arguments: str) -> Child:
        command = (
            str(java),
            *JVM_OPTIONS,
            *self._jvm_options,
            f"-Dhub.log={self.log_path}",
            f"-Dlog4j2.configurationFile={LOGGING}",
            "-cp",
            f"{self._jars}/*",
            main_class,
            *arguments,
        )
        output_path = self.log_path.with_name(f"{name}.out")
        output_path.unlink(missing_ok=True)
        return Child(name, Command(command), log_path=output_path, pid_path=self.folder / f"{name}.pid")


def class_archive(jars: Path) -> Path:
    """Where the classes that a starting broker loads are kept in the JVM's own form: half the time and work of a start.

    `make setup` writes it; a JVM other than the one that wrote it passes it over.
    """
    return jars.with_name(f"{jars.name}.jsa")


def class_archive_options(jars: Path) -> tuple[str, ...]:
    """The JVM's options that use the archive; none where it was not written."""
    archive = class_archive(jars)
    return (f"-XX:SharedArchiveFile={archive}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off") if archive.exists() else ()


def has_jars(folder: Path) -> bool:
    return any(folder.glob("kafka_*.jar"))


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
