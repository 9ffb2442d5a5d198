"""Supervision orders (督办单): proposed by rule or by a leader's word, signed by a person, answered, signed off (销号).

They stand with their matter, under numbers of their own. The time to answer runs on when the matter is closed.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Literal

from streams.contract import Output, TableName, Tables
from streams.durations import DAY_MILLISECONDS
from streams.facts import matters, rules, views
from streams.facts.vocabulary import Demand
from streams.processors.alarms import Watched, set_alarm
from streams.processors.dispatch_rules import RULES, SUPERVISIONS, Calendars
from streams.processors.known_orders import WrongUnit, find_order
from streams.processors.matter_outputs import MATTERS, district_of, notice, request_word, show
from streams.rules.numbering import next_number

Origin = Literal["breach", "instruction", "repetition", "whistle"]
BY_WHISTLE: Origin = "whistle"
"""吹哨未到: a unit that a town whistled for has refused, or not come in time."""

BY_SUPERVISION = TableName("by_supervision", Watched)
"""The matter of a supervision order, under its number; kept until that is ended and the matter forgotten."""
REPEATED = TableName("repeated", Watched)
"""The latest matters of a class at a place, under `<class>/<region>`; forgotten when they lie too far back."""

PLACE_DIGITS = 12
"""A place is a grid or at least a village: what happens again somewhere in a town is no repetition."""


class UnknownSupervision(Exception):
    """Nothing is known of a supervision order."""


class NotNow(Exception):
    """A supervision order is not at the step that this word on it would end."""


class WrongRole(Exception):
    """Somebody acts whose role the rules do not name."""


class NoSupervision(Exception):
    """The rules in force say nothing of supervision."""


def supervision_notice(now: int, matter: views.Matter, change: str, order: views.Order | None, number: str) -> Output:
    """What is told of a supervision order."""
    told = notice(now, matter, change, order)
    return told._replace(value=replace(told.value, supervision_no=number))


def propose(
    now: int, matter: views.Matter, order: views.Order, origin: Origin, tables: Tables, demand: Demand = "finish"
) -> Generator[Output, None, views.Matter]:
    """The matter with one more supervision order that waits for a signature."""
    number = next_number(now, district_of(matter), "S", tables)
    proposed = views.SupervisionOrder(
        supervision_no=number,
        order_no=order.order_no,
        unit=order.unit,
        unit_name=order.unit_name,
        origin=origin,
        state="proposed",
        demand=demand,
        proposed_at=now,
    )
    tables[BY_SUPERVISION].put(number, Watched(matter_no=matter.matter_no))
    yield supervision_notice(now, matter, "supervision_proposed", order, number)
    return replace(matter, supervisions=(*matter.supervisions, proposed))


def propose_repetition(now: int, matter: views.Matter, tables: Tables) -> Generator[Output, None, views.Matter]:
    """The matter, with a supervision order proposed where its class has come too often from its place."""
    rule: rules.Supervision | None = RULES.find(SUPERVISIONS, matter.urgency, tables)
    if rule is None or len(matter.region) < PLACE_DIGITS:
        return matter
    key, days = f"{matter.incident_class}/{matter.region}", rule.repetition_days * DAY_MILLISECONDS
    known = tables[REPEATED].get(key)
    recent = tuple(at for at in (known.recent if known else ()) if at > now - days)
    recent = (*recent, now)[-rule.repetition_number :]
    tables[REPEATED].put(key, Watched(matter_no=matter.matter_no, recent=recent), now + days)
    if len(recent) < rule.repetition_number or not matter.orders:
        return matter
    return (yield from propose(now, matter, matter.orders[0], "repetition", tables, "correct"))


def count_once(matter: views.Matter, tables: Tables) -> None:
    """A matter that is one with another (并单) is no repetition: its place has had its class once less."""
    rule: rules.Supervision | None = RULES.find(SUPERVISIONS, matter.urgency, tables)
    key = f"{matter.incident_class}/{matter.region}"
    known = tables[REPEATED].get(key)
    if rule is None or known is None or matter.opened_at not in known.recent:
        return
    recent = tuple(at for at in known.recent if at != matter.opened_at)
    if recent:
        due_at = recent[-1] + rule.repetition_days * DAY_MILLISECONDS
        tables[REPEATED].put(key, replace(known, recent=recent), due_at)
    else:
        tables[REPEATED].delete(key)


class SupervisionOrders:
    """What is said to supervision orders, and of orders that a leader wants supervised."""

    def __init__(self) -> None:
        self._calendars = Calendars()

    def instruct(self, now: int, directed: matters.Directed, tables: Tables) -> Iterator[Output]:
        """A leader's word (领导批示) proposes a supervision order. Raises UnknownOrder, WrongRole, NoSupervision."""
        matter, order = find_order(directed.order_no, tables)
        check_role(directed.actor_role, matter, tables)
        proposed = yield from propose(now, matter, order, "instruction", tables, directed.demand or "finish")
        yield from show(now, matter, proposed, tables)

    def hear(self, now: int, said: matters.Supervised, tables: Tables) -> Iterator[Output]:
        """Raises UnknownSupervision, NotNow, WrongRole, WrongUnit."""
        matter, supervision = self._find(said.supervision_no, tables)
        matter, order = find_order(supervision.order_no, tables)
        if said.act == "answer":
            changed = self._answered(now, said, supervision)
        elif said.act == "sign_off":
            changed = self._signed_off(now, said, supervision)
        else:
            rule = check_role(said.actor_role, matter, tables)
            changed = self._decided(now, said, supervision, rule, tables)
        yield supervision_notice(now, matter, f"supervision_{changed.state}", order, changed.supervision_no)
        if changed.state == "signed":
            number = changed.supervision_no
            yield request_word(now, matter, order, "supervision", changed.unit, number, changed)
        yield from show(now, matter, with_supervision(matter, changed), tables)
        set_alarm(now, matter, tables)

    def _find(self, number: str, tables: Tables) -> tuple[views.Matter, views.SupervisionOrder]:
        known = tables[BY_SUPERVISION].get(number)
        matter = tables[MATTERS].get(known.matter_no) if known else None
        found = next((one for one in matter.supervisions if one.supervision_no == number), None) if matter else None
        if matter is None or found is None:
            raise UnknownSupervision(f"there is no supervision order {number}")
        return matter, found

    def _decided(
        self,
        now: int,
        said: matters.Supervised,
        supervision: views.SupervisionOrder,
        rule: rules.Supervision,
        tables: Tables,
    ) -> views.SupervisionOrder:
        """Signed, its unit's time to answer running, or refused."""
        expect(supervision, "proposed")
        signer = replace(
            supervision,
            signer_unit=said.actor_unit,
            signer_post=said.actor_post,
            signer_role=said.actor_role,
            demand=said.demand or supervision.demand,
        )
        if said.act == "refuse":
            return replace(signer, state="refused", ended_at=now)
        due_at = self._calendars.due_at(rule.reply, now, tables)
        return replace(signer, state="signed", signed_at=now, due_at=due_at)

    def _answered(
        self, now: int, said: matters.Supervised, supervision: views.SupervisionOrder
    ) -> views.SupervisionOrder:
        expect(supervision, "signed")
        if said.actor_unit != supervision.unit:
            raise WrongUnit(f"supervision order {supervision.supervision_no} is for another unit")
        return replace(supervision, state="answered", answered_at=now)

    def _signed_off(
        self, now: int, said: matters.Supervised, supervision: views.SupervisionOrder
    ) -> views.SupervisionOrder:
        """Only the role that signed ends it, and never the unit that it is for."""
        expect(supervision, "answered")
        if said.actor_role != supervision.signer_role or said.actor_unit == supervision.unit:
            raise WrongRole(f"supervision order {supervision.supervision_no} is signed off by whoever signed it")
        return replace(supervision, state="signed_off", ended_at=now)


