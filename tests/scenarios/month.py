"""A month in Hechuan: matters at any hour over the national holiday, units that answer in time, late and never.

Pure description: who tells what and when, and how each unit takes it. Each kind of conduct comes in turn, so that even
a small month has every kind. Reports fall due too, the centre verifies what has to be verified, and some units ask for
what nobody decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from random import Random
from typing import Any, Literal

from streams.facts.deliveries import Attempted
from streams.facts.incidents import Reported
from streams.facts.matters import Answered, HandedOver, Judged, Requested
from streams.facts.notices import Attempt
from streams.facts.vocabulary import Urgency
from streams.rules.calendar import BEIJING
from tests.scenarios.units import MATTERS, MINUTE, SECOND, Answer, Ending, Manner, Said, Step, Units, minutes

INCIDENTS = "hub.log.incidents.v1"
DISTRICT, CENTRE = "500117", "500117-district_centre"
STARTS_AT = round(datetime(2025, 9, 26, tzinfo=BEIJING).timestamp() * 1_000)
"""A Friday before a worked Sunday and eight days of holiday; simulated time lies in the past."""
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ENDS_AT = STARTS_AT + 30 * DAY
CLASSES = ("burst_main", "gas_leak", "manhole", "streetlight", "environment", "service_request", "traffic")
URGENCIES: tuple[Urgency, ...] = ("critical", "urgent", "routine", "routine", "routine")
GRIDS = tuple(f"{DISTRICT}{town:03}001{grid:03}" for town in (1, 2, 3, 104, 105) for grid in range(1, 21))
VERIFIED = frozenset({"manhole", "streetlight", "environment"})
"""The classes whose results the city wants verified (`endings.yaml`)."""

ANSWERS: dict[Urgency, tuple[tuple[Answer, int, int], ...]] = {
    "critical": (
        ("acknowledge", 1, 4), ("accept", 4, 9), ("first_contact", 5, 9), ("arrive", 10, 28), ("report", 15, 28),
        ("resolve", 40, 100), ("report", 110, 400), ("reply", 410, 1_300),
    ),
    "urgent": (
        ("acknowledge", 1, 9), ("accept", 9, 28), ("first_contact", 10, 28), ("arrive", 15, 55),
        ("resolve", 60, 1_200), ("reply", 1_210, 1_400),
    ),
    "routine": (
        ("acknowledge", 1, 50), ("accept", 50, 200), ("first_contact", 60, 240), ("resolve", 300, 1_400),
        ("reply", 1_410, 2_700),
    ),
}  # fmt: skip
"""By urgency, how many minutes after its order reached a unit each answer comes, at least and at most, in time."""


@dataclass(frozen=True)
class Conduct:
    """How a unit takes an order: how calls to it end in turn, how often too long its answers take, what it asks.

    Who takes 0 times as long never answers.
    """

    endings: tuple[Ending, ...] = ("delivered",)
    times: int = 1
    phoned: bool = False
    returns: bool = False


CONDUCTS = (
    Conduct(),
    Conduct(times=5),
    Conduct(times=0),
    Conduct(endings=("swallowed", "delivered")),
    Conduct(returns=True),
    Conduct(endings=("failed", "timeout", "delivered")),
    Conduct(endings=("timeout",), phoned=True),
)
"""Prompt, late, silent, called by an agent that is killed, not the right one as it says, busy, on the phone alone."""
CALLED_AT_ONCE = (
    Conduct(),
    Conduct(times=5),
    Conduct(times=0),
    Conduct(returns=True),
    Conduct(endings=("failed",), phoned=True),
)
"""Those whose calls end as they are made: so a real agent ends them in simulated time."""
GIVEN_UP_AFTER = {"critical": 3 * HOUR, "urgent": 5 * HOUR}
"""After how long the centre withdraws what nobody answers; what can wait, waits to the end of the month."""
HASTENED_LATEST, ROUTINE_LATEST = 26 * 60, 12 * 24 * 60
"""When the last late answer comes, in minutes: from a breach on, leaders are told again and again."""
SHIFTS = ((8 * 60 + 30, "白班"), (18 * 60, "夜班"))
"""When shifts begin in rooms that are always on duty (`units.yaml`), in minutes of the day, and how they are called."""


@dataclass(frozen=True)
class Happening:
    """What happens once, and how its unit takes it."""

    number: int
    at: int
    incident_class: str
    urgency: Urgency
    region: str
    conduct: Conduct
    reports: int


class Month:
    """So many matters at random minutes of the month; the same for the same numbers."""

    def __init__(self, matters: int, conducts: tuple[Conduct, ...] = CONDUCTS, seed: int = 1) -> None:
        random = Random(seed)
        places = random.sample([(name, grid) for name in CLASSES for grid in GRIDS], matters)
        dealt = [*islice(cycle(conducts), matters)]
        random.shuffle(dealt)
        self._happenings = [
            Happening(
                number, STARTS_AT + random.randrange(1, 27 * 24 * 60) * MINUTE, name, random.choice(URGENCIES), grid,
                conduct, random.choice((1, 1, 2)),
            )
            for number, ((name, grid), conduct) in enumerate(zip(places, dealt, strict=True))
        ]  # fmt: skip
        self._seed = seed
        self._at_once = conducts is CALLED_AT_ONCE
        self._conduct_of = {(one.incident_class, one.region): one.conduct for one in self._happenings}

    def told(self) -> list[Said]:
        """What departments append to the incidents' log, by time."""
        return sorted((said for happening in self._happenings for said in _told_of(happening)), key=lambda one: one.at)

    def refuses(self, incident_class: str, region: str) -> bool:
        """Whether a unit's own system fails at every call that is about this."""
        return self._conduct_of[incident_class, region].endings == ("failed",)

    def units(self) -> "MonthUnits":
        """The city's units, that have heard nothing yet."""
        return MonthUnits(self._happenings, self._seed, at_once=self._at_once)


