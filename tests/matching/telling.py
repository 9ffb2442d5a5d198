"""One telling of a happening, with the truth behind it; and what of it a matcher is given, step by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from streams.contract import Fact, replace
from streams.facts.incidents import Reported

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

POINT_WAYS = {
    "officer": "by_officer", "mobile": "by_mobile", "camera": "by_camera", "landmark": "by_landmark",
    "mast": "by_mast",
}  # fmt: skip
WAYS_OF_LOCATING = frozenset({*POINT_WAYS.values(), "by_facility"})
"""How the place is known where that is not odd in itself."""
QUIRKS = (
    *POINT_WAYS.values(), "by_facility", "place_only", "grid_only", "town_only", "neighbouring_grid", "wrong_town",
    "own_class", "class_within", "class_outside", "typing_errors", "late", "closed_first", "repeated", "written_twice",
    "transferred", "same_reporter", "busy_reporter", "flood_evening", "close_pair", "recurring", "many_readings",
)  # fmt: skip
"""What can be odd about a report, or about the happening it tells of (the last four); each is recorded."""


@dataclass(frozen=True)
class Step:
    """What a matcher learns at an instant: a fact of the log, or that the work on a record's incident is done.

    `ended` is a record; where the matcher has its incident in dispatch's hands, that is closed then, as dispatch says
    it by `incidents.Progressed`. Each record ends at an instant of its own, so that none tells which belong together.
    """

    at: int
    fact: Fact | None = None
    ended: str = ""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A report with its truth: `incident` is the true number, `quirks` are what is odd about it.

    `text` is what was said; the fact carries `words` of it. `later` is what the department says of the record after it.
    `again_at` is when the same record comes once more, `ended_at` when the work on it is done; 0: never.
    """

    incident: int
    fact: Reported
    appended_at: int
    quirks: frozenset[str]
    text: str = ""
    later: tuple[tuple[int, Fact], ...] = ()
    again_at: int = 0
    ended_at: int = 0

    @property
    def record(self) -> str:
        """`<system>/<record_no>`, by which a matcher's answer is found."""
        return f"{self.fact.system}/{self.fact.record_no}"


@dataclass(frozen=True, kw_only=True)
class TrueIncident:
    """What really happened. `situation` names what makes it hard."""

    number: int
    kind: str
    incident_class: str
    longitude: float
    latitude: float
    began_at: int
    ended_at: int
    is_life_threatening: bool
    situation: frozenset[str] = frozenset()
    why: str = ""


@dataclass(frozen=True)
class Truth:
    """What happened and what was told of it, in the order in which it was appended."""

    incidents: Sequence[TrueIncident]
    tellings: Sequence[Telling]

    @property
    def life_threatening(self) -> frozenset[int]:
        """The numbers of the incidents that threaten lives."""
        return frozenset(incident.number for incident in self.incidents if incident.is_life_threatening)

    def steps(self) -> list[Step]:
        """What a matcher is given, in order; nothing of it says what is true."""
        steps = [step for telling in self.tellings for step in _steps_of(telling)]
        return sorted(steps, key=lambda step: step.at)


def _steps_of(telling: Telling) -> Iterable[Step]:
    yield Step(telling.appended_at, telling.fact)
    if telling.again_at:
        yield Step(telling.again_at, replace(telling.fact, id=f"{telling.fact.id}:again"))
    for at, fact in telling.later:
        yield Step(at, fact)
    if telling.ended_at > telling.appended_at:
        yield Step(telling.ended_at, ended=telling.record)
