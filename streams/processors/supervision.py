"""Supervision that comes by itself: reminders (催办), lights (黄灯、红灯), supervisors of what is overdue.

A matter's alarm brings it about, or a breach in its own step. It looks at the matter as it stands, says what is due and
sets the alarm for the next moment. What was said is kept in the matter, so nothing is said twice; responsibility stays
where it is.
"""

from collections.abc import Generator, Iterator

from streams.contract import Output, Tables, replace
from streams.durations import HOUR_MILLISECONDS
from streams.facts import rules, views
from streams.facts.vocabulary import OF_THE_CENTRE
from streams.processors.alarms import ALARMS, set_alarm
from streams.processors.dispatch_rules import RULES, SUPERVISIONS, Calendars
from streams.processors.matter_outputs import MATTERS, notice, request_word, show_looked_at
from streams.processors.order_states import with_order
from streams.processors.supervision_orders import BY_WHISTLE, propose, supervision_notice, with_supervision
from streams.processors.supervisors import Rung, rungs_above
from streams.rules.office_calendar import OfficeCalendar
from streams.rules.own_time import moment_of, own_milliseconds
from streams.rules.time_limits import Span, TimeLimit


class Supervision:
    """Reminds, lights and climbs by the rules in force."""

    def __init__(self) -> None:
        self._calendars = Calendars()

    def look(self, now: int, matter_no: str, tables: Tables) -> Iterator[Output]:
        """Say what is due of a matter whose alarm rings, and set its alarm for the next moment, where there is one."""
        matter = tables[MATTERS].get(matter_no)
        if matter is None:
            tables[ALARMS].delete(matter_no)
            return
        seen = yield from self.seen(now, matter, tables)
        if seen != matter:
            yield from show_looked_at(now, matter, seen, tables)

    def seen(self, now: int, matter: views.Matter, tables: Tables) -> Generator[Output, None, views.Matter]:
        """The matter with what was due of it at `now`; its alarm is set for the next moment, where there is one."""
        rule: rules.Supervision | None = RULES.find(SUPERVISIONS, matter.urgency, tables)
        if rule is None:
            tables[ALARMS].delete(matter.matter_no)
            return matter
        look = _Look(now, matter, rule, self._calendars, tables)
        look.take()
        if look.next_at is None:
            tables[ALARMS].delete(matter.matter_no)
        else:
            set_alarm(look.next_at, matter, tables)
        yield from look.said
        return look.matter


