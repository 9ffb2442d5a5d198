"""Plays a department's stories: every version of every record, at its moment, in the department's own words."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from connectors.catalogue import district_catalogue
from connectors.city.filling import Filler, Moment
from connectors.city.ground import Ground, Spot
from connectors.city.happenings import (
    HURRIED_SECONDS,
    OPENING_SECONDS,
    OVERWRITTEN_SECONDS,
    SECONDS_IN_A_DAY,
    Telling,
)
from connectors.city.rows import Envelope, HandOver, Play
from connectors.city.stories import Department, Step, Story
from connectors.contract import JOINED_BY, Contract
from connectors.systems import fleet

ENVELOPES: tuple[tuple[Envelope, float], ...] = (("structured", 0.6), ("binary", 0.3), ("batch", 0.1))
LATE_SHARE = 0.3
"""Of the hand-overs of a department whose people or devices are offline now and then: late."""
OWN_HAPPENINGS = 10_000_000
"""From here on happenings are numbered that one department alone knows of, apart for each department."""


class Version(NamedTuple):
    """One version of a record: when it was written (seconds of the play), by which step, the whole row."""

    written_at: float
    step: Step
    row: dict[str, Any]


class Records:
    """One department at work. `place` tells its numbers of happenings from those of the others."""

    def __init__(self, department: Department, play: Play, ground: Ground, place: int) -> None:
        self.department = department
        self.contract: Contract = fleet()[department.system].contract
        self._play = play
        self._spots = {story.places: ground.of(*story.places) for story in department.stories}
        self._random = play.random(department.system)
        self._filler = Filler(self.contract, play, ground.of("organisation"))
        overwrites = district_catalogue()[department.system].transport == "db_poll"
        self._hurried_seconds = OVERWRITTEN_SECONDS if overwrites else HURRIED_SECONDS
        self._own_happenings = OWN_HAPPENINGS * (place + 1)
        self._count = 0
        self._last_at: dict[str, float] = {}

    @property
    def rates(self) -> list[tuple[float, Story]]:
        """How many records a second each story brings of its own accord."""
        second = self._play.speed / SECONDS_IN_A_DAY
        return [(story.per_day * second, story) for story in self.department.stories if story.per_day]

    def tell(self, telling: Telling, also: Mapping[str, Any] | None = None) -> Iterator[HandOver]:
        """What the department writes of a happening it has heard of; `also` is what it was told with it."""
        incident_class = telling.happening.incident_class
        story = next(story for story in self.department.stories if incident_class in story.tells)
        fields = {**story.row, **story.tells[incident_class], **(also or {})}
        versions = self._versions(story, fields, telling.happening.spot, telling.at_seconds)
        return self._handed_over(story, versions, telling.happening.number)

    def begin(self, story: Story, at_seconds: float) -> Iterator[HandOver]:
        """A record of the department's own, at one of the story's places."""
        versions = self._versions(story, self._own_fields(story), self._spot(story), at_seconds)
        return self._handed_over(story, versions, self._own_happenings + self._count)

    def opening(self) -> Iterator[HandOver]:
        """What lies on its desk when the play begins: a record of each story, gone through all its steps."""
        for story in self.department.stories:
            at_seconds = self._random.uniform(*OPENING_SECONDS)
            versions = self._versions(story, self._own_fields(story), self._spot(story), at_seconds, hurried=True)
            yield from self._handed_over(story, versions, self._own_happenings + self._count)

    def _spot(self, story: Story) -> Spot:
        return self._random.choice(self._spots[story.places])

    def _own_fields(self, story: Story) -> dict[str, Any]:
        told = self._random.choice(list(story.tells.values())) if story.tells and not story.per_day else {}
        return {**story.row, **told}

    def _versions(
        self, story: Story, fields: Mapping[str, Any], spot: Spot, began: float, *, hurried: bool = False
    ) -> list[Version]:
        self._count += 1
        random, number = self._random, self._play.number(self.department.prefix, self._count)
        record_no = f"{self.department.prefix}{spot.place_code[-7:]}" if self._is_sensor else number
        unsaid = self._unsaid_place() if not hurried and random.random() < self.department.placed_later else {}
        row = {**self._filler.fixed(spot, began, record_no, random, whole=hurried), **drawn(fields, random)}
        versions: list[Version] = []
        at = max(began, self._last_at.get(self._record_no(row), -1.0) + 1) if self._in_place else began
        for step in story.steps:
            if versions:
                if not hurried and random.random() >= step.chance:
                    break
                # Text times count whole seconds, so a second version within one would be no version.
                hurry, usual = self._hurried_seconds, step.after_minutes
                waits = random.uniform(*hurry) if hurried else self._play.minutes(random, *usual)
                at += 1 + waits
            row = {**row, **self._filler.version(spot, Moment(len(versions) + 1, began, at), random)}
            row.update(drawn(step.row, random))
            versions.append(Version(at, step, row if versions else {**row, **unsaid}))
        if self._in_place:
            self._last_at[self._record_no(row)] = at
        return versions

    def _unsaid_place(self) -> dict[str, None]:
        """Every field that says where, left open."""
        where = self.contract.whereabouts
        names = {where.point, where.region, where.address, *where.place_codes} - {""}
        return {self.contract.item(name).source_field: None for name in sorted(names)}

    @property
    def _is_sensor(self) -> bool:
        """Whether a record is a reading of a device, known by the device and its instant."""
        return len(self.contract.record) > 1

    @property
    def _in_place(self) -> bool:
        """Whether a registered thing is the record, so that it comes again and again."""
        return not self._is_sensor and self.contract.record[0] in self.contract.whereabouts.place_codes

    def _handed_over(self, story: Story, versions: Sequence[Version], happening: int) -> Iterator[HandOver]:
        """The first version tells of the happening, if the story's records are reports."""
        random, department = self._random, self.department
        arrivals = [version.written_at for version in versions]
        if random.random() < department.out_of_order:
            arrivals.reverse()
        envelopes, weights = zip(*ENVELOPES, strict=True)
        for number, (version, arrival) in enumerate(zip(versions, arrivals, strict=True)):
            yield HandOver(
                at_seconds=arrival + self._lateness(random),
                system=department.system,
                record_no=self._record_no(version.row),
                version=JOINED_BY.join(str(version.row[field]) for field in self._fields(self.contract.version)),
                row=version.row,
                happening=happening if number == 0 and story.reports else 0,
                times=1 + (random.random() < department.twice),
                event_type=version.step.event_type,
                envelope=random.choices(envelopes, weights)[0] if version.step.event_type else "",
                replaces=number > 0 or self._in_place,
            )

    def _lateness(self, random: Random) -> float:
        if not self.department.late_minutes or random.random() >= LATE_SHARE:
            return 0.0
        return self._play.minutes(random, 0, self.department.late_minutes)

    def _record_no(self, row: Mapping[str, Any]) -> str:
        return JOINED_BY.join(str(row[field]) for field in self._fields(self.contract.record))

    def _fields(self, names: Sequence[str]) -> list[str]:
        return [self.contract.item(name).source_field for name in names]


def drawn(fields: Mapping[str, Any], random: Random) -> dict[str, Any]:
    """Fields with their values drawn."""
    return {name: value(random) if callable(value) else value for name, value in fields.items()}
