"""吹哨报到: a town whistles for three units; one comes, one refuses, one is late; a meeting of the town's own decides.

Pure description: who says what and when about an open manhole, on a working day in Hechuan, by the city's own rules.
"""

from typing import Any

from streams.facts.joint import Convened, Resolution, Whistled
from streams.facts.matters import Supervised
from tests.scenarios.returned_thrice import (
    CENTRE,
    DELIVERIES,
    DISTRICT,
    HOUSING,
    INCIDENTS,
    MANAGEMENT,
    MATTER,
    MATTERS,
    MINUTE,
    STARTS_AT,
    TOWN_CENTRE,
    WATER,
    actor,
    answered,
    reached,
    report,
    verified,
)

MARKET = "500117-market"
WHISTLE, REFUSED, LATE, MEETING = (f"{DISTRICT}20250707{end}" for end in ("W00002", "S00003", "S00004", "C00005"))
"""The day's numbers after the matter: the whistle, two supervision orders, the meeting."""


def whistled(act: Any, by: str = TOWN_CENTRE, **said: Any) -> Whistled:
    about: dict[str, Any] = {"matter_no": MATTER} if act == "blow" else {"whistle_no": WHISTLE}
    return Whistled(key=DISTRICT, occurred_at=0, act=act, **about, **said, **actor(by, f"{by}-01", "responder"))


def convened(act: Any, **said: Any) -> Convened:
    about: dict[str, Any] = {} if act == "call" else {"meeting_no": MEETING}
    who = actor(TOWN_CENTRE, f"{TOWN_CENTRE}-01", "responder")
    return Convened(key=DISTRICT, occurred_at=0, act=act, **about, **said, **who)


def supervised(number: str, act: Any, by: str = CENTRE) -> Supervised:
    who = actor(by, f"{by}-02", "shift_leader" if by == CENTRE else "responder")
    return Supervised(key=DISTRICT, occurred_at=0, supervision_no=number, act=act, **who)


DECISIONS = (
    Resolution(matter_no=MATTER, unit=WATER, task="correct"),
    Resolution(matter_no=MATTER, unit=HOUSING, task="act"),
)
SAID = (
    (0, INCIDENTS, report()),
    (1, DELIVERIES, reached(1, MANAGEMENT)),
    (5, MATTERS, answered(1, MANAGEMENT, "accept")),
    (10, MATTERS, whistled("blow", units=(HOUSING, WATER, MARKET))),
    (11, DELIVERIES, reached(2, HOUSING)),
    (11, DELIVERIES, reached(3, WATER)),
    (11, DELIVERIES, reached(4, MARKET)),
    (15, MATTERS, answered(2, HOUSING, "accept")),
    (16, MATTERS, answered(3, WATER, "accept")),
    (17, MATTERS, answered(4, MARKET, "accept")),
    (20, MATTERS, whistled("refuse", WATER, reason="not_our_duty")),
    (30, MATTERS, supervised(REFUSED, "sign")),
    (60, MATTERS, answered(2, HOUSING, "arrive")),
    (65, MATTERS, whistled("sign", unit=HOUSING, rating="unsolved")),
    (70, MATTERS, whistled("sign", unit=WATER, rating="in_time")),  # it has not come
    (90, MATTERS, supervised(REFUSED, "answer", WATER)),
    (100, MATTERS, supervised(REFUSED, "sign_off")),
    (380, MATTERS, answered(4, MARKET, "arrive")),  # nine minutes late: four office hours, with the lunch break
    (385, MATTERS, whistled("sign", unit=MARKET, rating="late")),
    (388, MATTERS, supervised(LATE, "refuse")),
    (390, MATTERS, whistled("sign", unit=WATER, rating="absent")),
    (395, MATTERS, convened("call", kind="meeting", matters=(MATTER,), units=(MANAGEMENT, HOUSING, WATER),
                            begins_at=STARTS_AT + 450 * MINUTE)),
    (400, MATTERS, convened("decide", decisions=DECISIONS)),  # before it was held
    (455, MATTERS, convened("hold", units=(HOUSING, WATER))),
    (460, MATTERS, convened("decide", decisions=DECISIONS, document="合阳会纪〔2025〕7号")),
    (461, DELIVERIES, reached(5, WATER)),
    (461, DELIVERIES, reached(6, HOUSING)),
    (470, MATTERS, answered(2, HOUSING, "resolve", "partly_solved")),
    (471, MATTERS, answered(3, WATER, "resolve", "explained")),
    (472, MATTERS, answered(4, MARKET, "resolve", "explained")),
    (480, MATTERS, answered(5, WATER, "resolve", "solved")),
    (485, MATTERS, answered(6, HOUSING, "resolve", "solved")),
    (490, MATTERS, answered(1, MANAGEMENT, "resolve", "solved")),
    (495, MATTERS, verified(1, TOWN_CENTRE, "passed")),
    (500, MATTERS, answered(1, MANAGEMENT, "reply", "solved")),
)  # fmt: skip
"""Minutes, log, fact."""

LATE_AT = STARTS_AT + 371 * MINUTE
"""Four office hours after the call of 9:41: until noon, and from two o'clock to 15:41."""
ENDS_AT = STARTS_AT + 505 * MINUTE
