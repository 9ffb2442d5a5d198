"""Readings that somebody should ask about: many persons in an hour, refused again and again, at night without a case.

It looks at what officers do and at nothing about residents; each finding names the receipts that it follows from, and
says nothing of why. Night and limits are the city's own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal, NamedTuple

from streams.durations import HOUR_MILLISECONDS
from streams.facts.audit import Receipt
from streams.rules.calendar import BEIJING

READINGS = ("read", "broke_glass", "exported")
TRIES = (*READINGS, "refused")

UnusualKind = Literal["many_persons", "refused_in_a_row", "night_without_case"]


@dataclass(frozen=True)
class ReadingLimits:
    """From where on a reading is unusual; night is from one hour of the day to another, in Beijing's time."""

    persons_an_hour: int
    refused_in_a_row: int
    night_from_hour: int
    night_until_hour: int

    def is_night(self, at: int) -> bool:
        """Whether an instant (milliseconds) lies in the night; with equal hours there is none."""
        hour, start, end = datetime.fromtimestamp(at / 1000, BEIJING).hour, self.night_from_hour, self.night_until_hour
        return start <= hour < end if start <= end else hour >= start or hour < end


class Unusual(NamedTuple):
    """One finding: an officer, from when to when (milliseconds), how many, which receipts.

    `amount` is of persons, of refusals or of readings; `receipts` are chains and numbers, by time.
    """

    kind: UnusualKind
    unit: str
    officer: str
    since_at: int
    until_at: int
    amount: int
    receipts: tuple[tuple[str, int], ...]


def unusual_readings(receipts: Iterable[Receipt], limits: ReadingLimits) -> list[Unusual]:
    """What is unusual among these receipts, in whatever order and however often they come; by time."""
    looked_at = {(one.chain, one.number): one for one in receipts if one.act in TRIES and one.actor_officer}
    tries = sorted(
        looked_at.values(),
        key=lambda one: (one.actor_unit, one.actor_officer, one.happened_at, one.chain, one.number),
    )
    found: list[Unusual] = []
    for _, by_one in groupby(tries, key=lambda one: (one.actor_unit, one.actor_officer)):
        of_officer = list(by_one)
        found += _many_persons(of_officer, limits)
        found += _refused_in_a_row(of_officer, limits)
        found += _night_without_case(of_officer, limits)
    return sorted(found, key=lambda one: (one.since_at, one.unit, one.officer, one.kind))


def _many_persons(receipts: Sequence[Receipt], limits: ReadingLimits) -> Iterator[Unusual]:
    """Each span in which within an hour more persons were read than the limit; spans that touch are one."""
    readings = [one for one in receipts if one.act in READINGS]
    within: Counter[str] = Counter()
    first = 0
    spans: list[tuple[int, int, int]] = []
    for last, reading in enumerate(readings):
        within[reading.token] += 1
        while reading.happened_at - readings[first].happened_at >= HOUR_MILLISECONDS:
            left = readings[first].token
            within[left] -= 1
            if not within[left]:
                del within[left]
            first += 1
        if len(within) > limits.persons_an_hour:
            if spans and first <= spans[-1][1]:
                start, _, most = spans.pop()
                spans.append((start, last, max(most, len(within))))
            else:
                spans.append((first, last, len(within)))
    for start, end, most in spans:
        yield _found("many_persons", readings[start : end + 1], most)


def _refused_in_a_row(receipts: Sequence[Receipt], limits: ReadingLimits) -> Iterator[Unusual]:
    for act, run in groupby(receipts, key=lambda one: one.act):
        refused = list(run)
        if act == "refused" and len(refused) > limits.refused_in_a_row:
            yield _found("refused_in_a_row", refused, len(refused))


def _night_without_case(receipts: Sequence[Receipt], limits: ReadingLimits) -> Iterator[Unusual]:
    """One finding a night, whose readings lie within half a day."""
    readings = [one for one in receipts if one.act in READINGS and not one.case_no and limits.is_night(one.happened_at)]
    while readings:
        end = readings[0].happened_at + 12 * HOUR_MILLISECONDS
        night = [one for one in readings if one.happened_at < end]
        yield _found("night_without_case", night, len(night))
        readings = readings[len(night) :]


def _found(kind: UnusualKind, receipts: Sequence[Receipt], amount: int) -> Unusual:
    first, last = receipts[0], receipts[-1]
    return Unusual(
        kind=kind,
        unit=first.actor_unit,
        officer=first.actor_officer,
        since_at=first.happened_at,
        until_at=last.happened_at,
        amount=amount,
        receipts=tuple((one.chain, one.number) for one in receipts),
    )
