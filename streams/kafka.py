"""The one place of the stream side that imports confluent_kafka: clients with the hub's settings, and topics."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    OFFSET_INVALID,
    TIMESTAMP_CREATE_TIME,
    TIMESTAMP_LOG_APPEND_TIME,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka import Consumer as ConfluentConsumer
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, OffsetSpec, ResourceType

__all__ = [
    "ANY_PARTITION",
    "DAMAGED",
    "END_OF_PARTITION",
    "FATAL",
    "IN_GROUPS",
    "LOST_CONNECTION",
    "NO_SUCH_OFFSET",
    "NO_SUCH_TOPIC",
    "OFFSET_BEGINNING",
    "OFFSET_END",
    "OFFSET_INVALID",
    "TIMESTAMP_CREATE_TIME",
    "TIMESTAMP_LOG_APPEND_TIME",
    "UNSTAMPED",
    "ConnectionLog",
    "Consumer",
    "GroupOffsets",
    "Headers",
    "KafkaError",
    "KafkaException",
    "Message",
    "Notes",
    "Producer",
    "TopicDescription",
    "TopicPartition",
    "Topics",
    "TopicsUnknown",
    "is_leader_changing",
    "is_name_taken",
    "members_of",
    "open_consumer",
    "open_producer",
]

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Asked = TypeVar("Asked")

ANY_PARTITION = -1
"""Where a key's hash decides."""
UNSTAMPED = 0
"""A timestamp that leaves the time of a record to Kafka."""
END_OF_PARTITION = KafkaError._PARTITION_EOF
LOST_CONNECTION = frozenset(
    {
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TIMED_OUT,
        KafkaError._RESOLVE,
    }
)
CUT_OFF = frozenset({KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN})
"""The connection broke while an answer was on its way: another is made meanwhile."""
FATAL = KafkaError._FATAL
DAMAGED = frozenset({KafkaError._BAD_MSG, KafkaError.INVALID_MSG})
"""A batch of records whose checksum is wrong; librdkafka would go on behind it."""
NO_SUCH_OFFSET = frozenset({KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE})
OLD_EPOCH = frozenset({KafkaError.UNKNOWN_LEADER_EPOCH, KafkaError.FENCED_LEADER_EPOCH})
"""An admin client that has seen a broker restart holds on to the epoch it knew; only a new one asks anew."""
LEADER_CHANGES = OLD_EPOCH | frozenset(
    {
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError._NOENT,
    }
)
"""A topic that was just created has no leader for a moment, or not every client has heard of it."""
NO_SUCH_TOPIC = frozenset(
    {
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError._UNKNOWN_PARTITION,
    }
)

CALL_SECONDS = 10.0
"""How long one administrative call may take."""
LEADER_PAUSE_SECONDS = 0.1
KNOWN_SECONDS = 30.0
"""How long brokers may take to hear of topics that their controller has created."""
KNOWN_PAUSE_SECONDS = 0.05
BEYOND_EVERY_END = 2**63 - 1
"""An offset that nobody who watches groups takes for a lag."""

CLIENT = {
    # Faust and Java place keys by murmur2; librdkafka's default CRC32 would part one district between two partitions.
    "partitioner": "murmur2_random",
    # 100 ms, the default, costs 100-340 ms p99 a transactional hop; 10 ms gives 16-33 ms (measured).
    "retry.backoff.ms": 10,
    "socket.keepalive.enable": True,
    "reconnect.backoff.max.ms": 2000,
}

IN_TRANSACTIONS = {
    # The default, rebootstrap, forgets every broker when the last one is away for a moment; a transaction that is
    # just being committed then waits for a coordinator for ever, past its timeout (librdkafka #5456, #5511). Without
    # it an answer that names no broker leaves none: calls run out of time, and their producer must be renewed. Nobody
    # renews the other clients: decision 0134.
    "metadata.recovery.strategy": "none",
}

IN_GROUPS = {
    # A question about its topic that goes down with a broker's connection is not repeated before this time, five
    # minutes by default, and whoever has asked it waits so long to join (decision 0134).
    "topic_metadata_refresh_interval_ms": 5_000,
}

Headers = list[tuple[str, bytes]]


class Message(Protocol):
    """A record read, or an error where a record would be."""

    def error(self) -> KafkaError | None: ...
    def topic(self) -> str: ...
    def partition(self) -> int: ...
    def offset(self) -> int: ...
    def timestamp(self) -> tuple[int, int]: ...
    def key(self) -> bytes | None: ...
    def value(self) -> bytes | None: ...
    def headers(self) -> Headers | None: ...


