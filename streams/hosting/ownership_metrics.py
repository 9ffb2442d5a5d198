"""What the ownership watch found, as the metrics of the worker that lets it look."""

import time
from collections.abc import Sequence
from typing import get_args

from streams.metrics import OWNERSHIP_AGE, OWNERSHIP_OPEN, OWNERSHIP_VIOLATIONS
from streams.watch.ownership import Kind, Violation


class OwnershipMetrics:
    """The ownership watch as the worker sees it that lets it look; `forget` when another one does."""

    def __init__(self) -> None:
        self._looked_at = time.time()
        self._violations = {name: OWNERSHIP_VIOLATIONS.labels(name) for name in get_args(Kind)}
        OWNERSHIP_AGE.labels("ownership").set_function(lambda: time.time() - self._looked_at)

    def looked(self, found: Sequence[Violation], open_matters: int) -> None:
        """It has heard everything and found this."""
        self._looked_at = time.time()
        wrong = {(one.kind, one.matter_no) for one in found}
        for name, gauge in self._violations.items():
            gauge.set(sum(kind == name for kind, _ in wrong))
        OWNERSHIP_OPEN.set(open_matters)

    def forget(self) -> None:
        for name in self._violations:
            OWNERSHIP_VIOLATIONS.remove(name)
        OWNERSHIP_AGE.remove("ownership")
        OWNERSHIP_OPEN.set(0)
