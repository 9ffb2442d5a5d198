"""How a simulated department is described: what it hears of, what it keeps of its own accord, how a record goes on.

Fields are the department's own names. What a story leaves open is filled from the contract (`filling.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

Value = Any
"""A field's value, or a function that draws one."""
Drawn = Callable[[Random], Any]


def one_of(*values: Any) -> Drawn:
    """Any of some values, each as often."""
    return lambda random: random.choice(values)


def between(low: float, high: float, digits: int = 2) -> Drawn:
    """A number with so many decimals."""
    return lambda random: round(random.uniform(low, high), digits)


def whole(low: int, high: int) -> Drawn:
    """A whole number, both ends included."""
    return lambda random: random.randint(low, high)


@dataclass(frozen=True)
class Step:
    """One version of a record: what it says, how many minutes after the one before, how many records get so far.

    Over HTTP `event_type` says as what it is pushed.
    """

    row: Mapping[str, Value] = field(default_factory=dict)
    after_minutes: tuple[float, float] = (0, 0)
    chance: float = 1.0
    event_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """One sort of record: how many a day a department keeps of its own accord, and what happenings it tells of.

    `tells` gives the fields that each class of happening brings; without a happening one of `places` is drawn.
    `reports` says that the first step means a report to the hub.
    """

    steps: Sequence[Step]
    per_day: float = 0.0
    tells: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    places: tuple[str, ...] = ("organisation",)
    row: Mapping[str, Value] = field(default_factory=dict)
    reports: bool = True


@dataclass(frozen=True, kw_only=True)
class Department:
    """One simulated department: the prefix of its record numbers, its stories, its habits (the catalogue's quirks).

    `twice` and `out_of_order` are shares of hand-overs and of records; `late_minutes` how long it may be offline.
    `placed_later` is the share of records of which no word says a place before the second one.
    """

    system: str
    prefix: str
    stories: Sequence[Story]
    twice: float = 0.0
    out_of_order: float = 0.0
    late_minutes: float = 0.0
    placed_later: float = 0.0
