"""The registers of addresses and grids that connectors learn from: what the address system delivers locates rows.

A process knows what has been delivered before its first connector starts, and what is delivered from then on counts
for the rows that it takes afterwards. A row is placed once, by what is known when it is taken.
"""

from connectors.followed_topics import FollowedTopic
from connectors.places import Places
from streams.codec import Codec
from streams.facts.reference import Address, Grid
from streams.topology import Topology

TOPICS = ("hub.reference.grids.v1", "hub.reference.addresses.v1")


class Registers:
    """What the registers' topics say, for the places of one process."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec, places: Places) -> None:
        """Of the topics those that the topology has."""
        self._places = places
        names = [topology.topic_name(topic) for topic in TOPICS if topic in topology.topics]
        self.topics = {name: FollowedTopic(bootstrap, name, codec, self._learn) for name in names}

    def recall(self) -> None:
        """Know what has been delivered by now; KafkaAway."""
        for topic in self.topics.values():
            topic.recall()

    def _learn(self, _offset: int, said: object) -> None:
        if isinstance(said, Address | Grid):
            self._places.learn(said)
