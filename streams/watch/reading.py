"""Follows `hub.notice.matters.v1` for a watch: each time what has come since the last."""

from streams.codec import Codec, CodecError, Origin
from streams.facts.notices import Accountable, MatterChanged
from streams.kafka import Topics
from streams.topic_reader import NotReadable, read_topic
from streams.topology import Topology
from streams.watch.ownership import OwnershipWatch

NOTICES = "hub.notice.matters.v1"


class Notices:
    """The notices of a hub on a cluster, heard by a watch in the order of each partition."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec, watch: OwnershipWatch) -> None:
        self._bootstrap = bootstrap
        self._topic = topology.topic_name(NOTICES)
        self._codec = codec
        self._watch = watch
        self._next: dict[int, int] = {}
        self.newest_at = 0
        """Append time of the newest notice so far (milliseconds)."""

    def hear(self) -> None:
        """Let the watch hear what has come; NotReadable, also for what is no notice."""
        for message in read_topic(self._bootstrap, self._topic, self._starts()):
            partition, offset = message.partition() or 0, message.offset() or 0
            self._next[partition] = offset + 1
            self.newest_at = max(self.newest_at, message.timestamp()[1])
            try:
                notice = self._codec.decode(message.value() or b"", Origin(NOTICES, partition, offset))
            except CodecError as error:
                raise NotReadable(str(error)) from error
            if isinstance(notice, MatterChanged | Accountable):
                self._watch.hear(notice)

    def _starts(self) -> dict[int, int]:
        if not self._next:
            found = Topics(self._bootstrap).describe([self._topic]).get(self._topic)
            if found is None:
                raise NotReadable(f"topic {self._topic} does not exist: `hub topics` creates what is missing")
            self._next = dict.fromkeys(range(found.partitions), 0)
        return self._next
