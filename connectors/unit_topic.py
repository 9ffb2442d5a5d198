"""The units' topic: what a unit's system says of its orders over Kafka, as it would over HTTP, under the same tokens.

A record is read until what came of it is in Kafka: its fact in the matters' log, or in the quarantine why there is
none, and then a receipt for the unit, by the record's place. Its id follows from its key or its place, so that one that
was read twice is dropped where it arrives. It counts when its fact is appended; its token has to be good when the unit
appended the record.
"""

import logging
import threading

from connectors.kafka import KafkaAway, Outgoing, SharedProducer, Stopped
from connectors.publisher import QUARANTINE
from connectors.said_words import NoActorKey, SaidWords, Unanswerable
from connectors.topic_reading import GroupConsumer, Message
from streams.codec import Codec, CodecError, Origin
from streams.contract import Fact
from streams.facts.answers import AnswerReceipt, Said
from streams.metrics import count_quarantined
from streams.secrecy.sealing import HeldBytes, KeyMissing, Sealer
from streams.secrecy.secret_store import SecretStore
from streams.topology import Topology

TOPIC, RECEIPTS = "hub.answers.v1", "hub.notice.answers.v1"
MATTERS = "hub.log.matters.v1"
OWNER = "gateway"
"""Under whose key it is sealed what is no answer: who it is of is not known."""
GROUP = "hub-answers"
MOST_RECORDS = 200
WAIT_SECONDS = 0.5
PAUSE_SECONDS = 2.0

logger = logging.getLogger(__name__)


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
        self._words = SaidWords(secrets)
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
        if not messages:
            return
        outcomes = [self._outcome(message) for message in messages]
        for written in zip(*outcomes, strict=True):  # no receipt before what it is for
            self._producer.deliver(written, stop, "the units' topic")
        consumer.commit(messages)

    def _outcome(self, message: Message) -> tuple[Outgoing, Outgoing]:
        """What comes of one record, and the receipt for that."""
        appended_at = message.timestamp()[1]
        origin = Origin(TOPIC, int(message.partition() or 0), int(message.offset() or 0))
        try:
            fact = self._fact(message.value() or b"", origin, appended_at)
        except Unanswerable as refusal:
            logger.warning("%s is no answer: %s: %s", origin, refusal.reason, refusal)
            return self._held(message, origin, refusal), self._receipt(origin, appended_at, reason=refusal.reason)
        topic = self._topology.topic_name(MATTERS)
        taken = Outgoing(topic, fact.key.encode(), self._codec.encode(fact), [], appended_at)
        return taken, self._receipt(origin, appended_at, fact_id=fact.id)

    def _receipt(
        self, origin: Origin, appended_at: int, *, fact_id: str | None = None, reason: str | None = None
    ) -> Outgoing:
        receipt = AnswerReceipt(
            partition=origin.partition,
            offset=origin.offset,
            state="taken" if reason is None else "refused",
            id=fact_id,
            reason=reason,
        )
        key = f"{origin.partition}/{origin.offset}".encode()
        return Outgoing(self._topology.topic_name(RECEIPTS), key, self._codec.encode(receipt), [], appended_at)

    def _fact(self, value: bytes, origin: Origin, appended_at: int) -> Fact:
        try:
            said = self._codec.decode(value, origin)
        except CodecError as error:
            raise Unanswerable("decode", type(error).__name__, "the record is not Avro of a known schema") from error
        if not isinstance(said, Said):
            raise Unanswerable("decode", "UnknownSchema", "the record is no answers.said.v1")
        return self._words.fact_of(said, "topic", str(origin), appended_at)

    def _held(self, message: Message, origin: Origin, refusal: Unanswerable) -> Outgoing:
        appended_at = message.timestamp()[1]
        payload = HeldBytes(OWNER, origin, message.value() or b"", key=message.key())
        held = self._sealer.hold(refusal.stage, refusal.reason, str(refusal), payload, appended_at)
        count_quarantined(refusal.stage, refusal.reason)
        topic = self._topology.topic_name(QUARANTINE)
        return Outgoing(topic, OWNER.encode(), self._codec.encode(held), [], appended_at)
