"""How departments tell of what happens: each in its own class and place, late, twice, with slips of the pen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from streams.contract import Fact, replace
from streams.facts.incidents import Reported, SourceClosed, Transferred, Updated
from tests.matching.city_map import CityMap
from tests.matching.happenings import Happening
from tests.matching.kinds import FAMILIES
from tests.matching.parameters import Parameters
from tests.matching.reports import later_word, reported
from tests.matching.spoken import spoken
from tests.matching.systems import HOTLINE, NO_CLASS, POLICE, SYSTEMS
from tests.matching.telling import MINUTE, Telling
from tests.matching.whereabouts import whereabouts
from tests.matching.words import mistyped

SECOND = 1_000
DIGITS_OF_A_RECORD = 10**10
WRITTEN_DOWN_SECONDS = (5.0, 60.0)
UPDATED_AFTER_MINUTES = (3.0, 20.0)
CLOSED_AFTER_MINUTES = (0.0, 40.0)
CLOSED_BEFORE_SECONDS = (5.0, 60.0)
WORK_ENDS_AFTER_MINUTES = (10.0, 60.0)
AGAIN_AFTER_SECONDS = (2.0, 600.0)
SECOND_RECORD_AFTER_SECONDS = (10.0, 120.0)
TRANSFERRED_CLASSES = ("burst_main", "flooding", "manhole", "pollution", "environment", "road_block", "gas_leak")
"""Classes of which 110 and 12345 hand calls to one another."""


@dataclass(frozen=True)
class Call:
    """One telling before anything of it is written: who, what it calls it, when."""

    system: str
    says: str
    at: int


class Desks:
    """All departments' desks; what they write follows from the random numbers alone."""

    def __init__(self, city: CityMap, parameters: Parameters, random: Random) -> None:
        self._city = city
        self._parameters = parameters
        self._random = random
        self._numbers: set[str] = set()
        self._reporters: list[str] = []

    def tellings(self, number: int, happening: Happening) -> list[Telling]:
        """All that is told of one happening; at least one desk tells."""
        calls = self._calls(happening)
        callers: list[str] = []
        told = [telling for call in calls if (telling := self._tell(number, happening, call, callers))]
        told += self._transferred(number, happening, told, callers)
        return [copy for telling in told for copy in self._as_often_as_written(telling)]

    def _calls(self, happening: Happening) -> list[Call]:
        random, kind = self._random, happening.kind
        able = [one for one in kind.tellers if _can_tell(one.system, happening)]
        tellers = [one for one in able if random.random() < one.chance] or able[:1]
        calls = [
            Call(one.system, one.says or kind.incident_class, happening.began_at + self._minutes(one.after_minutes))
            for one in tellers
            if one.system != happening.reader
            for _ in range(random.randint(1, one.most))
        ]
        at = happening.began_at
        for _ in range(happening.readings):
            calls.append(Call(happening.reader, kind.incident_class, at))
            at += self._seconds(self._parameters.reading_every_seconds)
        return calls

    def _tell(
        self, number: int, happening: Happening, call: Call, callers: list[str], transferred_from: str | None = None
    ) -> Telling | None:
        """One record and what is odd about it."""
        random, system = self._random, SYSTEMS[call.system]
        where = whereabouts(self._city, happening, system, self._parameters, random)
        if where is None:
            return None
        said, quirks = self._class_said(happening, call)
        quirks |= where.quirks | happening.situation
        text, reporter = self._account(happening, call.system, callers, quirks)
        recorded_at = call.at + self._seconds(WRITTEN_DOWN_SECONDS)
        if random.random() < self._parameters.late_share:
            recorded_at = call.at + self._minutes(self._parameters.late_minutes)
            quirks.add("late")
        fact = reported(
            system=call.system,
            record_no=self._record_no(),
            incident_class=said,
            at=call.at,
            recorded_at=recorded_at,
            where=where,
            transferred_from=transferred_from,
            reporter=reporter,
            words=self._city.places.lexicon.words(text),
        )
        appended_at = recorded_at + self._seconds(self._parameters.transmission_seconds)
        if transferred_from:
            quirks.add("transferred")
        later = list(self._later(happening, fact, appended_at, quirks))
        return Telling(
            incident=number,
            fact=fact,
            appended_at=appended_at,
            quirks=frozenset(quirks),
            text=text,
            later=tuple(later),
            ended_at=happening.ended_at + self._minutes(WORK_ENDS_AFTER_MINUTES),
        )

    def _class_said(self, happening: Happening, call: Call) -> tuple[str, set[str]]:
        """A desk's word for it: its own where it has none for this, now and then a wrong one."""
        true, system, parameters = happening.kind.incident_class, SYSTEMS[call.system], self._parameters
        family = FAMILIES[happening.kind.family]
        quirks: set[str] = set()
        said = call.says
        if said != true:
            quirks.add("own_class" if said in family else "class_outside")
        if call.system == happening.reader or set(system.ways) == {"facility"}:
            return said, quirks
        within = [one for one in system.classes if one in family and one not in (said, true)]
        outside = [one for one in system.classes if one not in family]
        drawn = self._random.random()
        if within and drawn < parameters.of_wrongs(parameters.class_within_share):
            return self._random.choice(within), {"class_within"}
        if outside and drawn > 1 - parameters.of_wrongs(parameters.class_outside_share):
            return NO_CLASS if NO_CLASS in outside else self._random.choice(outside), {"class_outside"}
        return said, quirks

    def _account(
        self, happening: Happening, system: str, callers: list[str], quirks: set[str]
    ) -> tuple[str, str | None]:
        """What was said and by whom, of the systems that have text and callers."""
        random, parameters = self._random, self._parameters
        if not SYSTEMS[system].has_text:
            return "", None
        text = spoken(self._city, happening, parameters, random)
        if random.random() < parameters.of_wrongs(parameters.typing_error_share):
            text = mistyped(text, random.randint(1, parameters.most_wrong_letters), random)
            quirks.add("typing_errors")
        return text, self._reporter(callers, quirks)

    def _reporter(self, callers: list[str], quirks: set[str]) -> str:
        """Somebody new, somebody who has told of this before, or who has told of something else."""
        random, parameters = self._random, self._parameters
        if callers and random.random() < parameters.same_reporter_share:
            quirks.add("same_reporter")
            return random.choice(callers)
        others = [one for one in self._reporters[-200:] if one not in callers]
        if others and random.random() < parameters.busy_reporter_share:
            quirks.add("busy_reporter")
            reporter = random.choice(others)
        else:
            reporter = f"requests:1:{random.getrandbits(48):012x}"
            self._reporters.append(reporter)
        callers.append(reporter)
        return reporter

    def _later(
        self, happening: Happening, fact: Reported, appended_at: int, quirks: set[str]
    ) -> Iterator[tuple[int, Fact]]:
        """An update and a closing, of those that send them; a closing that overtakes its report, now and then."""
        random, parameters, system = self._random, self._parameters, SYSTEMS[fact.system]
        if system.updates and random.random() < parameters.updated_share:
            at = appended_at + self._minutes(UPDATED_AFTER_MINUTES)
            yield at, Updated(**later_word(fact, 2, at), urgency=fact.urgency)
        if not system.closes:
            return
        if random.random() < parameters.closed_first_share:
            quirks.add("closed_first")
            at = appended_at - self._seconds(CLOSED_BEFORE_SECONDS)
            yield at, SourceClosed(**later_word(fact, 3, at))
        elif random.random() < parameters.closed_share:
            at = max(appended_at + MINUTE, happening.ended_at) + self._minutes(CLOSED_AFTER_MINUTES)
            yield at, SourceClosed(**later_word(fact, 3, at))

    def _transferred(
        self, number: int, happening: Happening, told: Sequence[Telling], callers: list[str]
    ) -> Iterator[Telling]:
        """A call of 110 or 12345 is handed to the other, whose record names the first one's."""
        random, parameters = self._random, self._parameters
        is_shared = happening.kind.incident_class in TRANSFERRED_CLASSES
        if not is_shared or random.random() >= parameters.transferred_share:
            return
        start = HOTLINE if random.random() < parameters.from_hotline_share else POLICE
        firsts = [one for one in told if one.fact.system == start]
        if not firsts:
            return
        first, other = firsts[0], POLICE if start == HOTLINE else HOTLINE
        at = first.fact.recorded_at + self._minutes(parameters.transfer_minutes)
        true_class = happening.kind.incident_class
        says = true_class if true_class in SYSTEMS[other].classes else NO_CLASS
        second = self._tell(number, happening, Call(other, says, at), callers, first.fact.record_no)
        if second is not None:
            offered = Transferred(**later_word(first.fact, 9, at), to_system=other)
            yield replace(second, later=(*second.later, (max(at, first.appended_at + SECOND), offered)))

    def _as_often_as_written(self, telling: Telling) -> Iterator[Telling]:
        """The record itself, some of them sent twice, some written down twice under two numbers."""
        random, parameters = self._random, self._parameters
        if random.random() < parameters.repeated_share:
            again_at = telling.appended_at + self._seconds(AGAIN_AFTER_SECONDS)
            telling = replace(telling, again_at=again_at, quirks=telling.quirks | {"repeated"})
        yield telling
        if random.random() < parameters.written_twice_share:
            after = self._seconds(SECOND_RECORD_AFTER_SECONDS)
            record_no = self._record_no()
            identity = f"{telling.fact.system}:{record_no}:1"
            recorded_at = telling.fact.recorded_at + after
            fact = replace(
                telling.fact, id=identity, trace=identity, record_no=record_no, recorded_at=recorded_at,
                transferred_from=None,
            )  # fmt: skip
            quirks = telling.quirks - {"repeated", "closed_first", "transferred"} | {"written_twice"}
            yield replace(
                telling,
                fact=fact,
                appended_at=telling.appended_at + after,
                quirks=quirks,
                later=(),
                again_at=0,
                ended_at=telling.ended_at + after,
            )

    def _record_no(self) -> str:
        """A number of which nothing can be seen, not even what came before it."""
        while True:
            number = f"{self._random.randrange(DIGITS_OF_A_RECORD):010}"
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def _minutes(self, between: tuple[float, float]) -> int:
        return round(self._random.uniform(*between) * MINUTE)

    def _seconds(self, between: tuple[float, float]) -> int:
        return round(self._random.uniform(*between) * SECOND)


def _can_tell(system: str, happening: Happening) -> bool:
    """Whether a system knows such places at all."""
    known = SYSTEMS[system]
    return set(known.ways) != {"facility"} or happening.spot.kind in known.facilities
