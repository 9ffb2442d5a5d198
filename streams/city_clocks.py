"""The times of the clocks of a city, `clocks.yaml`: read and checked, each fault with its line."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

from streams.city_limits import read_limit
from streams.facts.rules import RULES_KEY, Call, ClockLimit, Limit
from streams.facts.vocabulary import OF_THE_CENTRE, AnyComplexity, ClockKind, Complexity, Urgency
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked
from streams.rules.time_limits import PASSING_MILLISECONDS

URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
COMPLEXITIES: tuple[Complexity, ...] = get_args(Complexity)
ANY_COMPLEXITY: tuple[AnyComplexity, ...] = get_args(AnyComplexity)
KINDS: tuple[ClockKind, ...] = get_args(ClockKind)
NEEDED: tuple[ClockKind, ...] = ("assign", "acknowledge", "resolve", "reply")
"""Without these an order could be left lying and nobody would hear of it."""

Key = tuple[str, str, str]


def read_clocks(
    path: Path,
    calls: Iterable[Call],
    calendars: Collection[str],
    effective_at: int,
    faults: list[Fault],
    *,
    letters: bool = False,
) -> list[ClockLimit]:
    """Every time that the file sets; each call must find what it needs, and so must `letters` where units get some."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    document = whole.text("document")
    found: dict[Key, ClockLimit] = {}
    for form in whole.listed("clocks", "clock"):
        limit = ClockLimit(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            urgency=form.choice("urgency", URGENCIES, "urgency"),
            complexity=form.choice("complexity", ANY_COMPLEXITY, "complexity", "any"),
            kind=form.choice("kind", KINDS, "kind of clock"),
            limit=_limit(form, calendars, document),
        )
        _check(form, limit, found)
        found[limit.urgency, limit.complexity, limit.kind] = limit
    needed: tuple[ClockKind, ...] = (*NEEDED, "follow_up") if letters else NEEDED
    for fault in _missing(found, calls, needed):
        whole.fault(fault, "clocks")
    whole.done()
    return list(found.values())


def _limit(form: Form, calendars: Collection[str], document: str) -> Limit:
    rests_on = form.text("document", document)
    limit, calendar = read_limit(form, calendars)
    return Limit(**vars(limit), calendar=calendar, document=rests_on)


def _check(form: Form, one: ClockLimit, found: Mapping[Key, ClockLimit]) -> None:
    """What each time must keep to by itself and beside those before it."""
    if one.kind in OF_THE_CENTRE and one.complexity != "any":
        form.fault("the centre's time goes by urgency alone", "complexity")
    if (one.urgency, one.complexity, one.kind) in found or (
        one.complexity != "any" and (one.urgency, "any", one.kind) in found
    ):
        form.fault(f"{one.urgency}, {one.complexity}, {one.kind} stands here a second time")
    acknowledge = found.get((one.urgency, "any", "acknowledge"))
    if one.kind == "arrive" and acknowledge is not None and _is_shorter(one.limit, acknowledge.limit):
        form.fault("a unit cannot have to arrive before it has to acknowledge", "amount")


def _is_shorter(one: Limit, other: Limit) -> bool:
    """Whether of two times that pass with the clock on the wall one is shorter; others cannot be compared so."""
    if one.unit not in PASSING_MILLISECONDS or other.unit not in PASSING_MILLISECONDS:
        return False
    return one.amount * PASSING_MILLISECONDS[one.unit] < other.amount * PASSING_MILLISECONDS[other.unit]


def _missing(found: Mapping[Key, ClockLimit], calls: Iterable[Call], needed: Collection[ClockKind]) -> Iterator[str]:
    for urgency, complexity in sorted({(call.urgency, call.complexity) for call in calls}):
        for kind in needed:
            if (urgency, "any", kind) not in found and (urgency, complexity, kind) not in found:
                yield f"there is no time to {kind} for {urgency}, {complexity}"
