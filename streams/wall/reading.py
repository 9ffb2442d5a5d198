"""Reads the view topics from their beginning to their end, for a cache that has to be built anew."""

import time
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from streams import cloudevents
from streams.codec import Codec, CodecError, Origin
from streams.kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, TopicPartition, Topics, open_consumer
from streams.topology import Topology
from streams.wall.cache import KINDS
from streams.wall.values import GONE, WallChange, wall_change

CALL_SECONDS = 10.0
POLL_RECORDS = 5_000
READ_SECONDS = 60.0


class ViewsUnreadable(Exception):
    """The views cannot be read to their end now; the text says why."""


@dataclass
class Views:
    """The last value of each key by kind, and by `topic/partition` the last offset that was read."""

    values: dict[str, dict[str, bytes]] = field(default_factory=lambda: {kind: {} for kind in KINDS.values()})
    positions: dict[str, bytes] = field(default_factory=dict)

    def put(self, change: WallChange) -> None:
        value = change.json()
        if value == GONE:
            self.values[change.kind].pop(change.key, None)
        else:
            self.values[change.kind][change.key] = value


def identity_of_views(bootstrap: str, topology: Topology) -> str:
    """Changes when one of the view topics is deleted and created again; raises KafkaException. Blocks."""
    names = [topology.topic_name(topic) for topic in KINDS]
    found = Topics(bootstrap).describe(names)
    identities = "/".join(found[name].identity for name in names if name in found)
    return blake2b(identities.encode(), digest_size=8).hexdigest()


def read_views(bootstrap: str, topology: Topology, codec: Codec) -> Views:
    """Everything that is committed in the view topics now; raises KafkaException or ViewsUnreadable. Blocks."""
    partitions = {topology.topic_name(topic): range(topology.topics[topic].partitions) for topic in KINDS}
    ends = {
        (name, partition): end
        for name, found in Topics(bootstrap).ends(partitions, committed=True).items()
        for partition, end in found.items()
    }
    consumer = open_consumer(bootstrap, topology.topic_name("hub-wall-rebuild"), enable_partition_eof=True)
    try:
        consumer.assign([TopicPartition(name, partition, OFFSET_BEGINNING) for name, partition in ends])
        return _read(consumer, ends, topology, codec)
    finally:
        consumer.close()


def _read(consumer: Consumer, ends: dict[tuple[str, int], int], topology: Topology, codec: Codec) -> Views:
    views = Views()
    unread = {place for place, end in ends.items() if end > 0}
    give_up_at = time.monotonic() + READ_SECONDS
    while unread:
        for message in consumer.consume(POLL_RECORDS, 1.0):
            place, offset = (message.topic() or "", message.partition() or 0), message.offset() or 0
            error = message.error()
            if error is None:
                _take(views, message, topology, codec)
                offset += 1
            elif error.code() != KafkaError._PARTITION_EOF:
                raise ViewsUnreadable(f"{place[0]}[{place[1]}]: {error.str()}")
            if offset >= ends.get(place, 0):
                unread.discard(place)
        if time.monotonic() > give_up_at:
            raise ViewsUnreadable(f"the views were not read to their end within {READ_SECONDS:.0f} s")
    return views


def _take(views: Views, message: Message, topology: Topology, codec: Codec) -> None:
    """What cannot be read is left out here: the agent meets the same record and quarantines it."""
    topic = (message.topic() or "").removeprefix(topology.namespace)
    origin = Origin(topic, message.partition() or 0, message.offset() or 0)
    views.positions[f"{topic}/{origin.partition}"] = b"%d" % origin.offset
    headers: dict[str, Any] = dict(message.headers() or ())
    trace = (headers.get(f"{cloudevents.PREFIX}trace") or b"").decode(errors="replace")
    try:
        views.put(wall_change(codec, origin, message.key(), message.value(), trace))
    except CodecError:
        return
