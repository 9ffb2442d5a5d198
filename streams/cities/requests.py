"""What may be asked for on an order and who approves it, `requests.yaml`: read and checked, faults with their lines."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from streams.cities.clocks import KINDS, URGENCIES
from streams.cities.limits import UNITS, read_limit
from streams.durations import HOUR_MILLISECONDS
from streams.facts.rules import RULES_KEY, Approver, ClockLimit, Limit, RequestRule, Unit
from streams.facts.vocabulary import CENTRES_KINDS, RequestKind
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked
from streams.rules.time_limits import PASSING_MILLISECONDS

REQUESTS: tuple[RequestKind, ...] = get_args(RequestKind)
TIMES = range(1, 11)
MOST = range(1, 10_001)
LONGER: tuple[RequestKind, ...] = ("suspend", "extend")
"""Requests that give a clock more time."""
SPELLS: tuple[RequestKind, ...] = ("suspend", "park")
"""Requests that last until a moment, no longer than their rule says."""
HASTY_MILLISECONDS = HOUR_MILLISECONDS
"""Clocks of so little are for whoever must be reached at once: they are not suspended or extended."""


@dataclass(frozen=True)
class RequestGround:
    """What the file stands on: the city's units, calendars and clocks."""

    units: Iterable[Unit]
    calendars: Collection[str]
    clocks: Iterable[ClockLimit]


def read_request_rules(path: Path, ground: RequestGround, effective_at: int, faults: list[Fault]) -> list[RequestRule]:
    """Every line of the file."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    document = whole.text("document")
    approvers = _read_approvers(whole, ground)
    found: set[tuple[str, ...]] = set()
    rules = []
    for form in whole.listed("requests", "request"):
        rule = _read_rule(form, ground, approvers, document, effective_at)
        key = (rule.request, rule.urgency, rule.reason, rule.unit or "")
        if key in found:
            form.fault(f"{', '.join(part for part in key if part)} stands here a second time")
        found.add(key)
        for fault, place in _faults(rule, ground):
            form.fault(fault, place)
        form.done()
        rules.append(rule)
    whole.done()
    return rules


def _read_approvers(whole: Form, ground: RequestGround) -> dict[str, Approver]:
    units = sorted(unit.unit for unit in ground.units)
    approvers: dict[str, Approver] = {}
    for code, form in whole.each_once("approvers", "approver", "approver"):
        unit = form.one_of("unit", units, "unit", "") or None
        approvers[code] = Approver(name=form.text("name"), role=form.text("role"), unit=unit)
    return approvers


def _read_rule(
    form: Form, ground: RequestGround, approvers: Mapping[str, Approver], document: str, effective_at: int
) -> RequestRule:
    request = form.choice("request", REQUESTS, "request")
    rests_on = form.text("document", document)
    approver = form.one_of("approver", tuple(approvers), "approver")
    own_kinds = tuple(kind for kind in KINDS if kind not in CENTRES_KINDS)
    named = form.names("kinds", own_kinds, "kind of a unit's clock")
    is_extension, is_spell = request == "extend", request in SPELLS
    return RequestRule(
        key=RULES_KEY,
        occurred_at=effective_at,
        version="",
        request=request,
        urgency=form.choice("urgency", URGENCIES, "urgency"),
        reason=form.text("reason"),
        name=form.text("name"),
        unit=form.choice("unit", UNITS, "unit") if is_extension else None,
        kinds=tuple(kind for kind in own_kinds if kind in named),
        most=_whole(form, "most", MOST) if is_extension else 0,
        most_in_all=_whole(form, "most_in_all", MOST) if is_extension and form.has("most_in_all") else None,
        longest=_limit(form, "longest", ground, rests_on) if is_spell else None,
        times=_whole(form, "times", TIMES),
        approver=approvers.get(approver, Approver(name="", role="")),
        decide_within=_limit(form, "decide_within", ground, rests_on),
        tells_requester=form.flag("tells_requester", default=False),
        document=rests_on,
    )


def _whole(form: Form, key: str, within: range) -> int:
    number = form.whole(key)
    if type(form.value(key)) is int and number not in within:
        form.fault(f"'{key}' must be from {within[0]} to {within[-1]}, not {number}", key)
    return number


def _limit(form: Form, key: str, ground: RequestGround, document: str) -> Limit:
    if not form.has(key):
        form.fault(f"'{key}' is missing")
        return Limit(
            amount=0, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="", document=document
        )
    limit, calendar = read_limit(form.form(key), ground.calendars)
    return Limit(**vars(limit), calendar=calendar, document=document)


def _faults(rule: RequestRule, ground: RequestGround) -> Iterator[tuple[str, str]]:
    """What cannot be meant by a line, and the key that it stands under."""
    clocks = [clock for clock in ground.clocks if clock.urgency == rule.urgency]
    if not rule.kinds:
        yield "'kinds' names no clock", "kinds"
    for kind in rule.kinds:
        alike = [clock.limit for clock in clocks if clock.kind == kind]
        if not alike:
            yield f"clocks.yaml has no time to {kind} for {rule.urgency}", "kinds"
        elif rule.request in LONGER and _is_hasty(alike):
            yield f"{rule.urgency}, {kind} is a clock of minutes: it is not suspended or extended", "kinds"
    if rule.request == "extend":
        yield from _extension_faults(rule, clocks)


def _is_hasty(limits: Iterable[Limit]) -> bool:
    return any(
        limit.unit in PASSING_MILLISECONDS and limit.amount * PASSING_MILLISECONDS[limit.unit] <= HASTY_MILLISECONDS
        for limit in limits
    )


def _extension_faults(rule: RequestRule, clocks: Iterable[ClockLimit]) -> Iterator[tuple[str, str]]:
    counted = [clock.limit for clock in clocks if clock.kind in rule.kinds and clock.limit.unit == rule.unit]
    if rule.kinds and not counted:
        yield f"none of these clocks is counted in {rule.unit} for {rule.urgency}", "unit"
    for limit in counted:
        if rule.most_in_all is not None and limit.amount >= rule.most_in_all:
            yield f"'most_in_all' leaves nothing to add to a time of {limit.amount} {limit.unit}", "most_in_all"
