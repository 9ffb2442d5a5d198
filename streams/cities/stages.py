"""Cases that are dealt with in stages (分段时限), `stages.yaml`: read and checked, each fault with its line."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from streams.cities.clocks import URGENCIES
from streams.cities.limits import read_limit
from streams.facts.rules import RULES_KEY, Call, ClockLimit, Limit, Stage, Stages, TimeUnit
from streams.facts.vocabulary import CountedFrom, Urgency
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

COUNTED_FROM: tuple[CountedFrom, ...] = get_args(CountedFrom)
FEWEST = 2
"""One stage is no more than a time to resolve."""
MINUTES: dict[TimeUnit, int] = {
    "minute": 1, "hour": 60, "office_hour": 252, "office_day": 2_016, "natural_day": 1_440, "month": 43_800,
}  # fmt: skip
"""How long a unit lasts by and large: eight office hours make an office day, five office days a week."""


@dataclass(frozen=True)
class StageGround:
    """What the file stands on: who is called for what, and the city's calendars."""

    calls: Iterable[Call]
    calendars: Collection[str]


def read_stages(path: Path, ground: StageGround, effective_at: int, faults: list[Fault]) -> list[Stages]:
    """The stages of each class and urgency that the file names; one line may be for several urgencies."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    document = whole.text("document")
    called = sorted({call.incident_class for call in ground.calls})
    found: dict[tuple[str, Urgency], Stages] = {}
    for form in whole.listed("cases", "case"):
        incident_class = form.one_of("incident_class", called, "class that somebody is called for")
        rests_on = form.text("document", document)
        urgencies = form.names("urgencies", URGENCIES, "urgency")
        stages = _read_stages(form, ground.calendars, rests_on)
        reply = _limit(form, "reply", ground.calendars, rests_on)
        for fault, key in _faults(stages, reply):
            form.fault(fault, key)
        if not urgencies:
            form.fault("'urgencies' names none", "urgencies")
        for urgency in URGENCIES:
            if urgency not in urgencies:
                continue
            if (incident_class, urgency) in found:
                form.fault(f"{incident_class}, {urgency} stands here a second time", "urgencies")
            found[incident_class, urgency] = Stages(
                key=RULES_KEY,
                occurred_at=effective_at,
                version="",
                incident_class=incident_class,
                urgency=urgency,
                stages=stages,
                reply=reply,
                document=rests_on,
            )
        form.done()
    whole.done()
    return list(found.values())


def times_of_stages(found: Iterable[Stages]) -> Iterator[ClockLimit]:
    """Each time that a stage has, as other files ask for the times of clocks."""
    for one in found:
        for stage in one.stages:
            yield ClockLimit(
                key=RULES_KEY,
                occurred_at=one.occurred_at,
                version="",
                urgency=one.urgency,
                complexity="any",
                kind="stage",
                limit=stage.limit,
            )


def _read_stages(whole: Form, calendars: Collection[str], document: str) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    for form in whole.listed("stages", "stage"):
        code, name = form.text("stage"), form.text("name")
        counted_from = form.choice("counted_from", COUNTED_FROM, "beginning of a stage's time")
        rests_on = form.text("document", document)
        limit, calendar = read_limit(form, calendars)
        if code in {one.stage for one in stages}:
            form.fault(f"{code} stands here a second time", "stage")
        if name in {one.name for one in stages}:
            form.fault(f"{name} stands here a second time", "name")
        if not stages and counted_from == "stage_before":
            form.fault("the first stage has none before it: it counts from the filing", "counted_from")
        told = Limit(**vars(limit), calendar=calendar, document=rests_on)
        stages.append(Stage(stage=code, name=name, counted_from=counted_from, limit=told))
    return tuple(stages)


def _limit(form: Form, key: str, calendars: Collection[str], document: str) -> Limit:
    if not form.has(key):
        form.fault(f"'{key}' is missing")
        return Limit(
            amount=0, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="", document=document
        )
    limit, calendar = read_limit(form.form(key), calendars)
    return Limit(**vars(limit), calendar=calendar, document=document)


def _faults(stages: tuple[Stage, ...], reply: Limit) -> Iterator[tuple[str, str]]:
    """What cannot be meant by the stages of a case together, and the key that it stands under."""
    if len(stages) < FEWEST:
        yield f"a case in stages has at least {FEWEST}", "stages"
    ends_minutes = 0
    for before, stage in zip((None, *stages), stages, strict=False):
        own_minutes = stage.limit.amount * MINUTES[stage.limit.unit]
        if before is None or stage.counted_from == "stage_before":
            ends_minutes += own_minutes
            continue
        if own_minutes <= ends_minutes:
            yield f"{stage.stage}, counted from the filing, would be due before {before.stage} is", "stages"
        ends_minutes = max(ends_minutes, own_minutes)
    if reply.amount and reply.amount * MINUTES[reply.unit] < ends_minutes:
        yield "'reply' would be due before the last stage is", "reply"
