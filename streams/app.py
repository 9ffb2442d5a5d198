"""The Faust app: `faust -A streams.app worker` runs the processors and agents that HUB_WORKER names in `topology.yaml`.

The only file that imports faust. What Faust is kept from, and why, stands in `ops/decisions/` (hosting on Faust).
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module
from importlib.metadata import version
from typing import Any, cast

import aiokafka
import faust
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError
from faust.app.base import BootStrategy
from faust.sensors import Monitor
from faust.streams import Stream
from faust.transport.drivers import aiokafka as driver
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP, EventT, StreamT
from mode import Service
from mode.types import ServiceT

from streams.agents.contract import Agent, AgentFactory, Headers, Health, Host, Place, Received
from streams.cities.city import CityFaults
from streams.codec import Codec
from streams.engine import worker as engine
from streams.engine.quarantine import SealingQuarantine
from streams.engine.versions import versions_of
from streams.hosting.audits import Audits
from streams.hosting.compacted import last_of_each_key
from streams.hosting.engines import EngineService
from streams.hosting.health import HealthServer
from streams.hosting.kafka_gate import KafkaGate
from streams.hosting.logs import LOGGING
from streams.hosting.ownership import OwnershipWatching
from streams.hosting.progress import Progress
from streams.hosting.seeking import seek_to_committed
from streams.hosting.surroundings import Surroundings, WrongSurroundings
from streams.metrics import announce
from streams.secrecy.person_key_store import PersonKeyStore
from streams.secrecy.sealing import Keys, Sealer
from streams.topology import AgentWiring, Topology, TopologyErrors, WorkerWiring, load_topology

SESSION_SECONDS = 10.0
HEARTBEAT_SECONDS = 3.0
METADATA_MILLISECONDS = 10_000
REQUEST_SECONDS = 30.0
APPEND_PAUSE_SECONDS = 1.0
FETCH_WAIT_MILLISECONDS = 200
"""aiokafka leaves a partition that is not worked off out of its next fetch, and what comes to it then waits for the end
of that fetch."""
BUFFERED_RECORDS = 512
LOOK_SECONDS = 2.0
WRONG_USE = 2


class CommittedThread(driver.AIOKafkaConsumerThread):
    """Reads committed records only: an order whose transaction was aborted must never reach a unit."""

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        settings = self.app.conf
        return aiokafka.AIOKafkaConsumer(
            bootstrap_servers=driver.server_list(transport.url, transport.default_port),
            client_id=settings.broker_client_id,
            group_id=settings.id,
            group_instance_id=settings.consumer_group_instance_id,
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(SESSION_SECONDS * 1000),
            heartbeat_interval_ms=int(HEARTBEAT_SECONDS * 1000),
            rebalance_timeout_ms=int(SESSION_SECONDS * 1000),
            request_timeout_ms=int(REQUEST_SECONDS * 1000),
            fetch_max_wait_ms=FETCH_WAIT_MILLISECONDS,
            max_poll_records=BUFFERED_RECORDS,
        )

    async def seek_to_committed(self) -> Mapping[TP, int]:
        # Faust types what was never committed as a number too, and asks for None all the same.
        return cast(Mapping[TP, int], await self.call_thread(seek_to_committed, self._ensure_consumer()))


class PatientConsumer(driver.Consumer):
    """Commits up to the lowest record still in hand, so that records may be finished in any order.

    Faust's own rule, the end of the first gapless run of finished offsets, commits over a record in hand where
    nothing was committed before it.
    """

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return CommittedThread(self, loop=self.loop, beacon=self.beacon)

    def ack(self, message: Any) -> bool:
        self._unacked_messages.discard(message)
        # After a rebalance reading began again at the committed offset: what was read before comes again.
        return message.generation_id == self.app.consumer_generation_id and super().ack(message)

    def _new_offset(self, tp: TP) -> int | None:
        finished = self._acked[tp]
        frontier = self.frontier(tp, max(finished, default=-1) + 1)
        below = [offset for offset in finished if offset < frontier]
        finished[:] = [offset for offset in finished if offset >= frontier]
        self._acked_index[tp].difference_update(below)
        return frontier if below else None

    def frontier(self, tp: TP, read_until: int) -> int:
        """Below this offset everything is done: the lowest record in hand, or where reading stands if there is none."""
        return min((message.offset for message in self._unacked_messages if message.tp == tp), default=read_until)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Gaps, left by compaction and transaction markers, need no tracking: the frontier does not count offsets."""


