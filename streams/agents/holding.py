"""How an agent puts a record that it cannot work on into the quarantine: sealed under a key of its own name."""

from typing import Literal

from streams.agents.contract import Host, Received
from streams.codec import Codec
from streams.metrics import count_quarantined
from streams.secrecy.sealing import HeldBytes, Sealer

QUARANTINE = "hub.quarantine.v1"


class Holding:
    """The quarantine as one agent writes to it."""

    def __init__(self, agent: str, codec: Codec, sealer: Sealer) -> None:
        self._agent = agent
        self._codec = codec
        self._sealer = sealer

    async def hold(
        self, host: Host, received: Received, stage: Literal["decode", "apply"], reason: str, detail: str
    ) -> None:
        """Returns when Kafka has acknowledged; `detail` must not show the payload."""
        held_bytes = HeldBytes(self._agent, received.origin, received.value or b"", received.key)
        held = self._sealer.hold(stage, reason, detail, held_bytes, received.appended_at)
        await host.append(QUARANTINE, self._agent, self._codec.encode(held), received.appended_at)
        count_quarantined(stage, reason)
