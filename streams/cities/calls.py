"""A city's `calls.yaml`: who is called for what, who assists them, what clocks such an order goes without."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, get_args

from streams.cities.clocks import COMPLEXITIES, URGENCIES
from streams.cities.items import CallList
from streams.facts.rules import RULES_KEY, Call, IncidentClass, LadderStep, LeftOut, Unit
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

LEFT_OUT: tuple[LeftOut, ...] = get_args(LeftOut)


class _Team(NamedTuple):
    """Kinds of units that assist together (联动): always, and once reports come from a second town."""

    name: str | None
    assisting: tuple[str, ...]
    across: tuple[str, ...]


NO_TEAM = _Team(None, (), ())


def read_calls(
    path: Path, classes: Mapping[str, IncidentClass], effective_at: int, faults: list[Fault]
) -> list[tuple[Call, Form]]:
    """Every call, with the form that it stands in."""
    calls: dict[tuple[str, str], tuple[Call, Form]] = {}
    whole = Form(path.stem, read_marked(path, faults), faults)
    document = whole.text("document")
    dispatched = [name for name, rule in classes.items() if rule.dispatched]
    teams = _read_teams(whole)
    for form in whole.listed("calls", "call"):
        team = teams.get(form.one_of("team", tuple(teams), "team"), NO_TEAM) if form.has("team") else NO_TEAM
        call = Call(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            document=form.text("document", document),
            incident_class=form.one_of("incident_class", dispatched, "dispatched class"),
            urgency=form.choice("urgency", URGENCIES, "urgency"),
            unit_kind=form.text("unit_kind"),
            complexity=form.choice("complexity", COMPLEXITIES, "complexity"),
            team=team.name,
            assisting=team.assisting,
            assisting_across=team.across,
            without=_left_out(form),
        )
        if call.unit_kind in (*call.assisting, *call.assisting_across):
            form.fault(f"'{call.unit_kind}' leads and cannot assist itself", "team")
        if (call.incident_class, call.urgency) in calls:
            form.fault(f"{call.incident_class}, {call.urgency} stands here a second time")
        form.done()
        calls[call.incident_class, call.urgency] = call, form
    for name in dispatched:
        for urgency in URGENCIES:
            if (name, urgency) not in calls:
                whole.fault(f"nobody is called for {name}, {urgency}", "calls")
    whole.done()
    return list(calls.values())


def _read_teams(whole: Form) -> dict[str, _Team]:
    teams: dict[str, _Team] = {}
    for form in whole.listed("teams", "team") if whole.has("teams") else ():
        name = form.text("team")
        if name in teams:
            form.fault(f"{name} stands here a second time", "team")
        teams[name] = _Team(form.text("name"), form.names("assisting", default=()), form.names("across", default=()))
        if not (teams[name].assisting or teams[name].across):
            form.fault("nobody assists in this team", "team")
        form.done()
    return teams


def with_successors(calls: tuple[Call, ...], call_list: CallList) -> tuple[Call, ...]:
    """Each call with who leads where its own kind is complained of (回避): the kinds above it on the area's ladder.

    A kind that does not stand on that ladder is of a line of business: the district's kinds lead instead.
    """
    ladders = {ladder.ladder: ladder for ladder in call_list.ladders}
    named = {item.incident_class: item.area_ladder for item in call_list.items}
    usual = call_list.ladders[0].ladder if call_list.ladders else ""
    found = []
    for call in calls:
        ladder = ladders.get(named.get(call.incident_class, usual))
        steps = ladder.steps if ladder else ()
        kinds = [step.unit_kind for step in steps]
        above = kinds[kinds.index(call.unit_kind) + 1 :] if call.unit_kind in kinds else _of_district(steps)
        found.append(replace(call, instead=tuple(above)))
    return tuple(found)


def _left_out(form: Form) -> tuple[LeftOut, ...]:
    named = form.names("without", LEFT_OUT, "kind of clock that a call may go without", default=())
    return tuple(kind for kind in LEFT_OUT if kind in named)


def _of_district(steps: Iterable[LadderStep]) -> list[str]:
    return [step.unit_kind for step in steps if step.tier in ("district", "leader")]


def check_units_for_calls(calls: list[tuple[Call, Form]], units: list[Unit], towns: Collection[str]) -> None:
    """Whatever is called for must be there in every town: no incident may find nobody."""
    first_calls = {call.unit_kind: form for call, form in reversed(calls)}
    for call, form in calls:
        for kind in (*call.assisting, *call.assisting_across):
            if kind not in {unit.unit_kind for unit in units}:
                form.fault(f"no unit of kind '{kind}' can assist", "team")
    for kind, form in first_calls.items():
        regions = tuple(unit.region for unit in units if unit.unit_kind == kind)
        missing = [town for town in sorted(towns) if not town.startswith(regions)]
        if missing:
            form.fault(f"no unit of kind '{kind}' answers for {_some(missing)}", "unit_kind")


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