class Consumer(Protocol):
    """What the hub uses of a consumer, with the types that it really has."""

    def subscribe(self, topics: list[str], **callbacks: Callable[..., None]) -> None: ...
    def assign(self, partitions: list[TopicPartition]) -> None: ...
    def poll(self, timeout: float) -> Message | None: ...
    def consume(self, num_messages: int, timeout: float) -> list[Message]: ...
    def committed(self, partitions: list[TopicPartition], timeout: float) -> list[TopicPartition]: ...
    def commit(self, *, offsets: list[TopicPartition], asynchronous: bool) -> list[TopicPartition] | None: ...
    def get_watermark_offsets(
        self,
        partition: TopicPartition,
        timeout: float,
        cached: bool,  # noqa: FBT001 - confluent_kafka's signature
    ) -> tuple[int, int]: ...
    def consumer_group_metadata(self) -> Any: ...
    def close(self) -> None: ...


def is_name_taken(error: KafkaError) -> bool:
    """Whether another member has joined the group under our name; a consumer says so in a fatal error's words only."""
    taken = KafkaError(KafkaError.FENCED_INSTANCE_ID)
    return error.code() == taken.code() or taken.str() in error.str()


def is_leader_changing(error: KafkaError) -> bool:
    """Whether asking again in a moment will do: a partition has no leader yet, or this client knows an old one."""
    return error.code() in LEADER_CHANGES


class ConnectionLog:
    """The log of one client, that remembers whether a connection broke: librdkafka tells of that nowhere else."""

    def __init__(self) -> None:
        self.lost_connection = False

    def log(self, level: int, form: str, facility: str, *said: str) -> None:
        """What librdkafka calls."""
        self.lost_connection |= facility == "FAIL"
        log.log(level, form, facility, *said)


def open_producer(bootstrap: str, *, connections: ConnectionLog | None = None, **settings: Any) -> Producer:
    """An idempotent producer; with `transactional_id` it can run transactions. Underscores stand for Kafka's dots."""
    return Producer(
        {
            "bootstrap.servers": bootstrap,
            **CLIENT,
            "enable.idempotence": True,
            "acks": "all",
            # librdkafka takes a request that was refused for written as soon as a later one of the same partition
            # succeeds, and Kafka lets a producer that it does not know begin anywhere: decision 0108.
            "max.in.flight.requests.per.connection": 1,
            "linger.ms": 0,
            "queue.buffering.max.messages": 50_000,
            "queue.buffering.max.kbytes": 65_536,
            "message.max.bytes": 8_388_608,
            **(IN_TRANSACTIONS if "transactional_id" in settings else {}),
            **_dotted(settings),
        },
        logger=connections or log,
    )


def open_consumer(bootstrap: str, group: str, **settings: Any) -> Consumer:
    """A read_committed consumer that commits nothing by itself and stops where an offset is missing."""
    client = {name: value for name, value in CLIENT.items() if name != "partitioner"}
    consumer: Any = ConfluentConsumer(
        {
            "bootstrap.servers": bootstrap,
            **client,
            "group.id": group,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
            "check.crcs": True,
            "fetch.wait.max.ms": 500,
            "fetch.queue.backoff.ms": 1,
            "queued.max.messages.kbytes": 32_768,
            "queued.min.messages": 10_000,
            "fetch.message.max.bytes": 1_048_576,
            **_dotted(settings),
        },
        logger=log,
    )
    return cast(Consumer, consumer)


def _dotted(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "."): value for name, value in settings.items()}


@dataclass(frozen=True)
class TopicDescription:
    """A topic as the cluster has it. `identity` changes when a topic is deleted and created again."""

    name: str
    identity: str
    partitions: int
    settings: Mapping[str, str]


@dataclass(frozen=True)
class IdentitiesAsked:
    """A question on its way: which topics stand behind these names now."""

    answers: Mapping[str, Future[Any]]

    def answered(self) -> bool:
        """Whether `found` would not wait."""
        return all(answer.done() for answer in self.answers.values())

    def found(self) -> dict[str, str]:
        """The identities of those that exist, by name. Raises KafkaException if the cluster did not answer."""
        return {name: str(topic.topic_id) for name, topic in _existing(self.answers).items()}


def _existing(answers: Mapping[Asked, Future[Any]]) -> dict[Asked, Any]:
    """The answers about topics that exist. Raises KafkaException if the cluster did not answer."""
    found = {}
    for asked, answer in answers.items():
        try:
            found[asked] = answer.result()
        except KafkaException as error:
            if error.args[0].code() not in NO_SUCH_TOPIC:
                raise
    return found


