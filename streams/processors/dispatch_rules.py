"""The rules that dispatch goes by: who is called, within what times, by which calendar."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from streams.contract import TableName, Tables
from streams.facts import rules
from streams.facts.joint import JointRule
from streams.facts.measures import MeasureRule
from streams.facts.vocabulary import (
    OF_THE_CENTRE,
    AnyComplexity,
    ClockKind,
    Complexity,
    RequestKind,
    StartEvent,
    Urgency,
)
from streams.processors.order_states import REPORTED
from streams.rules.local_leads import local_lead
from streams.rules.office_calendar import ALWAYS, OfficeCalendar, office_calendar
from streams.rules.time_limits import Span, TimeLimit, reckon
from streams.rules.versions import RuleTables

CALLS = TableName("calls", rules.Call, ordered=True)
UNITS = TableName("units", rules.Unit, ordered=True)
UNITS_BY_CODE = TableName("units_by_code", rules.Unit, ordered=True)
ITEMS = TableName("items", rules.Item, ordered=True)
CLOCK_LIMITS = TableName("clock_limits", rules.ClockLimit, ordered=True)
RECORDERS = TableName("recorders", rules.RecorderRole, ordered=True)
ENDINGS = TableName("endings", rules.Ending, ordered=True)
REQUEST_RULES = TableName("request_rules", rules.RequestRule, ordered=True)
REPLY_ROUTES = TableName("reply_routes", rules.ReplyRoute, ordered=True)
DAYS = TableName("days", rules.Day, ordered=True)
YEARS = TableName("years", rules.Year, ordered=True)
OFFICE_HOURS = TableName("office_hours", rules.OfficeHours, ordered=True)
STAGES = TableName("stages", rules.Stages, ordered=True)
MEASURE_RULES = TableName("measure_rules", MeasureRule, ordered=True)
JOINT_RULES = TableName("joint_rules", JointRule, ordered=True)


def request_rule_key(request: RequestKind, urgency: Urgency, reason: str, unit: rules.TimeUnit | None) -> str:
    return f"{request}/{urgency}/{reason}/{unit or ''}"


LADDERS = TableName("ladders", rules.Ladder, ordered=True)
SUPERVISIONS = TableName("supervisions", rules.Supervision, ordered=True)
RULES = RuleTables(
    {
        CALLS: lambda fact: f"{fact.incident_class}/{fact.urgency}",
        UNITS: lambda fact: f"{fact.unit_kind}/{fact.region}/{fact.unit}",
        ITEMS: lambda fact: f"{fact.incident_class or ''}/{fact.item}",
        CLOCK_LIMITS: lambda fact: f"{fact.incident_class or ''}/{fact.urgency}/{fact.complexity}/{fact.kind}",
        RECORDERS: lambda fact: fact.role,
        ENDINGS: lambda fact: fact.urgency,
        REQUEST_RULES: lambda fact: request_rule_key(fact.request, fact.urgency, fact.reason, fact.unit),
        REPLY_ROUTES: lambda fact: fact.system,
        DAYS: lambda fact: fact.date,
        YEARS: lambda fact: str(fact.year),
        OFFICE_HOURS: lambda fact: fact.calendar,
        MEASURE_RULES: lambda fact: fact.measure,
        JOINT_RULES: lambda fact: fact.urgency,
        STAGES: lambda fact: f"{fact.incident_class}/{fact.urgency}",
        LADDERS: lambda fact: fact.ladder,
        SUPERVISIONS: lambda fact: fact.urgency,
    },
    also={UNITS_BY_CODE: lambda fact: fact.unit},
)


NOT_OF_ASSISTANTS: tuple[ClockKind, ...] = ("first_contact", "reply", *REPORTED)
"""Whoever leads speaks to the requester, and reports."""


@dataclass(frozen=True, kw_only=True)
class OrderLimit:
    """The time of one kind of clock of an order, and after what it begins; it ends at `due_at` where that is set."""

    kind: ClockKind
    limit: rules.Limit
    after: StartEvent = "delivery"
    due_at: int | None = None


class Called(NamedTuple):
    """The unit that is called, by which call, and the unit that would have led had nobody complained of it."""

    call: rules.Call
    unit: rules.Unit
    avoided: rules.Unit | None = None


def find_called(
    incident_class: str, urgency: Urgency, region: str, tables: Tables, complained: str | None = None
) -> Called | None:
    """Who is called for a class and urgency at a place, None where the rules name nobody. Raises NoRulesInForce.

    The kind that leads in the region by way of exception wins over the call's. A unit that is `complained` of, by its
    name or code, never leads (回避): the next above it of its kind does, then the kinds above it on the ladder.
    """
    call: rules.Call | None = RULES.find(CALLS, f"{incident_class}/{urgency}", tables)
    if call is None:
        return None
    items = (item for _, item in tables[ITEMS].scan(f"{RULES.version(tables)}/{incident_class}/"))
    kind = local_lead(items, region) or call.unit_kind
    unit = find_unit(kind, region, tables)
    if unit is None or not is_complained_of(unit, complained):
        return Called(call, unit) if unit else None
    for other in (kind, *call.instead):
        instead = find_unit(other, region, tables, complained)
        if instead is not None:
            return Called(call, instead, avoided=unit)
    return None


def is_complained_of(unit: rules.Unit, complained: str | None) -> bool:
    """Whether a report is about the unit: by its code, or by its name with or without the district's before it."""
    return complained is not None and (complained == unit.unit or unit.name.endswith(complained.removeprefix("区")))


