"""Anchors the chains of receipts once a day, and judges meanwhile what has come since the last anchor.

A chain that is broken stays anchored where it was. What is published again may heal it, so it is judged anew from there
each time.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from streams.durations import DAY_MILLISECONDS, HOUR_MILLISECONDS
from streams.facts.audit import Receipt
from streams.receipts.anchors import Anchors, read_anchors, write_anchor
from streams.receipts.limits import reading_limits
from streams.receipts.reading import Placed
from streams.rules.calendar import BEIJING
from streams.rules.chain_check import ChainChecks, ChainFault
from streams.rules.receipt_chain import ChainHead
from streams.rules.unusual_reading import Unusual, unusual_readings
from streams.topology import ReceiptWatch

KEPT_MILLISECONDS = DAY_MILLISECONDS + HOUR_MILLISECONDS
"""Findings of a day need what was read in the hour before it."""


class Receipts(Protocol):
    """The topic of receipts; all three raise NotReadable."""

    def read(self, starts: Mapping[int, int]) -> Iterable[Placed]: ...

    def ends(self) -> Mapping[int, int]: ...

    def offsets_since(self, instant: int) -> Mapping[int, int]: ...


class Looked(NamedTuple):
    """What a look has found: the first fault of each broken chain, unusual readings of the last day, a new anchor.

    What is no receipt is among the faults until the next anchor.
    """

    faults: list[ChainFault]
    unusual: list[Unusual]
    anchored: bool


class _Judging:
    """What is judged from an anchor on."""

    def __init__(self, checks: ChainChecks, seen: list[ChainHead], starts: Mapping[int, int]) -> None:
        self.checks = checks
        self.seen = seen
        self.positions = dict(starts)
        self.recent: list[Receipt] = []
        self.strange: list[ChainFault] = []

    def hear(self, placed: Placed) -> None:
        if placed.receipt is not None:
            self.checks.hear(placed.receipt)
            self.recent.append(placed.receipt)
        elif placed.strange is not None:
            self.strange.append(placed.strange)
        self.positions[placed.partition] = placed.offset + 1


class Anchoring:
    """One folder of anchors over one topic."""

    def __init__(self, receipts: Receipts, folder: Path, watch: ReceiptWatch) -> None:
        self._receipts = receipts
        self._folder = folder
        self._watch = watch
        self._anchors = Anchors((), "")
        self._judging: _Judging | None = None

    @property
    def anchored_at(self) -> int | None:
        """When the last anchor was made (milliseconds), as far as the folder was read."""
        return self._anchors.last.anchored_at if self._anchors.last else None

    def look(self, now: int) -> Looked:
        """Judge what has come and anchor it where that is due at `now` (milliseconds).

        Raises NotReadable, AnchorsFaulty, and OSError where the folder cannot be written; the next look begins anew.
        """
        judging, self._judging = self._judging or self._begin(now), None
        for placed in self._receipts.read(judging.positions):
            judging.hear(placed)
        faults = judging.checks.end(judging.seen)
        judging.recent = [one for one in judging.recent if one.happened_at > now - KEPT_MILLISECONDS]
        found = unusual_readings(judging.recent, reading_limits(self._watch))
        unusual = [one for one in found if one.until_at > now - DAY_MILLISECONDS]
        due = self._is_due(now)
        if due:
            self._anchor(judging, {fault.chain for fault in faults}, now)
        elif not faults:
            self._judging = judging
        return Looked(
            [*judging.strange, *faults], [one for one in unusual if one.until_at > now - DAY_MILLISECONDS], due
        )

    def _begin(self, now: int) -> _Judging:
        """Judge from the last anchor on; from the beginning where the topic is shorter than it was then."""
        self._anchors = read_anchors(self._folder)
        last, ends = self._anchors.last, self._receipts.ends()
        positions = dict.fromkeys(ends, 0) | (dict(last.positions) if last else {})
        if any(ends.get(partition, 0) < offset for partition, offset in positions.items()):
            return _Judging(ChainChecks(), self._anchors.heads, dict.fromkeys(ends, 0))
        recently = self._receipts.offsets_since(now - KEPT_MILLISECONDS)
        starts = {partition: min(offset, recently.get(partition, offset)) for partition, offset in positions.items()}
        return _Judging(ChainChecks(last.heads if last else ()), [], starts)

    def _is_due(self, now: int) -> bool:
        moment = datetime.fromtimestamp(now / 1000, BEIJING)
        hour = moment.replace(hour=self._watch.anchor_hour, minute=0, second=0, microsecond=0)
        due_at = hour if hour <= moment else hour - timedelta(days=1)
        return self.anchored_at is None or self.anchored_at < due_at.timestamp() * 1000

    def _anchor(self, judging: _Judging, broken: set[str], now: int) -> None:
        """A broken chain stays where it was, and so does the reading: what heals it may lie before its fault."""
        last = self._anchors.last
        heads = [head for head in judging.checks.heads() if head.chain not in broken]
        kept = [head for head in last.heads if head.chain in broken] if last else []
        positions = (last.positions if last else {}) if broken else judging.positions
        ordered = sorted([*heads, *kept], key=lambda head: head.chain)
        self._anchors = write_anchor(self._folder, self._anchors, ordered, positions, now)
