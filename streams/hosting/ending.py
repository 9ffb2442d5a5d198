"""Ending a task for certain."""

import asyncio
from typing import Any

PAUSE_SECONDS = 0.2


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until they have ended; what they raise is dropped.

    Once is not enough: redis-py takes a cancellation that meets the answer to a pipeline for its own and goes on
    (126 of 300 in a trial).
    """
    for task in tasks:
        while not task.done():
            task.cancel()
            await asyncio.wait((task,), timeout=PAUSE_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
