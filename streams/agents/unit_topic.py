"""主题: an order as a record on a topic that one unit's system reads. Only its having read on proves anything.

The unit reads in a consumer group that is named by its code, and commits what it has taken. Each attempt writes the
record again, under the delivery's number: a unit drops what it has already.
"""

import asyncio
import time
from collections.abc import Collection

from streams.agents.channel import Result
from streams.agents.contract import Host, Place
from streams.agents.order_call import Names, order_call, source_of
from streams.cloudevents import headers
from streams.codec import Codec
from streams.facts.notices import Attempt, OrderCall
from streams.kafka import GroupOffsets, KafkaException
from streams.topology import Topology

LOOK_SECONDS = 0.5


class UnitTopics:
    """The channel `topic`; the address is the topic's name, one of those that the agent may publish to (`topics`)."""

    def __init__(
        self, host: Host, topology: Topology, topics: Collection[str], groups: GroupOffsets, codec: Codec, names: Names
    ) -> None:
        self._host = host
        self._topology = topology
        self._topics = topics
        self._groups = groups
        self._codec = codec
        self._names = names

    async def attempt(self, notice: Attempt) -> Result:
        """Write the record, and look until the unit's group has read it."""
        if notice.address not in self._topics:
            return Result("failed", None, f"no topic {notice.address} is wired")
        end_at = time.monotonic() + notice.timeout_seconds
        call, now = order_call(notice, self._names), time.time_ns() // 1_000_000
        named = headers(OrderCall, call.delivery_no, source_of(call), call.order_no or call.matter_no, now, "")
        place = await self._host.append(notice.address, call.matter_no, self._codec.encode(call), now, named)
        while not await asyncio.to_thread(self._has_read, notice, place):
            if time.monotonic() + LOOK_SECONDS >= end_at:
                return Result("sent", None, "the unit's system has not read it in time")
            await asyncio.sleep(LOOK_SECONDS)
        return Result("delivered", None, "the unit's system has read it")

    def _has_read(self, notice: Attempt, place: Place) -> bool:
        """Whether the group says so; what Kafka does not say now, it says at the next look."""
        group, topic = self._topology.topic_name(notice.unit), self._topology.topic_name(notice.address)
        try:
            return self._groups.has_read(group, topic, place.partition, place.offset)
        except KafkaException:
            return False
