"""A system that says one datum and delivers another: found by the places whose standard positions are known.

A wrong datum moves every position by the same few hundred metres. So where the positions said of many places all lie
off their standard ones, and would lie on them if they were in another datum, the system is suspected. It is told,
never corrected: whether the contract or the delivery is wrong is the department's to say.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from statistics import median

from connectors.coordinates import DATUMS, Datum, Point, offset_metres, to_cgcs2000

FEWEST_PLACES, MOST_PLACES = 20, 256
"""One place with a wrong standard position must not decide, nor what a system delivered long ago."""
LEAST_OFFSET_METRES = 200.0
"""Half of the smallest shift between two datums in China; below it stands what people mean by 'there'."""
PLAINLY_NEARER = 3.0
"""By this factor the other datum must fit better."""
ELSEWHERE_METRES = 3_000.0
"""A position so far from its place, in any datum, tells of something else."""

Offset = tuple[float, float]
"""Metres east and north."""


@dataclass(frozen=True)
class Comparison:
    """A position as it was said, and the standard position (CGCS2000) of the place it was said of."""

    place_code: str
    said: Point
    standard: Point


@dataclass(frozen=True)
class Suspicion:
    """The datum that the positions seem to be in, and how many places say so."""

    datum: Datum
    places: int


class DatumWatch:
    """Watches the positions of one system, the last one of each of the last `MOST_PLACES` places."""

    def __init__(self, declared: Datum) -> None:
        self._declared: Datum = declared
        self._offsets: OrderedDict[str, dict[Datum, Offset]] = OrderedDict()
        self._suspicion: Suspicion | None = None
        self._is_judged = True

    def note(self, comparison: Comparison) -> None:
        """Take one more position in."""
        offsets = {datum: offset_metres(to_cgcs2000(comparison.said, datum), comparison.standard) for datum in DATUMS}
        if min(math.hypot(*offset) for offset in offsets.values()) > ELSEWHERE_METRES:
            return
        self._is_judged = False
        self._offsets[comparison.place_code] = offsets
        self._offsets.move_to_end(comparison.place_code)
        if len(self._offsets) > MOST_PLACES:
            self._offsets.popitem(last=False)

    def suspicion(self) -> Suspicion | None:
        """What there is against the datum that was declared; None while too few places are known."""
        if not self._is_judged:
            self._suspicion, self._is_judged = self._judge(), True
        return self._suspicion

    def _judge(self) -> Suspicion | None:
        if len(self._offsets) < FEWEST_PLACES:
            return None
        off_by = {datum: self._off_by_metres(datum) for datum in DATUMS}
        likeliest = min(DATUMS, key=lambda datum: off_by[datum])
        declared = off_by[self._declared]
        if declared < LEAST_OFFSET_METRES or declared < PLAINLY_NEARER * off_by[likeliest]:
            return None
        return Suspicion(likeliest, len(self._offsets))

    def _off_by_metres(self, datum: Datum) -> float:
        """By how much all positions are off together if they are in `datum`: medians, so that strays do not count."""
        offsets = [known[datum] for known in self._offsets.values()]
        return math.hypot(median(east for east, _ in offsets), median(north for _, north in offsets))
