"""How an order ends and comes back: its result is verified by somebody else, sent back, or the order is withdrawn.

Done is not closed: where the rules want a result verified, the matter is closed when it is replied to and verified.
Work that is sent back runs its time to resolve anew; the citizen's time goes on. A closed matter may be sent back for
some days: that re-opens it and counts against whoever had closed it.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import islice

from streams.contract import Output, Tables
from streams.durations import DAY_MILLISECONDS
from streams.facts import matters, rules, views
from streams.facts.vocabulary import ClockKind
from streams.processors.dispatch_rules import find_unit_by_code
from streams.processors.foreign_orders import adopt
from streams.processors.known_orders import EndedOrder, find_order
from streams.processors.matter_outputs import end_delivery, notice, progressed, show
from streams.processors.matter_parts import by_master, counts_as, own_lead
from streams.processors.order_clocks import Clocks, abandon_matter, abandon_order, stop_of_centre
from streams.processors.order_states import ENDED, advance, is_answered, says_done, with_order
from streams.processors.reports import Reports
from streams.processors.requesters import requesters_of
from streams.processors.return_rules import find_ending
from streams.processors.stages import Stages
from streams.processors.suspensions import end_suspensions

MOST_ASKED = 1_000
"""Beyond so many reports only the centre withdraws."""


class NothingToJudge(Exception):
    """An order is verified or sent back of which nobody says that it is done."""


class NotEntitled(Exception):
    """The rules do not let this unit or officer say that of this order (办核分离)."""


class Judgements:
    """What the centre and verifiers say of orders."""

    def __init__(self, reports: Reports) -> None:
        self._clocks, self._stages = Clocks(), Stages()
        self._reports = reports

    def judge(self, now: int, judged: matters.Judged, tables: Tables) -> Iterator[Output]:
        """Raises UnknownOrder, NothingToJudge, NotEntitled, EndedOrder."""
        matter, order = find_order(judged.order_no, tables)
        ending = find_ending(matter, tables)
        if ending is None:
            raise NotEntitled(f"no rule says how {matter.urgency} orders end")
        if judged.word == "withdraw":
            yield from self._withdraw(now, judged, matter, order, ending, tables)
        elif judged.word == "rework":
            _check_centre(judged, matter, ending, tables)
            yield from self._send_back(now, judged, matter, order, ending, tables)
        else:
            yield from self._verify(now, judged, matter, order, ending, tables)

    # Done, and verified.

    def done(
        self,
        answered: matters.Answered,
        before: views.Order,
        order: views.Order,
        matter: views.Matter,
        tables: Tables,
    ) -> views.Order:
        """The order with its result once its unit says that it is done, and with what is still to be verified."""
        if not says_done(order) or order.state == before.state:
            return order
        is_parked = order.parked_until_at is not None
        told = replace(order, result=order.result if is_parked else answered.result or order.result)
        if says_done(before):
            return told
        ending = find_ending(matter, tables)
        is_verified = ending is not None and order.role == "lead" and matter.incident_class in ending.verified_classes
        verification = "pending" if is_verified else None
        return replace(told, resolved_by=answered.actor_officer, verification=verification)  # type: ignore[arg-type]

    def start_verify(self, now: int, matter: views.Matter, tables: Tables) -> views.Matter:
        """The matter with the time to verify running."""
        return self._clocks.start_of_centre(now, matter, "verify", tables)

    def _verify(
        self,
        now: int,
        judged: matters.Judged,
        matter: views.Matter,
        order: views.Order,
        ending: rules.Ending,
        tables: Tables,
    ) -> Iterator[Output]:
        if order.verification != "pending":
            raise NothingToJudge(f"order {order.order_no} waits for no verification")
        _check_verifier(judged, matter, order, ending, tables)
        if judged.result == "failed":
            yield from self._send_back(now, judged, matter, order, ending, tables)
            return
        passed = replace(order, verification="passed")
        verified = stop_of_centre(now, with_order(matter, passed), "verify", tables)
        yield notice(now, matter, "verified", passed)
        if passed.state == "replied":
            verified = advance(verified, counts_as(verified, passed, "reply"))
        if verified.state == "closed":
            yield progressed(now, verified, "closed")
            yield notice(now, verified, "closed", passed)
        yield from show(now, matter, verified, tables)

    # Back to hand.

    def _send_back(
        self,
        now: int,
        judged: matters.Judged,
        matter: views.Matter,
        order: views.Order,
        ending: rules.Ending,
        tables: Tables,
    ) -> Iterator[Output]:
        """The order is its unit's again, its time to resolve runs anew, and to reply where it had replied."""
        if not says_done(order):
            raise NothingToJudge(f"order {order.order_no} is {order.state}: nobody says that it is done")
        _check_apart(judged, order, ending)
        is_closed = matter.state == "closed"
        if is_closed and now > (matter.closed_at or now) + ending.reopen_days * DAY_MILLISECONDS:
            raise EndedOrder(f"matter {matter.matter_no} has been closed for more than {ending.reopen_days} days")
        back = replace(order, verification="failed", reworks=order.reworks + 1)
        back = yield from self.taken_up(now, matter, back, tables)
        returned = stop_of_centre(now, with_order(matter, back), "verify", tables)
        returned = replace(returned, state="in_hand", reopened=matter.reopened + int(is_closed))
        yield notice(now, matter, "sent_back", back)
        if is_closed:
            yield notice(now, matter, "reopened", back)
        yield progressed(now, returned, "reopened" if is_closed else "in_hand")
        yield from show(now, matter, returned, tables)

    def taken_up(
        self, now: int, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Generator[Output, None, views.Order]:
        """An order that was done, in its unit's hands again: its times to resolve, and to reply where it had, anew."""
        kinds: tuple[ClockKind, ...] = ("resolve", "reply") if order.state == "replied" else ("resolve",)
        order = yield from end_suspensions(now, matter, order, tables)
        back = replace(order, state="accepted", resolved_by=None, result=None, parked_until_at=None)
        back = self._stages.begin_again(now, self._clocks.start_again(now, back, kinds, tables), tables)
        return self._reports.again(now, back, matter, tables)

    # Withdrawn.

    def _withdraw(
        self,
        now: int,
        judged: matters.Judged,
        matter: views.Matter,
        order: views.Order,
        ending: rules.Ending,
        tables: Tables,
    ) -> Iterator[Output]:
        """Nobody works on the order any more; with the lead's the whole matter ends, unless a department leads too.

        The platform that alone told of the matter may withdraw it as well.
        """
        if not (order.role == "lead" and _is_only_requester(judged.actor_unit, matter, tables)):
            _check_centre(judged, matter, ending, tables)
        if order.state in ENDED or matter.state == "closed":
            raise EndedOrder(f"order {order.order_no} has ended")
        rest = matter
        for one in matter.orders:
            if one.state not in ENDED and (one is order or order.role == "lead"):
                rest = yield from without_order(now, rest, one, tables)
        if all(one.state in ENDED for one in rest.orders):
            rest = by_master(replace(abandon_matter(now, rest, tables), state="closed"))
        elif order.role == "assist":
            rest = _without_wait(rest, order)
        if rest.state != matter.state:
            yield progressed(now, rest, rest.state)
        if rest.state == "closed":
            yield notice(now, rest, "closed", order)
        yield from show(now, matter, rest, tables)


def _without_wait(matter: views.Matter, order: views.Order) -> views.Matter:
    """The matter after the order of one that assists is withdrawn: the lead's word may have waited for it alone."""
    said = counts_as(matter, order, "resolve")
    return advance(matter, said) if said in ("resolve", "reply") else matter


def without_order(
    now: int, matter: views.Matter, order: views.Order, tables: Tables
) -> Generator[Output, None, views.Matter]:
    """The matter with an order withdrawn; it is not brought to its unit any more."""
    withdrawn = abandon_order(now, replace(order, state="withdrawn", result="withdrawn", verification=None), tables)
    if order.state == "sent":
        yield end_delivery(now, order, "withdrawn")
    yield notice(now, matter, "withdrawn", withdrawn)
    return with_order(matter, withdrawn)


def led_by_master(
    now: int, before: views.Matter, moved: views.Matter, tables: Tables
) -> Generator[Output, None, views.Matter]:
    """The matter with a department's own order as its lead, where it has got its first one (ops/decisions/0098).

    Not where the one that the hub has called has said a word.
    """
    if before.mirrored or not moved.mirrored:
        return moved
    lead = own_lead(moved)
    if lead is not None and not is_answered(lead):
        moved = yield from without_order(now, moved, lead, tables)
    return moved if own_lead(moved) is not None else (yield from adopt(now, moved, tables))


def _check_centre(judged: matters.Judged, matter: views.Matter, ending: rules.Ending, tables: Tables) -> None:
    if not _is_of(judged, (ending.centre,), matter, tables):
        raise NotEntitled(f"only the centre may {judged.word} order {judged.order_no}")


def _check_verifier(
    judged: matters.Judged, matter: views.Matter, order: views.Order, ending: rules.Ending, tables: Tables
) -> None:
    if not _is_of(judged, ending.verifiers, matter, tables):
        raise NotEntitled(f"a unit of this kind or region does not verify order {order.order_no}")
    _check_apart(judged, order, ending)


def _check_apart(judged: matters.Judged, order: views.Order, ending: rules.Ending) -> None:
    """办核分离: whoever resolved does not judge it."""
    is_apart = judged.actor_unit != order.unit
    if ending.apart == "officer":
        is_apart = is_apart or judged.actor_officer != order.resolved_by
    if not is_apart:
        raise NotEntitled(f"who resolved order {order.order_no} does not judge it")


def _is_of(judged: matters.Judged, kinds: tuple[str, ...], matter: views.Matter, tables: Tables) -> bool:
    """Whether the actor's unit is of one of these kinds and answers for the matter's place."""
    unit = find_unit_by_code(judged.actor_unit, kinds, tables)
    return unit is not None and matter.region.startswith(unit.region)


def _is_only_requester(system: str, matter: views.Matter, tables: Tables) -> bool:
    """Whether each report of the matter is of one department's system."""
    told = [
        name.partition("/")[0] == system for name in islice(requesters_of(matter.matter_no, "", tables), MOST_ASKED)
    ]
    return 0 < len(told) < MOST_ASKED and all(told)
