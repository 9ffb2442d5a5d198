"""值班页面: nothing is sent. The unit's duty page shows its open orders by itself and says when it has shown one.

That receipt is a word of the unit like any other, and dispatch takes it for the proof (ops/decisions/0114). The attempt
only gives the page its time before somebody is woken.
"""

import asyncio

from streams.agents.channel import Result
from streams.facts.notices import Attempt


class DutyPages:
    """The channel `app`."""

    async def attempt(self, notice: Attempt) -> Result:
        """Wait for so long."""
        await asyncio.sleep(notice.timeout_seconds)
        return Result("sent", None, "no duty page of the unit has shown it in time")
