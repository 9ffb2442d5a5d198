"""Levels of alert and outages as dispatch keeps them: who ordered what for which matters, until when.

A level never ends by itself: its end time is a review, told when it comes and again until somebody orders.
"""

from collections.abc import Iterator
from dataclasses import replace

from streams.contract import Output, TableName, Tables
from streams.durations import DAY_MILLISECONDS, HOUR_MILLISECONDS
from streams.facts import views
from streams.facts.matters import Opened
from streams.facts.measures import Measure, MeasureKind, MeasureRule, ModeOrdered, OutageDeclared
from streams.processors.dispatch_rules import MEASURE_RULES, RULES
from streams.rules.authorities import Actor, NotAuthorised, check_authority
from streams.rules.numbering import next_number

KEPT_AFTER_END_MILLISECONDS = 30 * DAY_MILLISECONDS

MEASURES = TableName("measures", Measure, ordered=True)
"""`level/<number>` in force, `outage/<number>`, `ended/<number>`; `sweep/<number>/<matter_no>`: matters after that one
are still to be gone through."""


class UnknownMeasure(Exception):
    """A measure that is not in force, that the rules do not have, or whose scope is not the district's."""


def find_rule(measure: MeasureKind, tables: Tables) -> MeasureRule:
    """What the rules in force say of a measure; UnknownMeasure, NoRulesInForce."""
    rule: MeasureRule | None = RULES.find(MEASURE_RULES, measure, tables)
    if rule is None:
        raise UnknownMeasure(f"the rules in force do not have '{measure}'")
    return rule


def authorised(measure: MeasureKind, actor: Actor, tables: Tables) -> MeasureRule:
    """The rule of a measure that the actor may order; NotAuthorised, UnknownMeasure."""
    rule = find_rule(measure, tables)
    check_authority(actor, rule.ordered_by, measure)
    return rule


def levels_on(matter: views.Matter, tables: Tables) -> tuple[Measure, ...]:
    """The levels in force that a matter falls under, in the order of their numbers."""
    return tuple(one for _, one in tables[MEASURES].scan("level/") if covers(one, matter))


def outages_on(matter: views.Matter, tables: Tables) -> tuple[Measure, ...]:
    """The outages that were declared for a matter's region, in the order of their numbers."""
    return tuple(one for _, one in tables[MEASURES].scan("outage/") if covers(one, matter))


def covers(measure: Measure, matter: views.Matter) -> bool:
    """Whether a measure is for a matter: an exercise is for matters of an exercise alone, and nothing else is."""
    in_scope = in_scope_of(measure, matter.region, matter.incident_class)
    return in_scope and (measure.measure == "outage" or measure.exercise == matter.exercise)


def in_scope_of(measure: Measure, region: str, incident_class: str) -> bool:
    """Whether a place and a class of incident fall under a measure."""
    return region.startswith(measure.regions) and (not measure.classes or incident_class in measure.classes)


def check_exercise(opened: Opened, tables: Tables) -> None:
    """Nothing is made up but under a level that is an exercise; raises NotAuthorised."""
    if opened.exercise and not any(
        one.exercise and in_scope_of(one, opened.region, opened.incident_class)
        for _, one in tables[MEASURES].scan("level/")
    ):
        raise NotAuthorised(f"no exercise of {opened.incident_class} is ordered for {opened.region}")


def order_mode(now: int, ordered: ModeOrdered, tables: Tables) -> Iterator[Output]:
    """A level begins, goes on after a review, or ends. Raises NotAuthorised, UnknownMeasure."""
    if ordered.order == "begin":
        measure = _begun(now, ordered, tables)
        tables[MEASURES].put(f"level/{measure.measure_no}", measure, measure.review_at)
        sweep_from(now, measure, "", tables)
    else:
        known = tables[MEASURES].get(f"level/{ordered.measure_no}")
        if known is None:
            raise UnknownMeasure(f"no level {ordered.measure_no} is in force")
        rule = authorised(known.measure, ordered, tables)
        measure = _reviewed(now, known, ordered, rule) if ordered.order == "review" else _ended(now, known, ordered)
        tables[MEASURES].delete(f"level/{measure.measure_no}")
        if measure.state == "in_force":
            tables[MEASURES].put(f"level/{measure.measure_no}", measure, measure.review_at)
        else:
            tables[MEASURES].put(f"ended/{measure.measure_no}", measure, now + KEPT_AFTER_END_MILLISECONDS)
    yield shown(measure)


