"""What agents share that make a task of each record: a bounded number at once, each ended as a fact or held.

Whatever happens, a record ends as what its work appends or in the quarantine, or stays uncommitted and comes again.
"""

import asyncio
import logging
from abc import ABC, abstractmethod

from streams.agents.contract import READY, Done, Health, Host, Received
from streams.agents.holding import Holding
from streams.codec import CodecError

LOG = logging.getLogger(__name__)

CLOSE_SECONDS = 3.0
"""What tasks under way get to end by themselves."""


class BoundedTasks(ABC):
    """Takes records as fast as they come while there is a place; each becomes a task."""

    def __init__(self, holding: Holding, most_in_hand: int) -> None:
        self._holding = holding
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(most_in_hand)
        self._trouble = ""

    @abstractmethod
    async def _work(self, received: Received) -> None:
        """Do what the record asks and append what came of it. CodecError where it is none of the agent's records."""

    async def open(self, host: Host) -> None:
        self._host = host

    async def close(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)
        for task in self._tasks:
            task.cancel()

    def health(self) -> Health:
        return Health(live=False, ready=False, reasons=(self._trouble,)) if self._trouble else READY

    async def take(self, received: Received, done: Done) -> None:
        await self._places.acquire()
        task = asyncio.create_task(self._finish(received, done))
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._places.release()

    async def _finish(self, received: Received, done: Done) -> None:
        try:
            try:
                await self._work(received)
            except CodecError as error:
                await self._holding.hold(self._host, received, "decode", error.reason, str(error))
            except Exception as error:
                LOG.exception("the work on %s failed unexpectedly", received.origin)
                await self._holding.hold(self._host, received, "apply", "unexpected", type(error).__name__)
        except Exception as error:
            LOG.critical("%s can be neither worked on nor quarantined", received.origin, exc_info=True)
            self._trouble = f"cannot quarantine {received.origin}: {type(error).__name__}: {error}"
        else:
            done()
