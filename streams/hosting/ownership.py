"""The ownership watch in a worker: whoever owns the first partition of dispatch's log lets it hear and look.

Its memory is that of the open matters; a worker that takes over reads the notices from their beginning.
"""

import asyncio
import time
from collections.abc import Callable

from mode import Service

from streams.codec import Codec
from streams.hosting.ownership_metrics import OwnershipMetrics
from streams.kafka import KafkaException
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.watch.ownership import OwnershipWatch, Violation
from streams.watch.reading import Notices

EVERY_SECONDS = 10.0


class OwnershipWatching(Service):
    """Hears what has come every ten seconds and says once of each violation what it is."""

    def __init__(self, bootstrap: str, topology: Topology, is_ours: Callable[[], bool], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._bootstrap = bootstrap
        self._topology = topology
        self._is_ours = is_ours
        self._codec = Codec.load()
        self._metrics: OwnershipMetrics | None = None
        self._told: set[Violation] = set()

    @Service.task
    async def _work(self) -> None:
        while not self.should_stop:
            if self._is_ours():
                await self._look()
            elif self._metrics is not None:
                self._metrics.forget()
                self._metrics = None
            await self.sleep(EVERY_SECONDS)

    async def _look(self) -> None:
        if self._metrics is None:
            self._metrics, self._told = OwnershipMetrics(), set()
            self._watch = OwnershipWatch()
            self._notices = Notices(self._bootstrap, self._topology, self._codec, self._watch)
        try:
            await asyncio.to_thread(self._notices.hear)
        except (NotReadable, KafkaException) as error:
            self.log.warning("the ownership watch hears nothing: %s", error)
            return
        found = self._watch.look(time.time_ns() // 1_000_000)
        self._metrics.looked(found, self._watch.open_matters)
        for one in found:
            if one not in self._told:
                self.log.error("ownership: %s", one.text)
        self._told = set(found)
