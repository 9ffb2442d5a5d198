"""The times of the clocks of a city, `clocks.yaml`: read and checked, each fault with its line."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

from streams.cities.limits import read_limit
from streams.facts.rules import RULES_KEY, Call, ClockLimit, Limit
from streams.facts.vocabulary import OF_THE_CENTRE, AnyComplexity, ClockKind, Complexity, StartEvent, Urgency
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked
from streams.rules.time_limits import PASSING_MILLISECONDS

URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
COMPLEXITIES: tuple[Complexity, ...] = get_args(Complexity)
ANY_COMPLEXITY: tuple[AnyComplexity, ...] = get_args(AnyComplexity)
KINDS: tuple[ClockKind, ...] = get_args(ClockKind)
TIMED: tuple[ClockKind, ...] = tuple(kind for kind in KINDS if kind != "stage")
"""Kinds that the file sets times for; those of stages stand in `stages.yaml`."""
NEEDED: tuple[ClockKind, ...] = ("assign", "acknowledge", "resolve", "reply")
"""Without these an order could be left lying and nobody would hear of it."""

Key = tuple[str, str, str, str]
"""Class ('' for any), urgency, complexity, kind."""
EVENTS: tuple[StartEvent, ...] = get_args(StartEvent)


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
    calls = tuple(calls)
    classes = sorted({call.incident_class for call in calls})
    for form in whole.listed("clocks", "clock"):
        limit = ClockLimit(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            urgency=form.choice("urgency", URGENCIES, "urgency"),
            complexity=form.choice("complexity", ANY_COMPLEXITY, "complexity", "any"),
            kind=form.choice("kind", TIMED, "kind of clock"),
            limit=_limit(form, calendars, document),
            incident_class=form.one_of("incident_class", classes, "called class", "") or None,
            after=form.choice("after", EVENTS, "start", "delivery"),
        )
        _check(form, limit, found)
        found[limit.incident_class or "", limit.urgency, limit.complexity, limit.kind] = limit
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
    if one.kind in OF_THE_CENTRE:
        for key, is_said in (
            ("complexity", one.complexity != "any"), ("incident_class", one.incident_class is not None),
            ("after", one.after != "delivery"),
        ):  # fmt: skip
            if is_said:
                form.fault("the centre's time goes by urgency alone", key)
    of_class = one.incident_class or ""
    if (of_class, one.urgency, one.complexity, one.kind) in found or (
        one.complexity != "any" and (of_class, one.urgency, "any", one.kind) in found
    ):
        alike = ", ".join(filter(None, (one.incident_class, one.urgency, one.complexity, one.kind)))
        form.fault(f"{alike} stands here a second time")
    if one.after == one.kind:
        form.fault(f"a time to {one.kind} cannot begin with that", "after")
    acknowledge = found.get(("", one.urgency, "any", "acknowledge"))
    if one.kind == "arrive" and acknowledge is not None and _is_shorter(one.limit, acknowledge.limit):
        form.fault("a unit cannot have to arrive before it has to acknowledge", "amount")


def _is_shorter(one: Limit, other: Limit) -> bool:
    """Whether of two times that pass with the clock on the wall one is shorter; others cannot be compared so."""
    if one.unit not in PASSING_MILLISECONDS or other.unit not in PASSING_MILLISECONDS:
        return False
    return one.amount * PASSING_MILLISECONDS[one.unit] < other.amount * PASSING_MILLISECONDS[other.unit]


def _missing(found: Mapping[Key, ClockLimit], calls: Iterable[Call], needed: Collection[ClockKind]) -> Iterator[str]:
    """What each call lacks: a time that every order needs, or what one of its times begins with."""
    faults: dict[str, None] = {}
    for call in sorted(calls, key=lambda call: (call.urgency, call.complexity)):
        times = _times_of(call, found)
        for kind in needed:
            if kind not in times:
                faults[f"there is no time to {kind} for {call.urgency}, {call.complexity}"] = None
        for one in times.values():
            if one.after != "delivery" and (one.after not in times or one.after in call.without):
                lacking = f"a time to {one.kind} begins after {one.after}, for which there is no time"
                faults[f"{call.incident_class}, {call.urgency}: {lacking}"] = None
    yield from faults


def _times_of(call: Call, found: Mapping[Key, ClockLimit]) -> dict[str, ClockLimit]:
    """The times of a call by kind, those of its class before general ones."""
    return {
        kind: one
        for of_class in ("", call.incident_class)
        for (named, urgency, complexity, kind), one in found.items()
        if named == of_class and urgency == call.urgency and complexity in ("any", call.complexity)
    }