def members_of(bootstrap: str, group: str) -> int:
    """How many members a consumer group has; a static one counts until its session ends. Raises KafkaException."""
    admin = AdminClient({"bootstrap.servers": bootstrap}, logger=log)
    return len(admin.describe_consumer_groups([group], request_timeout=CALL_SECONDS)[group].result().members)


class GroupOffsets:
    """How far consumer groups of others have read, without being a member. Any thread may ask."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._lock = threading.Lock()
        self._consumers: dict[str, Consumer] = {}

    def has_read(self, group: str, topic: str, partition: int, offset: int) -> bool:
        """Whether a group has committed that it has read a record; raises KafkaException."""
        with self._lock:
            if group not in self._consumers:
                self._consumers[group] = open_consumer(self._bootstrap, group)
            consumer = self._consumers[group]
        try:
            (found,) = _checked(consumer.committed([TopicPartition(topic, partition)], timeout=CALL_SECONDS))
        except KafkaException:
            with self._lock:
                self._consumers.pop(group, None)  # it may have lost its group for good: the next question takes another
            raise
        return found.offset > offset

    def close(self) -> None:
        for consumer in self._consumers.values():
            consumer.close()


class TopicsUnknown(Exception):
    """Topics were created and the cluster does not show them."""


class Topics:
    """Looks at topics and creates them."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = self._open()

    def _open(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self._bootstrap}, logger=log)

    def describe(self, names: Collection[str]) -> dict[str, TopicDescription]:
        """The topics among `names` that exist. Raises KafkaException if the cluster does not answer."""
        return self._patiently(lambda: self._described(names), LEADER_CHANGES)

    def ask_identities(self, names: Collection[str]) -> IdentitiesAsked:
        """Asks and does not wait for the answer: what a busy worker can do beside its work."""
        return IdentitiesAsked(self._asked_topics(names))

    def reach(self) -> None:
        """Raises KafkaException if the cluster does not answer."""
        self._admin.describe_cluster(request_timeout=CALL_SECONDS).result()

    def _described(self, names: Collection[str]) -> dict[str, TopicDescription]:
        # Asked by name: whoever lists every topic waits for each partition of a large cluster.
        there = _existing(self._asked_topics(names))
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in there]
        asked = self._admin.describe_configs(resources, request_timeout=CALL_SECONDS) if resources else {}
        return {
            resource.name: TopicDescription(
                name=resource.name,
                identity=str(there[resource.name].topic_id),
                partitions=len(there[resource.name].partitions),
                settings={key: entry.value for key, entry in settings.items()},
            )
            for resource, settings in _existing(asked).items()
        }

    def _asked_topics(self, names: Collection[str]) -> dict[str, Future[Any]]:
        if not names:
            return {}
        return self._admin.describe_topics(TopicCollection(list(names)), request_timeout=CALL_SECONDS)

    def create(self, name: str, partitions: int, settings: Mapping[str, str], replication: int = -1) -> None:
        """Create one topic and wait until it is known; raises KafkaException, TopicsUnknown."""
        topic = NewTopic(name, num_partitions=partitions, replication_factor=replication, config=dict(settings))
        self._admin.create_topics([topic], request_timeout=CALL_SECONDS)[name].result()
        self._await_known([name])

    def create_missing(self, wanted: Mapping[str, tuple[int, Mapping[str, str]]]) -> None:
        """Create topics, by name with partitions and settings, in one request; one that is there stays as it is.

        Returns when all are known; raises KafkaException, TopicsUnknown.
        """
        topics = [
            NewTopic(name, num_partitions=partitions, replication_factor=-1, config=dict(settings))
            for name, (partitions, settings) in wanted.items()
        ]
        for created in self._admin.create_topics(topics, request_timeout=CALL_SECONDS).values() if topics else ():
            if (error := created.exception()) and error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise error
        self._await_known(wanted)

    def _await_known(self, names: Collection[str]) -> None:
        """Until the brokers asked know the topics: the controller answers before they have heard of them."""
        give_up_at = time.monotonic() + KNOWN_SECONDS
        while len(self.describe(names)) < len(names):
            if time.monotonic() > give_up_at:
                said = f"created, but not known to the brokers after {KNOWN_SECONDS:.0f} s: {sorted(names)}"
                raise TopicsUnknown(said)
            time.sleep(KNOWN_PAUSE_SECONDS)

    def end_offsets(self, name: str, partitions: Iterable[int], *, committed: bool) -> dict[int, int]:
        """The end of each partition: of committed transactions only, or of everything written."""
        return self.ends({name: partitions}, committed=committed)[name]

    def ends(self, partitions: Mapping[str, Iterable[int]], *, committed: bool) -> dict[str, dict[int, int]]:
        """The same of several topics, asked in one request.

        A partition whose leader is just changing, as that of a new topic, is asked again for a while; so is a topic
        that the broker asked has not heard of yet.
        """
        wanted = [TopicPartition(name, number) for name, numbers in partitions.items() for number in numbers]
        return self._offsets(wanted, OffsetSpec.latest(), committed=committed)

    def beginnings(self, name: str, partitions: Iterable[int]) -> dict[int, int]:
        """The first offset that each partition still has."""
        wanted = [TopicPartition(name, number) for number in partitions]
        return self._offsets(wanted, OffsetSpec.earliest(), committed=False).get(name, {})

    def offsets_since(self, name: str, partitions: Iterable[int], instant: int) -> dict[int, int]:
        """The first offset of each partition whose time is not before an instant; only partitions that have one."""
        wanted = [TopicPartition(name, number) for number in partitions]
        found = self._offsets(wanted, OffsetSpec.for_timestamp(instant), committed=False).get(name, {})
        return {partition: offset for partition, offset in found.items() if offset >= 0}

    def _offsets(self, wanted: list[TopicPartition], spec: OffsetSpec, *, committed: bool) -> dict[str, dict[int, int]]:
        return self._patiently(
            lambda: self._asked_offsets(wanted, spec, committed=committed), LEADER_CHANGES | NO_SUCH_TOPIC
        )

    def _patiently(self, ask: Callable[[], Answer], passing: frozenset[int]) -> Answer:
        """What `ask` returns, asked again for a while as long as it raises what will pass."""
        give_up_at = time.monotonic() + CALL_SECONDS
        while True:
            try:
                return ask()
            except KafkaException as error:
                code = error.args[0].code()
                if code not in passing | CUT_OFF or time.monotonic() > give_up_at:
                    raise
                if code in OLD_EPOCH:
                    self._admin = self._open()
                time.sleep(LEADER_PAUSE_SECONDS)

    def _asked_offsets(
        self, partitions: list[TopicPartition], spec: OffsetSpec, *, committed: bool
    ) -> dict[str, dict[int, int]]:
        level = IsolationLevel.READ_COMMITTED if committed else IsolationLevel.READ_UNCOMMITTED
        asked = dict.fromkeys(partitions, spec)
        found: dict[str, dict[int, int]] = {}
        for one, future in self._admin.list_offsets(asked, isolation_level=level, request_timeout=CALL_SECONDS).items():
            offset = future.result().offset
            if offset == OFFSET_INVALID:
                # A broker that was just starting has not answered, and librdkafka has not noticed.
                raise KafkaException(KafkaError(KafkaError.LEADER_NOT_AVAILABLE))
            found.setdefault(one.topic, {})[one.partition] = offset
        return found