class QuietMonitor(Monitor):
    """Faust's monitor without what it notes of every record: nobody asks it, the hub's metrics are its own."""

    def on_message_in(self, *_: Any) -> None:
        """Nothing."""

    def on_stream_event_in(self, *_: Any) -> None:
        """Nothing."""

    def on_stream_event_out(self, *_: Any) -> None:
        """Nothing."""

    def on_message_out(self, *_: Any) -> None:
        """Nothing."""


class NewestScheduling(DefaultSchedulingStrategy):
    """Hands over what was read at once, of a compacted topic only the last record of each key: the wall falls less
    behind, the more there is to read (decision 0088). The rest counts as done when what follows it is.
    """

    def __init__(self, compacted: frozenset[str]) -> None:
        self._compacted = compacted

    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
        return super().iterate(
            {tp: last_of_each_key(read) if tp.topic in self._compacted else read for tp, read in records.items()}
        )


class PatientTransport(driver.Transport):
    Consumer = PatientConsumer


class AgentEnded(Exception):
    """An agent says that it needs a new process."""


class AgentService(Service):
    """An agent's life beside Faust's: opened before its first record, closed after its last."""

    def __init__(self, wiring: AgentWiring, agent: Agent, host: Host, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.wiring = wiring
        self.agent = agent
        self._host = host

    async def on_start(self) -> None:
        await self.agent.open(self._host)

    async def on_stop(self) -> None:
        await self.agent.close()

    @Service.task
    async def _watch(self) -> None:
        async for _ in self.itertimer(LOOK_SECONDS, name=f"health of {self.wiring.name}"):
            health = self.agent.health()
            if not health.live:
                await self.crash(AgentEnded(f"agent {self.wiring.name} cannot go on: {'; '.join(health.reasons)}"))


class PlainWorker(faust.Worker):
    """Faust's process without the spinner it draws into the log."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{**settings, "loglevel": "INFO"})
        self.spinner = None


class WorkerBoot(BootStrategy):
    """Health first, then Kafka, then the engines, then Faust's own; Faust's web server never."""

    app: "WorkerApp"
    enable_web = False

    def __init__(self, app: "WorkerApp") -> None:
        super().__init__(app, enable_kafka=bool(app.agent_services))

    def server(self) -> Iterable[ServiceT]:
        yield HealthServer(self.app.parts, self.app.surroundings.port, self.app.surroundings.port_path)
        yield self.app.gate
        yield from self.app.engine_services
        if self.app.audits_itself:
            yield self.app.audits
            if self.app.ownership is not None:
                yield self.app.ownership
        yield from self.app.agent_services
        yield from super().server()
        if self.enable_kafka:
            yield self.app.progress


class WorkerApp(faust.App):
    """One worker process: what `wiring` names, on the cluster and under the names of `topology`."""

    BootStrategy = WorkerBoot  # type: ignore[assignment]

    def __init__(self, topology: Topology, surroundings: Surroundings) -> None:
        self.topology = topology
        self.surroundings = surroundings
        self.wiring = _worker(topology, surroundings)
        self.engine_services = [
            EngineService(name, _engine(topology, name, surroundings)) for name in self.wiring.processors
        ]
        self.agent_services = [
            AgentService(topology.agents[name], _agent(topology, name, surroundings), self)
            for name in self.wiring.agents
        ]
        self.audits = Audits(topology.audit, {one.processor: one.owns_first_partition for one in self.engine_services})
        dispatch = next((one for one in self.engine_services if one.processor == "dispatch"), None)
        self.ownership = dispatch and OwnershipWatching(surroundings.bootstrap, topology, dispatch.owns_first_partition)
        self.progress = Progress(self._ends, self._frontiers, self._is_assigned, self._busy)
        self.gate = KafkaGate(surroundings.bootstrap, _needed_topics(topology, self.wiring))
        super().__init__(**_faust_settings(topology, surroundings))
        for service in self.agent_services:
            self._host(service)
        _announce(topology, self.wiring)

    def _new_transport(self) -> PatientTransport:
        return PatientTransport(self.conf.broker_consumer, self)

    @property
    def audits_itself(self) -> bool:
        """Where the driver's clock is the world's, an audit would come between its instants."""
        return bool(self.engine_services) and self.topology.clock == "broker"

    @property
    def parts(self) -> dict[str, Callable[[], Health]]:
        """Everything whose health counts, by name."""
        return {
            "kafka": self.gate.health,
            **{service.processor: service.health for service in self.engine_services},
            **{service.wiring.name: partial(self._agent_health, service) for service in self.agent_services},
        }

    def _agent_health(self, service: AgentService) -> Health:
        if not self._is_assigned():
            return Health(live=True, ready=False, reasons=("waits for its partitions",))
        return service.agent.health()

    async def append(self, topic: str, key: str, value: bytes, caused_at: int, headers: Headers = ()) -> Place:
        """As `Host` says; tries again until Kafka has acknowledged."""
        name = self.topology.topic_name(topic)
        timestamp = (caused_at + 0.5) / 1000 if self.topology.clock == "simulated" else None
        while True:
            try:
                appended = await self.producer.send_and_wait(
                    name, key.encode(), value, partition=None, timestamp=timestamp, headers=list(headers) or None
                )
            except KafkaError as error:
                self.log.warning("cannot append to %s yet: %s", topic, type(error).__name__)
                await self.sleep(APPEND_PAUSE_SECONDS)
            else:
                return Place(appended.partition, appended.offset)

    def current_until(self) -> dict[tuple[str, int], int]:
        """As `Host` says."""
        return {
            (partition.topic.removeprefix(self.topology.namespace), partition.partition): instant
            for partition, instant in self.progress.current_until.items()
        }

    def _host(self, service: AgentService) -> None:
        names = [self.topology.topic_name(name) for name in service.wiring.reads]
        topic = self.topic(*names, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

        async def host(stream: StreamT[Any]) -> None:
            async for event in cast(Stream[bytes], stream).noack().events():
                await service.agent.take(self._received(event), event.ack)

        self.agent(topic, name=service.wiring.name)(host)

    def _received(self, event: EventT[Any]) -> Received:
        message = event.message
        return Received(
            topic=message.topic.removeprefix(self.topology.namespace),
            partition=message.partition,
            offset=message.offset,
            key=message.key,
            value=message.value,
            headers=dict(message.headers or ()),
            appended_at=round(message.timestamp * 1000),
        )

    async def on_stop(self) -> None:
        # All at once; mode stops its services one after the other.
        for service in self.engine_services:
            service.ask_to_stop()
        await super().on_stop()

    def _create_directories(self) -> None:
        """No tables, no folders."""

    async def _ends(self) -> Mapping[TP, int]:
        return await self.consumer.highwaters(*self.consumer.assignment())

    async def _frontiers(self) -> Mapping[TP, int]:
        consumer = cast(PatientConsumer, self.consumer)
        positions = {partition: await consumer.position(partition) or 0 for partition in consumer.assignment()}
        return {partition: consumer.frontier(partition, read_until) for partition, read_until in positions.items()}

    def _is_assigned(self) -> bool:
        return self._assignment is not None and not self.rebalancing

    def _busy(self) -> bool:
        return bool(self.consumer.unacked)


def _worker(topology: Topology, surroundings: Surroundings) -> WorkerWiring:
    if not surroundings.bootstrap:
        raise WrongSurroundings("HUB_KAFKA is missing: it takes the addresses of Kafka, host:port, parted by commas")
    wiring = topology.workers.get(surroundings.worker)
    if wiring is None:
        known = ", ".join(topology.workers)
        raise WrongSurroundings(f"HUB_WORKER is {surroundings.worker!r}: topology.yaml has the workers {known}")
    return wiring


def _engine(topology: Topology, processor: str, surroundings: Surroundings) -> Any:
    code = engine.load_processor(topology.processors[processor])
    persons = PersonKeyStore(surroundings.keys, create=surroundings.makes_keys, renews=False)
    codec = Codec.load(persons=persons)  # after the processor's own records are known
    shared = engine.Surroundings(surroundings.bootstrap, codec, SealingQuarantine(codec, _sealer(surroundings)))
    return engine.Worker(topology, processor, shared, surroundings.slot, code)


def _agent(topology: Topology, name: str, surroundings: Surroundings) -> Agent:
    module, _, factory = topology.agents[name].code.partition(":")
    make: AgentFactory = getattr(import_module(module), factory)
    return make(topology, surroundings, _sealer(surroundings))


def _announce(topology: Topology, wiring: WorkerWiring) -> None:
    """Say what runs here, once for the code of each processor; agents have no code that positions carry."""
    processors = [topology.processors[name] for name in wiring.processors]
    codes = [versions_of(engine.load_processor(processor), processor).code for processor in processors]
    for code in codes or [""]:
        announce("worker", version("hub"), code)


def _sealer(surroundings: Surroundings) -> Sealer:
    return Sealer(Keys(surroundings.keys, create=surroundings.makes_keys))


def _needed_topics(topology: Topology, wiring: WorkerWiring) -> set[str]:
    agents = (topology.agents[name] for name in wiring.agents)
    processors = [topology.processors[name] for name in wiring.processors]
    names = {name for agent in agents for name in (*agent.reads, *agent.publishes)}
    names |= {name for processor in processors for name in (processor.reads, *processor.ports.values())}
    names |= {processor.changelog for processor in processors}
    return {topology.topic_name(name) for name in names}


def _faust_settings(topology: Topology, surroundings: Surroundings) -> dict[str, Any]:
    name = f"hub-{surroundings.worker}"
    compacted = frozenset(topology.topic_name(topic.name) for topic in topology.topics.values() if topic.compacted)
    return {
        "id": topology.namespace + name,
        "broker": [f"aiokafka://{address}" for address in surroundings.bootstrap.split(",")],
        "processing_guarantee": "at_least_once",
        "broker_client_id": name,
        # A worker that comes back within its session is the same member: no rebalance.
        "consumer_group_instance_id": f"{name}-{surroundings.slot}",
        "canonical_url": f"http://{name}-{surroundings.slot}",
        "broker_session_timeout": SESSION_SECONDS,
        "broker_heartbeat_interval": HEARTBEAT_SECONDS,
        "broker_request_timeout": REQUEST_SECONDS,
        "producer_request_timeout": REQUEST_SECONDS,
        # A topic that was not all there when the group met is assigned soon after, not in the default's five minutes.
        "consumer_metadata_max_age_ms": METADATA_MILLISECONDS,
        "producer_acks": -1,
        # Every topic comes from topology.yaml.
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "table_standby_replicas": 0,
        "stream_buffer_maxsize": BUFFERED_RECORDS,
        "web_enabled": False,
        "web_tables_enabled": False,
        "web_router_enabled": False,
        "datadir": surroundings.home / "run",
        "Worker": PlainWorker,
        "Monitor": QuietMonitor,
        "ConsumerScheduler": partial(NewestScheduling, compacted),
        "autodiscover": False,
        "worker_redirect_stdouts": False,
        "logging_config": LOGGING,
    }


def _app() -> WorkerApp:
    try:
        return WorkerApp(load_topology(), Surroundings.read())
    except (WrongSurroundings, TopologyErrors, CityFaults) as error:
        print(error, file=sys.stderr)
        raise SystemExit(WRONG_USE) from error


app = _app()
