"""Reads a compacted view into memory: the last value of each key."""

from typing import Any

from streams.codec import Codec, CodecError, Origin
from streams.topic_reader import NotReadable, read_topic
from streams.topology import Topology


class Views:
    """The views of a hub on a cluster, each read as it stands when asked."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec) -> None:
        self._bootstrap = bootstrap
        self._topology = topology
        self._codec = codec

    def read(self, topic: str) -> dict[str, Any]:
        """Every record of a view (bare name) by its key; NotReadable, also for what is no record of ours."""
        values: dict[str, Any] = {}
        for message in read_topic(self._bootstrap, self._topology.topic_name(topic)):
            key, value = (message.key() or b"").decode(), message.value()
            if value is None:
                values.pop(key, None)
                continue
            try:
                values[key] = self._codec.decode(value, Origin(topic, message.partition(), message.offset()))
            except CodecError as error:
                raise NotReadable(str(error)) from error
        return values
