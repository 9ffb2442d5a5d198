"""What a year of matters is made of, and units that answer what they are called for.

A call is delivered within seconds, and its unit goes through all its answers, most in time and some late, so that
clocks are met and breached.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from streams.contract import Fact
from streams.facts.deliveries import Requested
from streams.facts.matters import Answered, Delivered, Judged, Opened
from streams.facts.notices import GiveBack
from streams.facts.vocabulary import Urgency
from streams.rules.calendar import BEIJING
from tests.scenarios.player import taken

DISTRICT = "500117"
CENTRE = f"{DISTRICT}-district_centre"
STARTS_AT = round(datetime(2025, 1, 1, tzinfo=BEIJING).timestamp() * 1000)
YEAR_MILLISECONDS = 365 * 86_400_000
MIDSUMMER = STARTS_AT + YEAR_MILLISECONDS // 2
MINUTE = 60_000
CLASSES = ("burst_main", "flooding", "gas_leak", "manhole", "streetlight", "environment", "service_request", "traffic")
URGENCIES: tuple[Urgency, ...] = ("routine", "routine", "routine", "routine", "urgent", "urgent", "critical")
GRIDS = tuple(f"{DISTRICT}{town:03}001{grid:03}" for town in (1, 2, 3, 104, 105) for grid in range(1, 21))
IN_TIME = {
    "critical": ((1, 4), (4, 9), (5, 9), (10, 28), (60, 1_200), (1_200, 1_400)),
    "urgent": ((1, 9), (9, 28), (10, 28), (15, 55), (60, 1_200), (1_200, 1_400)),
    "routine": ((1, 50), (50, 200), (60, 240), (60, 480), (300, 1_400), (1_400, 2_700)),
}
"""By urgency, how many minutes after the delivery each answer comes, at least and at most: within `clocks.yaml`."""
ANSWERS = ("acknowledge", "accept", "first_contact", "arrive", "resolve", "reply")
LATE_SHARE, TIMES_LATE = 0.05, 4
"""One unit in twenty takes four times as long."""
FIRST_REPORT_MINUTES, NEXT_REPORT_MINUTES = (10, 28), (90, 115)
LEADS = "-01"
"""How the number of an order ends that leads: it is a matter's first."""
MOST_HOURS_TO_VERIFY = 48
"""The centre has three office days (`clocks.yaml`)."""

Said = tuple[int, Fact]
"""An append time and what is appended then."""


@dataclass(frozen=True)
class Matter:
    """What happens once: when, what and where, and how many tell of it."""

    number: int
    opened_at: int
    incident_class: str
    urgency: Urgency
    region: str


class Units:
    """Take their calls and answer; the centre verifies what lead units have done, requesters hear of it.

    Verified are the results of some classes. The same for the same calls in the same order.
    """

    def __init__(self, verified: Collection[str], seed: int = 1) -> None:
        self._verified = verified
        self._random = Random(seed)

    def respond(self, asked_at: int, asked: Requested | GiveBack) -> Iterator[Said]:
        """What comes of a call or of a word to a requester; other deliveries are taken in silence."""
        if isinstance(asked, GiveBack):
            told_at = asked_at + self._random.randint(50, 2_000)
            yield told_at, taken(asked, told_at)
        elif asked.kind == "order":
            yield from self._answer(asked_at, asked)

    def _answer(self, requested_at: int, call: Requested) -> Iterator[Said]:
        """A call is delivered, then answered; whoever is told no time to reply does not reply."""
        random = self._random
        at = requested_at + random.randint(300, 5_000)
        yield at, delivered(call, at)
        times = TIMES_LATE if random.random() < LATE_SHARE else 1
        told = {limit.kind for limit in call.limits}
        for answer, (least, most) in zip(ANSWERS, IN_TIME[call.urgency], strict=True):
            if answer != "reply" or answer in told:
                said_at = at + times * random.randint(least * MINUTE, most * MINUTE)
                yield said_at, answered(call, said_at, answer)
                if answer == "resolve" and "final_report" in told:
                    yield from self._report(at, said_at, call)
                if answer == "resolve" and call.incident_class in self._verified and call.order_no.endswith(LEADS):
                    verified_at = said_at + random.randint(1, MOST_HOURS_TO_VERIFY * 60) * MINUTE
                    yield verified_at, verified(call, verified_at)

    def _report(self, at: int, done_at: int, call: Requested) -> Iterator[Said]:
        """In time while the work goes on, and once when it is done."""
        moments, report_at = [], at + self._random.randint(*FIRST_REPORT_MINUTES) * MINUTE
        while report_at < done_at:
            moments.append(report_at)
            report_at += self._random.randint(*NEXT_REPORT_MINUTES) * MINUTE
        moments.append(done_at + self._random.randint(1, 60) * MINUTE)
        for number, said_at in enumerate(moments, start=1):
            yield said_at, answered(call, said_at, "report", f"report{number}")


def begun(identity: str, source: str, trace: str, at: int) -> dict[str, Any]:
    """What every fact of the year begins with."""
    return {"id": identity, "key": DISTRICT, "source": source, "trace": trace, "occurred_at": at}


def opened(matter: Matter) -> Opened:
    """The matter is opened."""
    return Opened(
        **begun(f"opened:{matter.number}", "event_profiles", f"{matter.number}", matter.opened_at),
        incident_no=f"I{matter.number}",
        incident_class=matter.incident_class,
        urgency=matter.urgency,
        region=matter.region,
        system="zz_grid_app",
        record_no=f"R{matter.number}",
    )


def delivered(call: Requested, at: int) -> Delivered:
    """A call has reached its unit."""
    return Delivered(
        **begun(f"delivered:{call.delivery_no}", "delivery", call.matter_no, at),
        order_no=call.order_no,
        delivery_no=call.delivery_no,
        channel="webhook",
        attempts=1,
    )


def answered(call: Requested, at: int, answer: str, name: str = "") -> Answered:
    """The unit answers; `name` tells apart what it says more than once."""
    return Answered(
        **begun(f"answered:{call.order_no}:{name or answer}", "gateway", call.matter_no, at),
        order_no=call.order_no,
        answer=answer,  # type: ignore[arg-type]
        channel="api",
        actor_unit=call.unit,
        actor_post="值班员",
        actor_officer="0001",
        actor_shift="day",
    )


def verified(call: Requested, at: int) -> Judged:
    """The centre has called back and is content."""
    return Judged(
        **begun(f"verified:{call.order_no}", "gateway", call.matter_no, at),
        order_no=call.order_no,
        word="verify",
        result="passed",
        method="call_back",
        actor_unit=CENTRE,
        actor_post="值班员",
        actor_officer="0002",
        actor_shift="day",
        actor_role="operator",
    )
