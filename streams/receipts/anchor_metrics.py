"""Anchors and receipts as the metrics of the worker that looks after them."""

import time
from collections import Counter
from typing import get_args

from streams.facts.audit import Act
from streams.metrics import ANCHOR_AGE, BROKEN_CHAINS, RECEIPTS, UNUSUAL_READINGS
from streams.receipts.anchoring import Looked
from streams.rules.unusual_reading import UnusualKind

WATCH = "anchor"


class AnchorMetrics:
    """The anchors as the worker sees them that makes them; `forget` when another one does.

    Until the folder was read the age counts from here on.
    """

    def __init__(self) -> None:
        self._anchored_at = time.time()
        ANCHOR_AGE.labels(WATCH).set_function(lambda: time.time() - self._anchored_at)

    def stands(self, anchored_at: int | None) -> None:
        """The last anchor is of this instant (milliseconds); None where there is none yet."""
        if anchored_at is not None:
            self._anchored_at = anchored_at / 1000

    def looked(self, looked: Looked) -> None:
        BROKEN_CHAINS.set(len(looked.faults))
        kinds = Counter(one.kind for one in looked.unusual)
        for kind in get_args(UnusualKind):
            UNUSUAL_READINGS.labels(kind).set(kinds[kind])

    def forget(self) -> None:
        ANCHOR_AGE.remove(WATCH)
        BROKEN_CHAINS.set(0)
        for kind in get_args(UnusualKind):
            UNUSUAL_READINGS.labels(kind).set(0)


def count_receipt(act: Act) -> None:
    """One receipt was given."""
    RECEIPTS.labels(act).inc()
