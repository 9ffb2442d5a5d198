"""The agent `anchor`: keeps where the chains of receipts end, once a day, in a folder outside Kafka (HUB_ANCHORS).

It hears each receipt once, to count it. Whoever has the first partition of their topic judges all chains every minute
and writes the anchors; in simulated time nobody does.
"""

import asyncio
import logging
import time

from streams.agents.contract import READY, Done, Health, Host, Received
from streams.agents.holding import Holding
from streams.codec import Codec, CodecError, UnknownSchema
from streams.engine.reading import RecordsDamaged
from streams.facts.audit import Receipt
from streams.hosting.ending import end
from streams.hosting.surroundings import Surroundings
from streams.receipts.anchor_metrics import AnchorMetrics, count_receipt
from streams.receipts.anchoring import Anchoring
from streams.receipts.anchors import AnchorsFaulty
from streams.receipts.reading import AUDIT, ReceiptTopic
from streams.rules.chain_check import ChainFault
from streams.rules.unusual_reading import Unusual
from streams.secrecy.sealing import Sealer
from streams.topic_reader import NotReadable
from streams.topology import Topology

LOG = logging.getLogger(__name__)
NAME = "anchor"

LOOK_SECONDS = 60.0
OWN_SECONDS = 1.0
"""How often it is asked whether the first partition is ours."""
AWAY = (NotReadable, RecordsDamaged, AnchorsFaulty, OSError)


class Anchors:
    """Counts receipts as they come; looks after their chains while it has the first partition."""

    def __init__(self, topology: Topology, surroundings: Surroundings, sealer: Sealer) -> None:
        self._is_simulated = topology.clock == "simulated"
        self._codec = Codec.load()
        self._holding = Holding(NAME, self._codec, sealer)
        self._receipts = ReceiptTopic(surroundings.bootstrap, topology, self._codec)
        self._folder, self._watch = surroundings.anchors, topology.receipts
        self._metrics: AnchorMetrics | None = None
        self._told: set[ChainFault | Unusual | str] = set()

    async def open(self, host: Host) -> None:
        self._host = host
        self._looking = asyncio.create_task(self._look_for_ever())

    async def close(self) -> None:
        await end(self._looking)

    def health(self) -> Health:
        if self._looking.done() and not self._is_simulated:
            return Health(live=False, ready=False, reasons=("nobody looks after the chains of receipts any more",))
        return READY

    async def take(self, received: Received, done: Done) -> None:
        try:
            receipt = self._codec.decode(received.value or b"", received.origin)
            if not isinstance(receipt, Receipt):
                raise UnknownSchema(f"{type(receipt).__name__} is no receipt", received.origin)
        except CodecError as error:
            await self._holding.hold(self._host, received, "decode", error.reason, str(error))
        else:
            count_receipt(receipt.act)
        done()

    async def _look_for_ever(self) -> None:
        if self._is_simulated:
            return
        try:
            while True:
                is_ours = (AUDIT, 0) in self._host.current_until()
                if is_ours:
                    await self._look()
                elif self._metrics is not None:
                    self._metrics.forget()
                    self._metrics = None
                await asyncio.sleep(LOOK_SECONDS if is_ours else OWN_SECONDS)
        except Exception:
            LOG.critical("the chains of receipts are looked after no more", exc_info=True)

    async def _look(self) -> None:
        if self._metrics is None:
            self._metrics, self._anchoring, self._told = AnchorMetrics(), self._new_anchoring(), set()
        try:
            looked = await asyncio.to_thread(self._anchoring.look, time.time_ns() // 1_000_000)
        except AWAY as error:
            self._say_once({f"receipts are not anchored: {error}"})
        else:
            self._metrics.looked(looked)
            if looked.anchored:
                LOG.info("receipts are anchored")
            self._say_once({*looked.faults, *looked.unusual})
        self._metrics.stands(self._anchoring.anchored_at)

    def _new_anchoring(self) -> Anchoring:
        return Anchoring(self._receipts, self._folder, self._watch)

    def _say_once(self, found: set[ChainFault | Unusual | str]) -> None:
        """Log what was not found the last time; of unusual readings only the kind, for logs go to many."""
        for one in found - self._told:
            match one:
                case ChainFault():
                    LOG.error("chain of receipts %s, number %d: %s", one.chain, one.number, one.text)
                case Unusual():
                    LOG.warning("unusual readings of %s: %s (%d)", one.unit, one.kind, one.amount)
                case _:
                    LOG.warning("%s", one)
        self._told = found


def anchor(topology: Topology, surroundings: Surroundings, sealer: Sealer) -> Anchors:
    """The agent as `topology.yaml` names it."""
    return Anchors(topology, surroundings, sealer)
