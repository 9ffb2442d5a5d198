"""What a transaction writes: outputs, what was set aside, changelog rows. Counted once it is known to be committed."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from streams.codec import HEADER_BYTES, Codec
from streams.engine.clock import OwnClock
from streams.engine.engine import Emission, Held, Partition
from streams.engine.quarantine import TOPIC
from streams.kafka import ANY_PARTITION, UNSTAMPED, Producer
from streams.metrics import ProcessorMetrics, count_quarantined
from streams.topology import ProcessorWiring, Topology

ROOM_SECONDS = 0.05


class Quarantine(Protocol):
    """Turns what could not be applied into a record of the quarantine, its bytes sealed."""

    def __call__(self, held: Held, held_at: int) -> bytes: ...


class Outbox:
    """Hands records to the producer of the open transaction, waiting for room where there is none."""

    def __init__(
        self, topology: Topology, wiring: ProcessorWiring, codec: Codec, quarantine: Quarantine, clock: OwnClock
    ) -> None:
        self._names = {topic: topology.topic_name(topic) for topic in topology.topics}
        self._changelog = topology.topic_name(wiring.changelog)
        self._ports = {topic: port for port, topic in wiring.ports.items()}
        self._codec = codec
        self._quarantine = quarantine
        self._clock = clock
        self._sent: Counter[tuple[str, bytes]] = Counter()
        self._held: list[Held] = []

    def send_outputs(self, producer: Producer, state: Partition) -> None:
        """Hand over what has been emitted so far, while it is warm; the transaction decides whether it counts."""
        self._send(producer, state.emissions)
        if state.held:
            held = state.held
            self._send(producer, [Emission(TOPIC, one.owner, self._quarantine(one, state.clock), None) for one in held])
            self._held += held
            held.clear()
        state.emissions.clear()

    def _send(self, producer: Producer, emissions: Iterable[Emission]) -> None:
        produce, names = producer.produce, self._names
        stamp = self._clock.now() if self._clock.simulated else UNSTAMPED
        for topic, key, value, headers in emissions:
            while True:
                try:
                    # By position and one by one: half of what keywords or `produce_batch` cost (ops/decisions/0020).
                    produce(names[topic], value, key, ANY_PARTITION, None, None, stamp, headers)  # type: ignore[arg-type]
                except BufferError:
                    producer.poll(ROOM_SECONDS)
                else:
                    break
        self._sent.update([(topic, value[:HEADER_BYTES] if value else b"") for topic, _, value, _ in emissions])

    def send_rows(self, producer: Producer, partition: int, changes: Iterable[tuple[str, bytes | None]]) -> None:
        """Hand over changelog rows, in order."""
        produce, changelog = producer.produce, self._changelog
        for key, row in changes:
            while True:
                try:
                    produce(changelog, row, key, partition)
                except BufferError:
                    producer.poll(ROOM_SECONDS)
                else:
                    break

    def count(self, metrics: ProcessorMetrics) -> None:
        """The transaction is committed: count what it wrote."""
        for (topic, header), records in self._sent.items():
            schema = self._codec.schema_with_identity(int.from_bytes(header[1:], "big"))
            metrics.count_outputs(self._ports.get(topic, "quarantine"), schema.name if schema else "deleted", records)
        for held in self._held:
            count_quarantined(held.stage, held.reason)
        self.forget()

    def forget(self) -> None:
        """A transaction begins or has ended: nothing is sent in it that would count."""
        self._sent.clear()
        self._held.clear()