def expect(supervision: views.SupervisionOrder, state: str) -> None:
    """Raises NotNow."""
    if supervision.state != state:
        raise NotNow(f"supervision order {supervision.supervision_no} is {supervision.state}, not {state}")


def check_role(role: str, matter: views.Matter, tables: Tables) -> rules.Supervision:
    """The rule by which a role may supervise a matter. Raises NoSupervision, WrongRole."""
    rule: rules.Supervision | None = RULES.find(SUPERVISIONS, matter.urgency, tables)
    if rule is None:
        raise NoSupervision(f"no rule says how {matter.urgency} is supervised")
    if role not in rule.signer_roles:
        raise WrongRole(f"the role {role} may not supervise")
    return rule


def with_supervision(matter: views.Matter, changed: views.SupervisionOrder) -> views.Matter:
    """The matter with one supervision order replaced."""
    known = matter.supervisions
    return replace(
        matter,
        supervisions=tuple(changed if one.supervision_no == changed.supervision_no else one for one in known),
    )


def is_open(supervision: views.SupervisionOrder) -> bool:
    """Whether somebody still has to say something to it."""
    return supervision.ended_at is None


def forget(matter: views.Matter, tables: Tables) -> None:
    """The numbers of a matter that is forgotten."""
    for supervision in matter.supervisions:
        tables[BY_SUPERVISION].delete(supervision.supervision_no)


def forget_place(key: str, tables: Tables) -> Iterator[Output]:
    """What happened at a place lies too far back to be repeated."""
    tables[REPEATED].delete(key)
    yield from ()
