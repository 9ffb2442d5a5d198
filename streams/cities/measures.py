"""A city's `modes.yaml`: levels of alert and what else may be ordered beside the everyday rules, read and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from streams.cities.authorities import read_authorities
from streams.cities.clocks import KINDS, URGENCIES
from streams.cities.incident_acts import read_incident_acts
from streams.cities.limits import read_limit
from streams.facts.incidents import IncidentActRule
from streams.facts.measures import Effect, HastenedTime, Level, MeasureKind, MeasureRule
from streams.facts.rules import RULES_KEY, ClockLimit, IncidentClass, Limit, Unit
from streams.facts.vocabulary import ClockKind, Urgency
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked
from streams.rules.office_calendar import ALWAYS

LEVELS: tuple[Level, ...] = get_args(Level)
ACTS: tuple[MeasureKind, ...] = ("raise_urgency", "lower_urgency", "outage", "seal")
PERCENT = range(1, 100)
REACTION_MINUTES = range(1, 241)
REVIEW_HOURS = range(1, 169)
HIT_PERCENT = range(1, 101)


@dataclass(frozen=True)
class MeasureGround:
    """What measures stand on: the city's other rules and the calendars by name."""

    classes: Mapping[str, IncidentClass]
    units: tuple[Unit, ...]
    clocks: tuple[ClockLimit, ...]
    calendars: tuple[str, ...]


def read_measures(
    path: Path, ground: MeasureGround, effective_at: int, faults: list[Fault]
) -> list[MeasureRule | IncidentActRule]:
    """Every level and act of the file; what is wrong goes to `faults`."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    reading = _Measures(whole, ground, effective_at)
    measures: list[MeasureRule | IncidentActRule] = [*reading.levels(), *reading.acts(), *reading.incident_acts()]
    whole.done()
    return measures


class _Measures:
    """Reads the measures one by one, each with all that is wrong in it."""

    def __init__(self, whole: Form, ground: MeasureGround, effective_at: int) -> None:
        self._whole = whole
        self._ground = ground
        self._effective_at = effective_at
        self._document = whole.text("document")
        self._kinds = tuple(sorted({unit.unit_kind for unit in ground.units}))
        self._units = tuple(unit.unit for unit in ground.units)
        self._timed = {(one.urgency, one.kind) for one in ground.clocks}
        dispatched = [name for name, rule in ground.classes.items() if rule.dispatched]
        families = whole.form("families")
        self._families = {name: families.names(name, dispatched, "dispatched class") for name in families.items}

    def levels(self) -> Iterator[MeasureRule]:
        """The levels, each there once, none with less time to react than a higher one."""
        least: dict[MeasureKind, int] = {}
        for level, form in self._whole.one_for_each("levels", "level", LEVELS, "level"):
            reaction = form.whole_within("reaction_minutes", REACTION_MINUTES, 0)
            review = form.whole_within("review_hours", REVIEW_HOURS, 0)
            self._need(form, "reaction_minutes", "review_hours")
            if any(LEVELS.index(level) > LEVELS.index(other) and reaction < known for other, known in least.items()):
                form.fault(f"level {level} leaves less time to react than a higher one", "reaction_minutes")
            least[level] = reaction
            yield self._rule(form, level, reaction=reaction, review=review, effects=tuple(self._effects(form)))

    def acts(self) -> Iterator[MeasureRule]:
        """What else may be ordered, each once."""
        for act, form in self._whole.one_for_each("acts", "act", ACTS, "act"):
            hit = form.whole_within("hit_percent", HIT_PERCENT, 0) if act == "outage" else 0
            if act == "outage":
                self._need(form, "hit_percent")
            yield self._rule(form, act, hit=hit)

    def incident_acts(self) -> Iterator[IncidentActRule]:
        """What may be decided about incidents, each act once."""
        return read_incident_acts(self._whole, self._units, self._document, self._effective_at)

    def _rule(
        self,
        form: Form,
        measure: MeasureKind,
        *,
        reaction: int = 0,
        review: int = 0,
        hit: int = 0,
        effects: tuple[Effect, ...] = (),
    ) -> MeasureRule:
        return MeasureRule(
            key=RULES_KEY,
            occurred_at=self._effective_at,
            version="",
            measure=measure,
            name=form.text("name"),
            ordered_by=tuple(read_authorities(form, self._units)),
            reaction_minutes=reaction,
            review_hours=review,
            hit_percent=hit,
            effects=effects,
            document=form.text("document", self._document),
        )

    def _effects(self, level: Form) -> Iterator[Effect]:
        taken: set[str] = set()
        for form in level.listed("effects", "effect"):
            families = form.names("families", self._families, "family")
            classes = tuple(name for family in families for name in self._families.get(family, ()))
            for name in sorted(taken.intersection(classes)):
                form.fault(f"'{name}' stands in two effects of one level", "families")
            taken.update(classes)
            effect = Effect(
                classes=classes,
                around_the_clock=form.flag("around_the_clock", default=False),
                also_called=form.names("also_called", self._kinds, "kind of unit", ()),
                times=tuple(self._times(form)),
            )
            if not (effect.around_the_clock or effect.also_called or effect.times):
                form.fault("changes nothing", "families")
            form.done()
            yield effect

    def _times(self, effect: Form) -> Iterator[HastenedTime]:
        known: set[tuple[Urgency, ClockKind]] = set()
        for form in effect.listed("times", "time") if effect.has("times") else ():
            urgency = form.choice("urgency", URGENCIES, "urgency")
            named = form.names("kinds", KINDS, "kind of clock")
            percent, limit = self._percent_or_limit(form)
            for kind in (kind for kind in KINDS if kind in named):
                if (urgency, kind) in known:
                    form.fault(f"{urgency}, {kind} stands here a second time", "kinds")
                if (urgency, kind) not in self._timed:
                    form.fault(f"there is no time to {kind} for {urgency} that could be hastened", "kinds")
                known.add((urgency, kind))
                yield HastenedTime(urgency=urgency, kind=kind, percent=percent, limit=limit)

    def _percent_or_limit(self, form: Form) -> tuple[int | None, Limit | None]:
        if form.has("percent"):
            percent = form.whole_within("percent", PERCENT, 0)
            form.done()
            return percent, None
        document = form.text("document", self._document)
        limit, calendar = read_limit(form, (ALWAYS, *self._ground.calendars))
        return None, Limit(**vars(limit), calendar=calendar, document=document)

    def _need(self, form: Form, *keys: str) -> None:
        for key in keys:
            if not form.has(key):
                form.fault(f"'{key}' is missing")
