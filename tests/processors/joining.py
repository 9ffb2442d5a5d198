"""Words of whistles and meetings to tell stories with: who calls, who comes, who signs."""

from typing import Any

from streams.facts import rules
from streams.facts.joint import Convened, JointRule, Meeting, Resolution, Whistle, Whistled
from tests.processors.kit import DISTRICT, MATTERS, START_AT, Centre, unit
from tests.processors.test_supervision_orders import SUPERVISED

TOWN_CENTRE, CITY_MANAGEMENT, MARKET, POWER = "centre-town", "city-management", "market", "power"
ABSENT_MINUTES, CRITICAL_MINUTES = 20, 5


def joint_rule(urgency: Any, minutes: int = ABSENT_MINUTES) -> JointRule:
    """Who may, and by default twenty minutes to report in."""
    return JointRule(
        key="rules", occurred_at=START_AT, version="", urgency=urgency, whistlers=("town_centre",),
        conveners=("district_centre",), document="建议稿",
        arrive=rules.Limit(
            amount=minutes, unit="minute", start="at", day_end="same_time", rolls_over=False,
            calendar="always", document="吹哨报到规则",
        ),
    )  # fmt: skip


def letter_unit(code: str) -> rules.Unit:
    asked = unit(code, "power_utility", DISTRICT)
    assert isinstance(asked, rules.Unit)
    return rules.Unit(**{**vars(asked), "letter": True})


JOINED = (
    *SUPERVISED,
    unit(CITY_MANAGEMENT, "city_management", DISTRICT),
    unit(MARKET, "market", DISTRICT),
    letter_unit(POWER),
    joint_rule("critical", CRITICAL_MINUTES),
    joint_rule("urgent"),
    joint_rule("routine"),
)


def actor(unit_code: str, role: str = "responder") -> dict[str, Any]:
    return {
        "actor_unit": unit_code, "actor_post": "值班岗", "actor_officer": "officer-7", "actor_shift": "白班",
        "actor_role": role,
    }  # fmt: skip


def whistle(centre: Centre, act: Any, by: str = TOWN_CENTRE, **said: Any) -> None:
    """A word on a whistle, by default by the town, on the only matter and its last whistle."""
    found = centre.matter()
    fields: dict[str, Any] = {"matter_no": found.matter_no} if act == "blow" else {}
    if act != "blow":
        fields = {"whistle_no": found.whistles[-1].whistle_no if found.whistles else f"{DISTRICT}20260921W99999"}
    fact = Whistled(key=DISTRICT, occurred_at=centre.now, act=act, **{**fields, **said}, **actor(by))
    centre.append(MATTERS, fact)
    centre.hub.settle()


def convene(centre: Centre, act: Any, by: str, **said: Any) -> None:
    """A word on a meeting, by default on the last one of the first matter."""
    found = centre.matters()[0]
    fields: dict[str, Any] = {}
    if act != "call":
        fields = {"meeting_no": found.meetings[-1].meeting_no if found.meetings else f"{DISTRICT}20260921C99999"}
    fact = Convened(key=DISTRICT, occurred_at=centre.now, act=act, **{**fields, **said}, **actor(by))
    centre.append(MATTERS, fact)
    centre.hub.settle()


def decision(centre: Centre, unit_code: str, task: Any = "act", matter: int = 0) -> Resolution:
    return Resolution(matter_no=centre.matters()[matter].matter_no, unit=unit_code, task=task)


def last_whistle(centre: Centre) -> Whistle:
    return centre.matter().whistles[-1]


def meeting(centre: Centre, matter: int = 0) -> Meeting:
    return centre.matters()[matter].meetings[-1]


def number_of(centre: Centre, unit_code: str) -> str:
    """The unit's order that comes of a whistle or a meeting."""
    return next(one.order_no for one in centre.matters()[0].orders if one.unit == unit_code and one.joint is not None)


def deliver(centre: Centre, unit_code: str) -> None:
    """The call with the unit's last order has reached it."""
    called = [place for place, one in enumerate(centre.attempts()) if one.unit == unit_code and one.kind == "order"]
    centre.end_attempt("delivered", delivery=called[-1])


def joint_changes(centre: Centre) -> list[str]:
    kinds = ("whistle", "meeting_", "joint_", "supervision_")
    return [f"{one.change} {one.reason or ''}".strip() for one in centre.notices() if one.change.startswith(kinds)]
