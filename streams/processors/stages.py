"""Staged clocks (分段时限): a case whose work is done in stages, each with its time, one after the other.

The stages that a unit was told with its order take the place of its one time to resolve. Only the next stage's clock
runs; when its unit says that it is done the one after it begins, counted from when the unit had the order or from now,
as the rule says. Whoever resolves the order ends the stages that are left (ops/decisions/0107).
"""

from collections.abc import Iterable
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.views import next_stage
from streams.facts.vocabulary import ClockKind, Urgency
from streams.processors.deadline_moves import DeadlineMoves, spans_of
from streams.processors.dispatch_rules import RULES, STAGES, OrderLimit
from streams.processors.order_clocks import have_started
from streams.processors.order_states import says_done
from streams.processors.running_clocks import arm

REPLACED: tuple[ClockKind, ...] = ("resolve", "reply")
"""Clocks of an order that its stages take the place of, or set another time for."""


class StageOutOfTurn(Exception):
    """A stage is said to be done that the order does not have, or before those that come before it."""


def is_of_stages(kind: ClockKind, order: views.Order) -> bool:
    """Whether the stages of an order say how long there is for this."""
    return bool(order.stages) and kind in REPLACED


def stages_told(matter: views.Matter, order: views.Order, tables: Tables) -> tuple[views.Stage, ...]:
    """The stages of an order that is about to go out: by the rules in force, or those of the order it takes over."""
    if order.letter:
        return ()
    below = next((one for one in matter.orders if one.escalated_to == order.order_no), None)
    if below is not None:
        return below.stages
    rule = find_stages(matter.incident_class, matter.urgency, tables) if order.role == "lead" else None
    if rule is None:
        return ()
    return tuple(
        views.Stage(stage=one.stage, name=one.name, counted_from=one.counted_from, limit=one.limit)
        for one in rule.stages
    )


def limits_beside(
    matter: views.Matter, order: views.Order, limits: Iterable[OrderLimit], tables: Tables
) -> tuple[OrderLimit, ...]:
    """The other times of an order: of a staged one no time to resolve, and the time to reply that its rule sets."""
    if not order.stages:
        return tuple(limits)
    rule = find_stages(matter.incident_class, matter.urgency, tables)
    return _beside(rule, limits) if rule else tuple(one for one in limits if one.kind != "resolve")


def first_limits(
    incident_class: str, urgency: Urgency, limits: Iterable[OrderLimit], tables: Tables
) -> tuple[OrderLimit, ...]:
    """The times by which clocks would run when a lead gets its order: of its stages that of the first."""
    rule = find_stages(incident_class, urgency, tables)
    if rule is None:
        return tuple(limits)
    return (*_beside(rule, limits), OrderLimit(kind="stage", limit=rule.stages[0].limit))


def find_stages(incident_class: str, urgency: Urgency, tables: Tables) -> rules.Stages | None:
    """The stages that the rules in force have for a class and urgency. Raises NoRulesInForce."""
    found: rules.Stages | None = RULES.find(STAGES, f"{incident_class}/{urgency}", tables)
    return found


def _beside(rule: rules.Stages, limits: Iterable[OrderLimit]) -> tuple[OrderLimit, ...]:
    others = (one for one in limits if one.kind not in REPLACED)
    return (*others, OrderLimit(kind="reply", limit=rule.reply))


def is_in_turn(answered: matters.Answered, order: views.Order) -> bool:
    """Whether an answer is to be heard: not one that says a stage done a second time. Raises StageOutOfTurn."""
    if answered.answer != "stage":
        return True
    told = next((one for one in order.stages if one.stage == answered.stage), None)
    if told is None:
        raise StageOutOfTurn(f"order {order.order_no} has no stage '{answered.stage}'")
    if told.done_at is not None or says_done(order):
        return False
    if told != next_stage(order):
        raise StageOutOfTurn(f"order {order.order_no} has not come to its stage '{answered.stage}'")
    return True


def naming_stage(answered: matters.Answered, told: Output) -> Output:
    """What is told of an answer, with the stage that it says to be done."""
    return told._replace(value=replace(told.value, stage=answered.stage))


class Stages:
    """Starts the clocks of stages. Raises NoRulesInForce, UnknownCalendar."""

    def __init__(self) -> None:
        self._moves = DeadlineMoves()

    def begin(self, now: int, order: views.Order, tables: Tables) -> views.Order:
        """The order with the clock of its next stage running, where one is left; the clock before it is kept."""
        stage = next_stage(order)
        if stage is None or says_done(order):
            return order
        return _running(order, self._clock(now, stage, order, tables), now, tables)

    def go_on(self, now: int, answered: matters.Answered, order: views.Order, tables: Tables) -> views.Order:
        """The order with a stage done and the next one begun, unless its clocks have not started yet."""
        stages = tuple(replace(one, done_at=now) if one.stage == answered.stage else one for one in order.stages)
        done = replace(order, stages=stages)
        return self.begin(now, done, tables) if have_started(order, tables) else done

    def begin_again(self, now: int, order: views.Order, tables: Tables) -> views.Order:
        """The order whose work was sent back: the stage that it had come to runs anew, by the time that was told."""
        if not order.stages:
            return order
        left = next_stage(order) or order.stages[-1]
        reached = next((one.stage for one in order.clocks if one.kind == "stage"), left.stage)
        stages = tuple(replace(one, done_at=None) if one.stage == reached else one for one in order.stages)
        back = replace(order, stages=stages)
        if not have_started(order, tables):
            return back
        anew = next(one for one in stages if one.stage == reached)
        clock = self._clock(now, replace(anew, counted_from="stage_before"), back, tables)
        return _running(back, clock, now, tables)

    def _clock(self, now: int, stage: views.Stage, order: views.Order, tables: Tables) -> views.Clock:
        """The clock of a stage that begins now. What was suspended of stages does not count, whenever that was."""
        filed_at = order.delivered_at if stage.counted_from == "filing" else None
        clock = views.Clock(
            kind="stage",
            state="running",
            started_at=now,
            due_at=now,
            limit=stage.limit,
            stage=stage.stage,
            stage_name=stage.name,
            counted_from_at=None if filed_at == now else filed_at,
        )
        return replace(clock, due_at=self._moves.due_at(clock, spans_of(order, "stage"), tables))


def _running(order: views.Order, clock: views.Clock, now: int, tables: Tables) -> views.Order:
    """The order in whose stage a clock runs; one that is overdue as it begins is breached at once."""
    arm(order.order_no, clock, tables, not_before=now)
    earlier = tuple(one for one in order.clocks if one.kind == "stage")
    others = tuple(one for one in order.clocks if one.kind != "stage")
    return replace(order, clocks=(*others, clock), earlier_clocks=(*order.earlier_clocks, *earlier))