class Notes:
    """Short texts that Kafka keeps by name: each beside an offset of `topic`, in a group that never has a member.

    Not by way of the admin client: while a broker restarts its requests to coordinators bring the process down.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic

    def write(self, name: str, text: str) -> None:
        """Put a text in the place of what was there; raises KafkaException."""
        offset = TopicPartition(self._topic, 0, BEYOND_EVERY_END, text)
        with self._group(name) as group:
            _checked(group.commit(offsets=[offset], asynchronous=False) or [])

    def read(self, name: str) -> str:
        """What was written last, '' where nothing was or Kafka has forgotten it (`offsets.retention.minutes`: a week).

        Raises KafkaException.
        """
        with self._group(name) as group:
            (found,) = _checked(group.committed([TopicPartition(self._topic, 0)], timeout=CALL_SECONDS))
        return found.metadata or ""

    @contextmanager
    def _group(self, name: str) -> Iterator[Consumer]:
        # A commit has no timeout of its own: it waits for the coordinator as long as a session lasts.
        call_milliseconds = int(CALL_SECONDS * 1000)
        consumer = open_consumer(
            self._bootstrap, name, session_timeout_ms=call_milliseconds, socket_timeout_ms=call_milliseconds
        )
        try:
            yield consumer
        finally:
            consumer.close()


def _checked(partitions: list[TopicPartition]) -> list[TopicPartition]:
    for partition in partitions:
        if partition.error is not None:
            raise KafkaException(partition.error)
    return partitions