class MonthUnits(Units):
    """Units that answer or not; what goes on beside their answers follows from the call of an order."""

    def __init__(self, happenings: list[Happening], seed: int, *, at_once: bool) -> None:
        self._at_once = at_once
        self._happenings = {(one.incident_class, one.region): one for one in happenings}
        self._signed: set[tuple[str, int]] = set()
        super().__init__({key: _manner(one) for key, one in self._happenings.items()}, seed)

    def hear(self, call: Attempt, at: int) -> list[Said]:
        said = super().hear(call, at)
        if self._at_once:
            said = [one._replace(at=at) if isinstance(one.fact, Attempted) else one for one in said]
        if call.kind == "order":
            said += [more for one in said if isinstance(one.fact, Answered) for more in self._beside(call, one)]
            said += self._given_up(call, at)
            open_until = ENDS_AT if self._is_left(call) else max((one.at for one in said), default=at) + DAY
            said += self._shifts_signed(call.unit, at, open_until)
        return said

    def _beside(self, call: Attempt, answered: Said) -> Iterator[Said]:
        """What is said beside one answer."""
        assert isinstance(answered.fact, Answered)
        if answered.fact.answer == "resolve" and call.incident_class in VERIFIED and call.order_no.endswith("-01"):
            yield _verified(call, answered.at + 90 * MINUTE)
        if answered.fact.answer == "acknowledge" and self._happening(call).conduct.returns:
            yield _returned(call, answered.at + 2 * MINUTE)

    def _is_left(self, call: Attempt) -> bool:
        """Whether nobody ever answers and nobody gives it up."""
        return self._happening(call).conduct.times == 0 and call.urgency not in GIVEN_UP_AFTER

    def _given_up(self, call: Attempt, at: int) -> Iterator[Said]:
        after = GIVEN_UP_AFTER.get(call.urgency)
        if self._happening(call).conduct.times == 0 and call.attempt == 1 and after is not None:
            yield _judged(call, at + after, "withdraw")

    def _shifts_signed(self, unit: str, begins_at: int, ends_at: int) -> Iterator[Said]:
        """Whoever comes on duty in a room signs for it minutes later, as long as an order may be open there."""
        for day_at in range(STARTS_AT, ends_at, DAY):
            for minute, shift in SHIFTS:
                at = day_at + (minute + 5) * MINUTE
                if begins_at - HOUR < at < ends_at and (unit, at) not in self._signed:
                    self._signed.add((unit, at))
                    yield _signed(unit, shift, at)

    def _happening(self, call: Attempt) -> Happening:
        return self._happenings[call.incident_class, call.region]


def _manner(happening: Happening) -> Manner:
    conduct = happening.conduct
    latest = ROUTINE_LATEST if happening.urgency == "routine" else HASTENED_LATEST
    steps = tuple(
        Step(answer, minutes(min(least * conduct.times, latest), min(most * conduct.times, latest)))
        for answer, least, most in (ANSWERS[happening.urgency] if conduct.times else ())
    )
    return Manner(conduct.endings, steps, phoned=conduct.phoned)


def _told_of(happening: Happening) -> Iterator[Said]:
    for number in range(1, happening.reports + 1):
        system = ("zz_community_e", "zz_grid_app")[number - 1]
        at = happening.at + (number - 1) * 20 * MINUTE
        row = f"{system}:{happening.number}:1"
        report = Reported(
            id=f"{row}#1", key=DISTRICT, source=system, trace=row, occurred_at=at - 30 * SECOND, system=system,
            record_no=f"{happening.number}", incident_class=happening.incident_class, urgency=happening.urgency,
            recorded_at=at, region=happening.region, longitude=None, latitude=None, located_by="grid",
            self_resolved=False,
        )  # fmt: skip
        yield Said(at, INCIDENTS, report)


def _judged(call: Attempt, at: int, word: Literal["verify", "withdraw"], **said: Any) -> Said:
    """A word of the centre's on an order."""
    judged = Judged(
        id=f"{call.order_no}:{word}", key=call.district, source="gateway", trace=call.order_no, occurred_at=at,
        order_no=call.order_no, word=word, actor_unit=CENTRE, actor_post="值班员", actor_officer="0002",
        actor_shift="白班", actor_role="operator", **said,
    )  # fmt: skip
    return Said(at, MATTERS, judged)


def _verified(call: Attempt, at: int) -> Said:
    """The centre has called back and is content."""
    return _judged(call, at, "verify", result="passed", method="call_back")


def _signed(unit: str, shift: str, at: int) -> Said:
    """Whoever comes on duty signs for what is open (交接班)."""
    signed = HandedOver(
        id=f"{unit}:{at}", key=DISTRICT, source="gateway", trace=unit, occurred_at=at, actor_unit=unit,
        actor_post="值班岗", actor_officer=f"{unit}-{shift}", actor_shift=shift,
    )  # fmt: skip
    return Said(at, MATTERS, signed)


def _returned(call: Attempt, at: int) -> Said:
    """The unit says that it is not its duty (退单)."""
    returned = Requested(
        id=f"{call.order_no}:return", key=call.district, source="gateway", trace=call.order_no, occurred_at=at,
        order_no=call.order_no, request="return", reason="not_our_duty", words="", document="",
        actor_unit=call.unit, actor_post="值班岗", actor_officer=f"{call.unit}-01", actor_shift="白班",
        actor_role="responder",
    )  # fmt: skip
    return Said(at, MATTERS, returned)