class _Look:
    """One look: `matter` with all that was said by now, what is `said`, and `next_at`, when to look again."""

    def __init__(
        self, now: int, matter: views.Matter, rule: rules.Supervision, calendars: Calendars, tables: Tables
    ) -> None:
        self.matter = matter
        self.said: list[Output] = []
        self.next_at: int | None = None
        self._now = now
        self._rule = rule
        self._calendars = calendars
        self._tables = tables

    def take(self) -> None:
        if self.matter.state != "closed":
            self._take_clocks()
        for supervision in self.matter.supervisions:
            self._await_answer(supervision)

    def _take_clocks(self) -> None:
        centre = tuple(self._watched(None, clock) for clock in self.matter.clocks)
        if centre != self.matter.clocks:
            self.matter = replace(self.matter, clocks=centre)
        late = [clock for order in self.matter.orders for clock in order.clocks if clock.kind in OF_THE_CENTRE]
        self._climb(None, (*centre, *late))
        for order in self.matter.orders:
            clocks = tuple(self._watched(order, clock) for clock in order.clocks)
            if clocks != order.clocks:
                self.matter = with_order(self.matter, replace(order, clocks=clocks))
            self._climb(order, tuple(clock for clock in clocks if clock.kind not in OF_THE_CENTRE))

    def _wait_for(self, at: int) -> None:
        self.next_at = at if self.next_at is None else min(self.next_at, at)

    # A supervision order that waits for its unit.

    def _await_answer(self, supervision: views.SupervisionOrder) -> None:
        """Say once that the time to answer has run out, also to whoever signed."""
        if supervision.state != "signed" or supervision.due_at is None or supervision.late_at is not None:
            return
        if supervision.due_at > self._now:
            self._wait_for(supervision.due_at)
            return
        late = replace(supervision, late_at=self._now)
        self.matter = with_supervision(self.matter, late)
        order = next((one for one in self.matter.orders if one.order_no == late.order_no), None)
        number = late.supervision_no
        self.said.append(supervision_notice(self._now, self.matter, "supervision_overdue", order, number))
        if late.signer_unit is not None:
            word = request_word(self._now, self.matter, order, "overdue", late.signer_unit, f"{number}-late", late)
            self.said.append(word)

    # A clock that runs.

    def _watched(self, order: views.Order | None, clock: views.Clock) -> views.Clock:
        """The clock with its reminders and its light as they are by now."""
        if clock.state != "running":
            return clock
        calendar = self._calendars.in_force(clock.limit.calendar, self._tables)
        spans = _suspended(order, clock)
        for percent in _reminders_left(clock, self._rule, calendar, spans):
            at = self._moment(clock, percent, calendar, spans)
            if at <= self._now:
                clock = self._remind(order, clock, percent)
        return self._light(order, clock, self._moment(clock, self._rule.yellow_percent, calendar, spans))

    def _moment(self, clock: views.Clock, percent: int, calendar: OfficeCalendar, suspended: tuple[Span, ...]) -> int:
        at = moment_of(TimeLimit.of(clock.limit), clock.started_at, clock.due_at, percent, calendar, suspended)
        if self._now < at < clock.due_at:
            self._wait_for(at)
        return at

    def _remind(self, order: views.Order | None, clock: views.Clock, percent: int) -> views.Clock:
        self.said.append(notice(self._now, self.matter, "reminded", order, clock, step=percent))
        if order is not None and clock.kind not in OF_THE_CENTRE:
            number = f"{order.order_no}-{clock.stage or clock.kind}-{percent}"
            word = request_word(self._now, self.matter, order, "reminder", order.unit, number, clock)
            self.said.append(word)
        reminder = views.Reminder(percent=percent, reminded_at=self._now)
        return replace(clock, reminders=(*clock.reminders, reminder))

    def _light(self, order: views.Order | None, clock: views.Clock, yellow_at: int) -> views.Clock:
        """Yellow from its moment on; green again where the deadline has moved away."""
        is_soon = yellow_at <= self._now
        if is_soon and clock.light == "green":
            clock = replace(clock, light="yellow")
            self.said.append(notice(self._now, self.matter, "due_soon", order, clock))
        elif not is_soon and clock.light == "yellow":
            clock = replace(clock, light="green")
        return clock

    # A clock that is overdue.

    def _climb(self, order: views.Order | None, clocks: tuple[views.Clock, ...]) -> None:
        """Add the next supervisors of what is overdue and unanswered, or tell the last ones again.

        Of an order that reaches its unit alone nobody is told; the centre's own lateness on its matter is.
        """
        if order is not None and self.matter.restricted:
            return
        overdue = [clock for clock in clocks if clock.state == "breached" and clock.ended_at is None]
        if not overdue:
            return
        rungs = rungs_above(self.matter, order, self._rule, self._tables)
        if not rungs:
            return
        first = min(overdue, key=lambda clock: clock.due_at)
        steps = max((one.step for one in self._supervisors_of(order)), default=0)
        if steps >= len(rungs) and self._is_told_enough(order, first):
            return
        at = self._next_climb_at(order, first, rungs, steps)
        if at > self._now:
            self._wait_for(at)
            return
        if steps < len(rungs):
            self._add(order, first, rungs[steps], steps + 1)
        else:
            self._tell_again(order, first, steps)
        left = rungs[steps + 1 :]
        self._wait_for(self._later(self._rule.climb if left else self._rule.repeat, self._now))

    def _is_told_enough(self, order: views.Order | None, first: views.Clock) -> bool:
        """Whether the end of the ladders was told of this breach as often as the rule has it; a new one is told."""
        told = [one for one in self._supervisors_of(order) if one.told_at >= first.due_at]
        return max((one.times for one in told), default=0) > self._rule.repeat_most

    def _supervisors_of(self, order: views.Order | None) -> list[views.Supervisor]:
        number = order.order_no if order else None
        return [one for one in self.matter.supervisors if one.order_no == number]

    def _next_climb_at(self, order: views.Order | None, first: views.Clock, rungs: list[Rung], steps: int) -> int:
        """At once where nobody was told since what is overdue was breached."""
        told_at = max((one.told_at for one in self._supervisors_of(order)), default=0)
        if told_at < first.due_at:
            return self._now
        return self._later(self._rule.climb if steps < len(rungs) else self._rule.repeat, told_at)

    def _later(self, interval: rules.Limit, from_at: int) -> int:
        return self._calendars.due_at(interval, from_at, self._tables)

    def _add(self, order: views.Order | None, clock: views.Clock, rung: Rung, step: int) -> None:
        for unit in rung.units:
            supervisor = views.Supervisor(
                order_no=order.order_no if order else None,
                step=step,
                tier=rung.tier,
                unit=unit.unit,
                unit_name=unit.name,
                since_at=self._now,
                told_at=self._now,
                times=1,
            )
            self.matter = replace(self.matter, supervisors=(*self.matter.supervisors, supervisor))
            self._tell("supervisor_added", order, clock, supervisor)
        if order is not None and step == self._rule.proposed_at_step:
            self._propose(order)

    def _propose(self, order: views.Order) -> None:
        """A breach that has climbed so far asks for a supervision order; a person signs it or does not.

        None for a unit that a town whistled for in vain: it has been asked for.
        """
        if any(one.order_no == order.order_no and one.origin == BY_WHISTLE for one in self.matter.supervisions):
            return
        proposing = propose(self._now, self.matter, order, "breach", self._tables)
        while True:
            try:
                self.said.append(next(proposing))
            except StopIteration as done:
                self.matter = done.value
                return

    def _tell_again(self, order: views.Order | None, clock: views.Clock, step: int) -> None:
        """The end of the ladders is told again while the order stays unanswered, as often as the rule has it."""
        last = [one for one in self._supervisors_of(order) if one.step == step]
        told = {one: replace(one, told_at=self._now, times=one.times + 1) for one in last}
        supervisors = tuple(told.get(one, one) for one in self.matter.supervisors)
        self.matter = replace(self.matter, supervisors=supervisors)
        for supervisor in told.values():
            self._tell("leader_told", order, clock, supervisor)

    def _tell(self, change: str, order: views.Order | None, clock: views.Clock, supervisor: views.Supervisor) -> None:
        owner = order.order_no if order else self.matter.matter_no
        number = f"{owner}-L{supervisor.step}.{supervisor.times}-{supervisor.unit}"
        self.said += [
            notice(self._now, self.matter, change, order, clock, supervisor=supervisor.unit, step=supervisor.step),
            request_word(self._now, self.matter, order, "overdue", supervisor.unit, number, clock),
        ]


def _suspended(order: views.Order | None, clock: views.Clock) -> tuple[Span, ...]:
    """The spans in which a clock did not count."""
    spans = order.suspensions if order else ()
    return tuple((one.from_at, one.until_at) for one in spans if clock.kind in one.kinds)


def _reminders_left(
    clock: views.Clock, rule: rules.Supervision, calendar: OfficeCalendar, suspended: tuple[Span, ...]
) -> tuple[int, ...]:
    """The percentages that the unit has not been reminded of; none of a clock that is too short for reminders."""
    left = set(rule.reminders_percent) - {one.percent for one in clock.reminders}
    if not left:
        return ()
    own = own_milliseconds(TimeLimit.of(clock.limit), clock.started_at, clock.due_at, calendar, suspended)
    return tuple(sorted(left)) if own >= rule.reminders_from_hours * HOUR_MILLISECONDS else ()
