"""How orders of a city end and come back, `endings.yaml`: read and checked, each fault with its line."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from streams.cities.clocks import URGENCIES
from streams.cities.limits import read_limit
from streams.cities.returns import read_returns
from streams.facts.rules import RULES_KEY, Apart, Call, ClockLimit, Ending, Limit, RequestRule, Unit
from streams.facts.vocabulary import Urgency
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

APART: tuple[Apart, ...] = get_args(Apart)
REOPEN_DAYS = range(31)
"""A closed matter is kept for thirty days."""

RETURNS = range(10)


@dataclass(frozen=True)
class EndingGround:
    """What the file stands on: the city's calls, units, calendars and clocks."""

    calls: Iterable[Call]
    units: Iterable[Unit]
    calendars: Collection[str]
    clocks: Iterable[ClockLimit]


def read_endings(
    path: Path, ground: EndingGround, effective_at: int, faults: list[Fault]
) -> tuple[list[Ending], list[RequestRule]]:
    """How orders end, for each urgency, and who decides that one is returned.

    What the file says above its lines holds unless a line says otherwise.
    """
    whole = Form(path.stem, read_marked(path, faults), faults)
    common = _ending(URGENCIES[0], whole, ground, None, effective_at)
    returns = read_returns(whole, common.centre, ground)
    endings: list[Ending] = []
    requests: list[RequestRule] = []
    for urgency, form in whole.one_for_each("endings", "urgency", URGENCIES, "ending"):
        ending = _ending(urgency, form, ground, common, effective_at)
        endings.append(ending)
        if ending.verified_classes and not _has_verify_clock(ending, ground):
            form.fault(f"results are verified, but clocks.yaml has no time to verify for {ending.urgency}", "verified")
        if ending.return_limit is not None:
            decide_within = _limit(form, "decide", ground.calendars, ending.document)
            requests += returns.rules(ending, decide_within, effective_at)
    whole.done()
    return endings, requests


def _ending(urgency: Urgency, form: Form, ground: EndingGround, common: Ending | None, effective_at: int) -> Ending:
    """One line of the file, or what holds for all of them where `common` is None."""
    kinds = sorted({unit.unit_kind for unit in ground.units})
    classes = sorted({call.incident_class for call in ground.calls})
    document = form.text("document", common.document if common else None)
    return Ending(
        key=RULES_KEY,
        occurred_at=effective_at,
        version="",
        urgency=urgency,
        verified_classes=_names(form, "verified", classes, "called class", common.verified_classes if common else None),
        verifiers=_names(form, "verifiers", kinds, "kind of unit", common.verifiers if common else None),
        apart=form.choice("apart", APART, "way to be apart", common.apart if common else None),
        centre=form.one_of("centre", kinds, "kind of unit", common.centre if common else None),
        reopen_days=form.whole_within("reopen_days", REOPEN_DAYS, common.reopen_days if common else 0),
        return_limit=_limit(form, "return", ground.calendars, document) if common and form.has("return") else None,
        most_returns=form.whole_within("most_returns", RETURNS, common.most_returns if common else 0),
        document=document,
    )


def _names(form: Form, key: str, known: list[str], what: str, common: tuple[str, ...] | None) -> tuple[str, ...]:
    """What the line names itself; as above where it does not."""
    if common is not None and not form.has(key):
        return common
    return form.names(key, known, what)


def _limit(form: Form, key: str, calendars: Collection[str], document: str) -> Limit:
    limit, calendar = read_limit(form.form(key), calendars)
    return Limit(**vars(limit), calendar=calendar, document=document)


def _has_verify_clock(ending: Ending, ground: EndingGround) -> bool:
    return any(clock.urgency == ending.urgency and clock.kind == "verify" for clock in ground.clocks)
