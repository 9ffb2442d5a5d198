"""Single records from an event loop into Kafka: what comes in one turn of the loop goes out as one delivery."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from connectors.kafka import Acknowledgement, Delivery, Outgoing, SharedProducer, Stopped
from connectors.problems import kafka_away
from connectors.publisher import Now, wall_clock
from connectors.readers.http_push import RECEIPT_SECONDS

RECOVERING_THREADS = 4
"""What Kafka has refused is tried again beside the loop, as many deliveries at once."""


class _Gathered:
    """Records that go out together, and who awaits where each is."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.records: list[Outgoing] = []
        self.awaited: list[asyncio.Future[Acknowledgement]] = []
        self.stop = threading.Event()
        self.delivery: Delivery | None = None
        self.deadline: asyncio.TimerHandle | None = None

    def settle(self, where: Sequence[Acknowledgement]) -> None:
        """Tell each where its record is, unless they have given up."""
        if self.deadline is not None:
            self.deadline.cancel()
        for future, acknowledgement in zip(self.awaited, where, strict=True):
            if not future.done():
                future.set_result(acknowledgement)


class KafkaAppend:
    """Appends a record and waits for Kafka, a bounded time; Problem 503 where it does not come.

    Belongs to one event loop. A delivery, a word back from the producer's thread and a timer are as dear for many
    records as for one. `now` (milliseconds) is the time that a record bears.
    """

    def __init__(self, producer: SharedProducer, now: Now = wall_clock) -> None:
        self._producer = producer
        self._now = now
        self._threads = ThreadPoolExecutor(RECOVERING_THREADS, thread_name_prefix="append")
        self._gathered: _Gathered | None = None

    async def __call__(self, topic: str, key: str, value: bytes) -> Acknowledgement:
        loop = asyncio.get_running_loop()
        gathered = self._gathered
        if gathered is None:
            gathered = self._gathered = _Gathered(loop)
            loop.call_soon(self._hand_over, gathered)
        where: asyncio.Future[Acknowledgement] = loop.create_future()
        gathered.records.append(Outgoing(topic, key.encode(), value, [], self._now()))
        gathered.awaited.append(where)
        return await where

    def _hand_over(self, gathered: _Gathered) -> None:
        self._gathered = None
        gathered.deadline = gathered.loop.call_later(RECEIPT_SECONDS, self._give_up, gathered)
        landed = partial(_call_soon, gathered.loop, partial(self._landed, gathered))
        gathered.delivery = self._producer.begin_at_once(gathered.records, "answers", landed)

    def _landed(self, gathered: _Gathered) -> None:
        delivery = gathered.delivery
        if delivery is None or gathered.stop.is_set():
            return
        if delivery.is_written:
            gathered.settle(self._producer.finish(delivery, gathered.stop))
        else:
            self._threads.submit(self._recover, gathered, delivery)

    def _recover(self, gathered: _Gathered, delivery: Delivery) -> None:
        with suppress(Stopped):  # whoever awaited has given up
            where = self._producer.finish(delivery, gathered.stop)
            _call_soon(gathered.loop, partial(gathered.settle, where))

    def _give_up(self, gathered: _Gathered) -> None:
        gathered.stop.set()
        if gathered.delivery is not None:
            self._producer.abandon(gathered.delivery)
        for where in gathered.awaited:
            if not where.done():
                where.set_exception(kafka_away())


def _call_soon(loop: asyncio.AbstractEventLoop, work: partial[None]) -> None:
    """From whichever thread; where the loop has ended nobody awaits anything any more."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(work)
