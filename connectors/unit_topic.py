"""The units' topic: what a unit's system says of its orders over Kafka, as it would over HTTP, under the same tokens.

A record is read until what came of it is in Kafka: its fact in the matters' log, or in the quarantine why there is
none. Its id follows from its key or its place, so that one that was read twice is dropped where it arrives. It counts
when its fact is appended; its token has to be good when the unit appended the record.
"""

import logging
import threading

from connectors.faults import place_of
from connectors.kafka import GroupConsumer, KafkaAway, Message, Outgoing, SharedProducer, Stopped
from connectors.order_requests import OrderRequest
from connectors.order_words import fact_of
from connectors.problems import Problem
from connectors.publisher import QUARANTINE
from streams.codec import Codec, CodecError, Origin
from streams.contract import Fact
from streams.facts.answers import Said
from streams.facts.quarantine import Stage
from streams.metrics import count_quarantined
from streams.secrecy.actors import Actors, Identified, TokenRefused
from streams.secrecy.sealing import HeldBytes, KeyMissing, Sealer
from streams.secrecy.secret_store import SecretMissing, SecretStore
from streams.topology import Topology

TOPIC = "hub.answers.v1"
MATTERS = "hub.log.matters.v1"
OWNER = "gateway"
"""Under whose key it is sealed what is no answer: who it is of is not known."""
GROUP = "hub-answers"
MOST_RECORDS = 200
WAIT_SECONDS = 0.5
PAUSE_SECONDS = 2.0

logger = logging.getLogger(__name__)


class NoActorKey(Exception):
    """There is no key to check tokens with: the records wait for it."""


class Unanswerable(Exception):
    """A record that is no word on an order: at which stage, under which code, and what its sender has to do."""

    def __init__(self, stage: Stage, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.stage = stage
        self.reason = reason


class UnitTopic:
    """Reads the topic in a thread of its own, together with the other gateways; `fault` is empty while it works."""

    def __init__(
        self, bootstrap: str, topology: Topology, producer: SharedProducer, codec: Codec, secrets: SecretStore,
        sealer: Sealer,
    ) -> None:  # fmt: skip
        self._bootstrap = bootstrap
        self._topology = topology
        self._producer = producer
        self._codec = codec
        self._actors = Actors(secrets)
        self._sealer = sealer
        self.fault = "the units' topic is not read yet"

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set; waits out Kafka or a key being away."""
        while not stop.is_set():
            group = self._topology.topic_name(GROUP)
            consumer = GroupConsumer(self._bootstrap, self._topology.topic_name(TOPIC), group)
            try:
                while not stop.is_set():
                    self._carry(consumer, stop)
                    self.fault = ""
            except Stopped:
                return
            except (KafkaAway, KeyMissing, NoActorKey) as away:
                self.fault = f"the units' topic is not read: {away}"
                logger.warning("%s", self.fault)
                stop.wait(PAUSE_SECONDS)
            finally:
                consumer.close()

    def _carry(self, consumer: GroupConsumer, stop: threading.Event) -> None:
        messages = consumer.read(MOST_RECORDS, WAIT_SECONDS)
        if messages:
            self._producer.deliver([self._outgoing(message) for message in messages], stop, "the units' topic")
            consumer.commit(messages)

    def _outgoing(self, message: Message) -> Outgoing:
        """What comes of one record."""
        appended_at = message.timestamp()[1]
        origin = Origin(TOPIC, int(message.partition() or 0), int(message.offset() or 0))
        try:
            fact = self._fact(message.value() or b"", origin, appended_at)
        except Unanswerable as refusal:
            logger.warning("%s is no answer: %s: %s", origin, refusal.reason, refusal)
            return self._held(message, origin, refusal)
        topic = self._topology.topic_name(MATTERS)
        return Outgoing(topic, fact.key.encode(), self._codec.encode(fact), [], appended_at)

    def _fact(self, value: bytes, origin: Origin, appended_at: int) -> Fact:
        try:
            said = self._codec.decode(value, origin)
        except CodecError as error:
            raise Unanswerable("decode", type(error).__name__, "the record is not Avro of a known schema") from error
        if not isinstance(said, Said):
            raise Unanswerable("decode", "UnknownSchema", "the record is no answers.said.v1")
        request = OrderRequest(
            authorization=f"Bearer {said.token}",
            idempotency_key=said.idempotency_key or str(origin),
            body=said.body.encode(),
            order_no=said.order_no,
            word=said.word,
            channel="topic",
        )
        identified = self._identified(request.authorization, appended_at)
        try:
            return fact_of(request, identified)
        except Problem as problem:
            raise Unanswerable("apply", problem.reason, problem.detail) from problem
        except Exception as error:  # one record that nobody foresaw holds up no other
            raise Unanswerable("apply", type(error).__name__, place_of(error)) from error

    def _identified(self, authorization: str | None, appended_at: int) -> Identified:
        try:
            return self._actors.identify(authorization, appended_at / 1000)
        except TokenRefused as refused:
            raise Unanswerable("apply", refused.reason, str(refused)) from refused
        except (SecretMissing, ValueError, TypeError) as error:
            raise NoActorKey("the hub has no key to check tokens with") from error

    def _held(self, message: Message, origin: Origin, refusal: Unanswerable) -> Outgoing:
        appended_at = message.timestamp()[1]
        payload = HeldBytes(OWNER, origin, message.value() or b"", key=message.key())
        held = self._sealer.hold(refusal.stage, refusal.reason, str(refusal), payload, appended_at)
        count_quarantined(refusal.stage, refusal.reason)
        topic = self._topology.topic_name(QUARANTINE)
        return Outgoing(topic, OWNER.encode(), self._codec.encode(held), [], appended_at)