def find_unit(kind: str, region: str, tables: Tables, complained: str | None = None) -> rules.Unit | None:
    """The unit of a kind whose region is the longest prefix of the place's; the first by code among equals.

    Not one that is `complained` of.
    """
    nearest: rules.Unit | None = None
    for _, unit in tables[UNITS].scan(f"{RULES.version(tables)}/{kind}/"):
        is_nearer = nearest is None or len(unit.region) > len(nearest.region)
        if region.startswith(unit.region) and is_nearer and not is_complained_of(unit, complained):
            nearest = unit
    return nearest


def phone_of(unit: rules.Unit) -> str:
    """Where the number stands under which a person phones the unit, '' where it has none."""
    return next((one.address for one in unit.channels if one.channel == "phone"), "")


def find_unit_anywhere(code: str, tables: Tables) -> rules.Unit | None:
    """The unit with a code, of whatever kind."""
    unit: rules.Unit | None = RULES.find(UNITS_BY_CODE, code, tables)
    return unit


def find_unit_by_code(code: str, kinds: Iterable[str], tables: Tables) -> rules.Unit | None:
    """The unit with a code, if it is of one of these kinds."""
    unit = find_unit_anywhere(code, tables)
    return unit if unit is not None and unit.unit_kind in kinds else None


def find_limit(urgency: Urgency, complexity: AnyComplexity, kind: ClockKind, tables: Tables) -> rules.Limit | None:
    """The time of one kind of clock for whatever class, where the rules set one. Raises NoRulesInForce."""
    found: rules.ClockLimit | None = RULES.find(CLOCK_LIMITS, f"/{urgency}/{complexity}/{kind}", tables)
    return found.limit if found else None


def order_limits(
    urgency: Urgency, complexity: Complexity, tables: Tables, incident_class: str = ""
) -> tuple[OrderLimit, ...]:
    """The times of a unit's clocks, those of the class before general ones; the centre's own are not among them."""
    version = RULES.version(tables)
    limits: dict[ClockKind, OrderLimit] = {}
    for of_class in dict.fromkeys(("", incident_class)):
        for of_whom in ("any", complexity):
            for _, found in tables[CLOCK_LIMITS].scan(f"{version}/{of_class}/{urgency}/{of_whom}/"):
                if found.kind not in OF_THE_CENTRE:
                    limits[found.kind] = OrderLimit(kind=found.kind, limit=found.limit, after=found.after)
    return tuple(limits.values())


def call_limits(
    urgency: Urgency, call: rules.Call, tables: Tables, role: Literal["lead", "assist"] = "lead"
) -> Iterator[OrderLimit]:
    """The times of a unit's clocks by its call; who assists neither contacts nor answers the requester."""
    left_out = (*call.without, *(NOT_OF_ASSISTANTS if role == "assist" else ()))
    limits = order_limits(urgency, call.complexity, tables, call.incident_class)
    return (one for one in limits if one.kind not in left_out)


def find_request_rule(
    request: RequestKind, urgency: Urgency, reason: str, unit: rules.TimeUnit | None, tables: Tables
) -> rules.RequestRule | None:
    """What the rules say of a request for a reason, `unit` being that of the clock to be extended."""
    found: rules.RequestRule | None = RULES.find(
        REQUEST_RULES, request_rule_key(request, urgency, reason, unit), tables
    )
    return found


class UnknownCalendar(Exception):
    """A time is counted by a calendar that the rules in force do not have."""


class Calendars:
    """Calendars by the rules in force, each read once: what a version says never changes."""

    def __init__(self) -> None:
        self._version = ""
        self._read: dict[str, OfficeCalendar] = {}

    def due_at(self, limit: rules.Limit, from_at: int, tables: Tables, suspended: Sequence[Span] = ()) -> int:
        """The deadline of a time that begins at a moment. Raises NoRulesInForce, UnknownCalendar."""
        return reckon(TimeLimit.of(limit), from_at, self.in_force(limit.calendar, tables), suspended).due_at

    def in_force(self, name: str, tables: Tables) -> OfficeCalendar:
        """A calendar by its name. Raises NoRulesInForce, UnknownCalendar."""
        version = RULES.version(tables)
        if version != self._version:
            self._version, self._read = version, {}
        if name not in self._read:
            self._read[name] = _read_calendar(name, version, tables)
        return self._read[name]


def calendar_days(tables: Tables) -> str:
    """All that the calendars of the version in force rest on, as one text: two versions with the same count alike."""
    version = RULES.version(tables)
    named: tuple[TableName[Any], ...] = (DAYS, YEARS, OFFICE_HOURS)
    kept = (
        replace(fact, id="", source="", trace="", version="", occurred_at=0)
        for table in named
        for _, fact in tables[table].scan(f"{version}/")
    )
    return hashlib.sha256(repr([*kept]).encode()).hexdigest()


def _read_calendar(name: str, version: str, tables: Tables) -> OfficeCalendar:
    hours: rules.OfficeHours | None = RULES.find(OFFICE_HOURS, name, tables)
    if hours is None and name != ALWAYS:
        raise UnknownCalendar(f"the rules {version} have no calendar '{name}'")
    days = (day for _, day in tables[DAYS].scan(f"{version}/"))
    years = (year for _, year in tables[YEARS].scan(f"{version}/"))
    return office_calendar(hours, days, years)
