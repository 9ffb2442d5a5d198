"""A centre whose rules say what may be asked for, and words to ask and decide with."""

from collections.abc import Sequence
from typing import Any

from streams.contract import Fact
from streams.facts import matters, rules, views
from tests.processors.kit import DISTRICT, MATTERS, RULES, START_AT, WATER, Centre, clock_limit, unit

CENTRE_UNIT = "centre-district"
ASKER, LEADER, CENTRE_LEADER = "officer-1", "officer-9", "centre-3"


def limit(amount: int, what: Any = "hour", **said: Any) -> rules.Limit:
    fields: dict[str, Any] = {"start": "at", "day_end": "same_time", "rolls_over": False, "calendar": "always", **said}
    return rules.Limit(amount=amount, unit=what, document="试验规则", **fields)


def request_rule(request: Any, reason: str, kinds: Sequence[Any], **said: Any) -> Fact:
    """A rule for urgent orders: once, by the unit's own leader, decided within two hours."""
    fields: dict[str, Any] = {
        "urgency": "urgent",
        "name": reason,
        "most": 0,
        "times": 1,
        "approver": rules.Approver(name="带班领导", role="leader"),
        "decide_within": limit(2),
        "tells_requester": False,
        **said,
    }
    return rules.RequestRule(
        key="rules", occurred_at=START_AT, version="", request=request, reason=reason, kinds=tuple(kinds),
        document="试验规则", **fields,
    )  # fmt: skip


CITY: tuple[Fact, ...] = (
    *RULES,
    clock_limit("urgent", "resolve", 24, "hour"),
    clock_limit("urgent", "reply", 2, "natural_day"),
    unit(CENTRE_UNIT, "district_centre", DISTRICT),
    request_rule("suspend", "waiting", ["resolve", "reply"], longest=limit(72), times=2),
    request_rule("extend", "complex", ["resolve"], unit="hour", most=12, times=2),
    request_rule(
        "extend", "statutory", ["reply"], unit="natural_day", most=30, most_in_all=90, tells_requester=True,
        approver=rules.Approver(name="值班长", role="leader", unit=CENTRE_UNIT),
    ),
    request_rule(
        "set_deadline", "instruction", ["resolve", "reply"], times=3,
        approver=rules.Approver(name="中心领导", role="leader", unit=CENTRE_UNIT),
    ),
)  # fmt: skip


def running(items: Sequence[Fact] = CITY) -> Centre:
    """An urgent burst main whose order was delivered and whose unit is there: 24 hours to resolve, 2 days to reply."""
    centre = Centre(items=items)
    centre.report("1")
    centre.end_attempt("delivered")
    centre.answer("arrive")
    return centre


def actor(unit_code: str, officer: str, role: str) -> dict[str, Any]:
    return {
        "actor_unit": unit_code,
        "actor_post": "值班岗",
        "actor_officer": officer,
        "actor_shift": "白班",
        "actor_role": role,
    }


def ask(centre: Centre, request: Any, reason: str, by: str = WATER, officer: str = ASKER, **said: Any) -> str:
    """Ask for something on the only order; the number that the request got."""
    order = centre.order()
    fields = {"words": "", "document": "", **said}
    tell(
        centre,
        matters.Requested(
            key=DISTRICT, occurred_at=centre.now, order_no=order.order_no, request=request, reason=reason,
            **actor(by, officer, "responder"), **fields,
        ),
    )  # fmt: skip
    return centre.order().requests[-1].request_no if centre.order().requests else ""


def suspend(centre: Centre, milliseconds: int, **said: Any) -> str:
    return ask(centre, "suspend", "waiting", until_at=centre.now + milliseconds, **said)


def extend(centre: Centre, amount: int, clock: Any = "resolve", reason: str = "complex") -> str:
    return ask(centre, "extend", reason, clock=clock, amount=amount)


def decide(
    centre: Centre, request_no: str, decision: Any = "approve", by: str = WATER, officer: str = LEADER,
    role: str = "leader",
) -> None:  # fmt: skip
    tell(
        centre,
        matters.Decided(
            key=DISTRICT, occurred_at=centre.now, request_no=request_no, decision=decision, words="",
            document="试批〔2026〕1号", **actor(by, officer, role),
        ),
    )  # fmt: skip


def resume(centre: Centre, by: str = WATER) -> None:
    order_no = centre.order().order_no
    tell(
        centre,
        matters.Resumed(key=DISTRICT, occurred_at=centre.now, order_no=order_no, **actor(by, ASKER, "responder")),
    )


def tell(centre: Centre, fact: Fact) -> None:
    centre.append(MATTERS, fact)
    centre.hub.settle()


def request(centre: Centre, request_no: str) -> views.Request:
    (found,) = (one for one in centre.order().requests if one.request_no == request_no)
    return found


def told(centre: Centre) -> list[tuple[str, str | None]]:
    """What was told since the unit arrived, with the clock or the reason that it was told with."""
    notices = centre.notices()
    since = next(number for number, notice in enumerate(notices) if notice.change == "arrived")
    return [(notice.change, notice.clock or notice.reason) for notice in notices[since + 1 :]]