def declare_outage(now: int, declared: OutageDeclared, tables: Tables) -> Iterator[Output]:
    """The hub itself failed for a while: the clocks that this hit are gone through. Raises NotAuthorised."""
    rule = authorised("outage", declared, tables)
    if declared.from_at >= declared.until_at:
        raise UnknownMeasure("the outage ends before it begins")
    measure = Measure(
        measure_no=next_number(now, declared.key, "X", tables),
        measure="outage",
        name=rule.name,
        state="ended" if declared.until_at <= now else "in_force",
        exercise=False,
        regions=_within(declared.key, declared.regions),
        classes=(),
        cause=declared.cause,
        document=declared.document,
        from_at=declared.from_at,
        until_at=declared.until_at,
        missed_reviews=0,
        ordered_unit=declared.actor_unit,
        ordered_post=declared.actor_post,
        ordered_officer=declared.actor_officer,
        clocks=0,
        as_of=now,
    )
    tables[MEASURES].put(f"outage/{measure.measure_no}", measure, outage_due_at(now, measure))
    sweep_from(now, measure, "", tables)
    yield shown(measure)


def measure_due(now: int, key: str, measure: Measure, tables: Tables) -> Iterator[Output]:
    """A moment of a measure: the review of a level has come, an outage is over, what has ended is forgotten."""
    if key.startswith("ended/"):
        tables[MEASURES].delete(key)
        yield Output("measures", measure.measure_no, None)
    elif key.startswith("level/"):
        hours = find_rule(measure.measure, tables).review_hours
        missed = replace(
            measure,
            missed_reviews=measure.missed_reviews + 1,
            review_at=now + hours * HOUR_MILLISECONDS,
            as_of=now,
        )
        tables[MEASURES].put(key, missed, missed.review_at)
        yield shown(missed)
    elif measure.state == "in_force":
        over = replace(measure, state="ended", as_of=now)
        tables[MEASURES].put(key, over, outage_due_at(now, over))
        yield shown(over)
    else:
        tables[MEASURES].delete(key)
        yield Output("measures", measure.measure_no, None)


def sweep_from(now: int, measure: Measure, matter_no: str, tables: Tables) -> None:
    """Go through the matters after one, at once but in a step of its own."""
    tables[MEASURES].put(f"sweep/{measure.measure_no}/{matter_no}", measure, now)


def outage_due_at(now: int, outage: Measure) -> int:
    """When something happens to an outage next: its end, then as long after that as matters are kept after theirs."""
    until_at = outage.until_at or outage.from_at
    return until_at if outage.state == "in_force" else max(now, until_at) + KEPT_AFTER_END_MILLISECONDS


def shown(measure: Measure) -> Output:
    """The measure as it stands, for everybody who watches."""
    return Output("measures", measure.measure_no, measure)


def _begun(now: int, ordered: ModeOrdered, tables: Tables) -> Measure:
    if ordered.level is None:
        raise UnknownMeasure("no level is named")
    rule = authorised(ordered.level, ordered, tables)
    return Measure(
        measure_no=next_number(now, ordered.key, "L", tables),
        measure=ordered.level,
        name=rule.name,
        state="in_force",
        exercise=ordered.exercise,
        regions=_within(ordered.key, ordered.regions),
        classes=ordered.classes,
        cause=ordered.cause,
        document=ordered.document,
        from_at=now,
        review_at=_review_at(now, ordered.review_at, rule),
        missed_reviews=0,
        ordered_unit=ordered.actor_unit,
        ordered_post=ordered.actor_post,
        ordered_officer=ordered.actor_officer,
        clocks=0,
        as_of=now,
    )


def _reviewed(now: int, known: Measure, ordered: ModeOrdered, rule: MeasureRule) -> Measure:
    return replace(known, review_at=_review_at(now, ordered.review_at, rule), missed_reviews=0, as_of=now)


def _ended(now: int, known: Measure, ordered: ModeOrdered) -> Measure:
    return replace(
        known,
        state="ended",
        until_at=now,
        review_at=None,
        ended_unit=ordered.actor_unit,
        ended_post=ordered.actor_post,
        ended_officer=ordered.actor_officer,
        as_of=now,
    )


def _review_at(now: int, wanted: int | None, rule: MeasureRule) -> int:
    """The wanted moment, if it lies ahead and no later than the rule has it."""
    latest = now + rule.review_hours * HOUR_MILLISECONDS
    return wanted if wanted is not None and now < wanted < latest else latest


def _within(district: str, regions: tuple[str, ...]) -> tuple[str, ...]:
    """The regions, all of the district; without any the district itself."""
    if not all(region.startswith(district) for region in regions):
        raise UnknownMeasure(f"not all of its regions lie in {district}")
    return regions or (district,)
