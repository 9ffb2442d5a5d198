"""Reads the suspected duplicates that wait out of the wall's cache, where no snapshot and no stream has them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from streams.topology import Topology
from streams.wall.cache import REVIEWS, Keys
from streams.wall.feed import ANSWER_SECONDS, CONNECT_SECONDS, NotWhole

INCIDENTS = "incidents"


@dataclass(frozen=True)
class OpenReviews:
    """The reviews by `<incident_no>/<other_no>`, and by number those of the incidents that they name that are open."""

    reviews: Mapping[str, Mapping[str, Any]]
    incidents: Mapping[str, Mapping[str, Any]]


class ReviewCache:
    """The cache at `address`; belongs to one event loop."""

    def __init__(self, address: str, topology: Topology) -> None:
        self._keys = Keys(topology.namespace)
        self._redis = redis.asyncio.from_url(
            address, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=CONNECT_SECONDS, retry=Retry(NoBackoff(), 0)
        )

    async def read(self) -> OpenReviews:
        """All that wait; NotWhole, RedisError."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.get(self._keys("generation"))
        pipeline.hgetall(self._keys(REVIEWS))
        generation, found = await pipeline.execute()
        if not generation or found.pop(b"", None) != generation:
            raise NotWhole("the cache is not whole: it is being built")
        reviews = {key.decode(): json.loads(value) for key, value in found.items()}
        numbers = sorted({number for one in reviews.values() for number in (one["incident_no"], one["other_no"])})
        return OpenReviews(reviews, await self._incidents(numbers))

    async def _incidents(self, numbers: list[str]) -> dict[str, Mapping[str, Any]]:
        if not numbers:
            return {}
        values: Any = await self._redis.hmget(self._keys(INCIDENTS), numbers)
        return {number: json.loads(value) for number, value in zip(numbers, values, strict=True) if value is not None}

    async def close(self) -> None:
        await self._redis.aclose()
