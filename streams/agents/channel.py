"""What the agent `attempts` asks of a channel: one bounded attempt, and what came of it."""

from typing import Literal, NamedTuple, Protocol

from streams.facts.notices import Attempt

Outcome = Literal["delivered", "sent", "refused", "failed", "timeout"]


class Result(NamedTuple):
    """What came of one attempt; `detail` is the same whenever the same thing happens, and holds no payload.

    `delivered` is proven by what the channel counts as proof (ops/decisions/0100); `sent` went out without. `body` is
    what the unit answered at once.
    """

    outcome: Outcome
    status_code: int | None
    detail: str
    body: bytes = b""


class ChannelAdapter(Protocol):
    """One channel; never raises for what the other side does or fails to do, SecretMissing where it cannot begin."""

    async def attempt(self, notice: Attempt) -> Result: ...
