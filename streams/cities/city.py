"""A city's configuration under `ops/cities/<name>/`, read and checked as a whole: each fault with its file and line."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from streams.cities.calendar import CalendarRule, read_calendar
from streams.cities.calls import check_units_for_calls, read_calls, with_successors
from streams.cities.clocks import read_clocks
from streams.cities.endings import EndingGround, read_endings
from streams.cities.items import CallList, Ground, read_call_list
from streams.cities.joint import read_joint
from streams.cities.matching import MatchingGround, read_matching
from streams.cities.measures import MeasureGround, read_measures
from streams.cities.persons import read_persons
from streams.cities.recorders import read_recorders
from streams.cities.replies import read_routes
from streams.cities.requests import RequestGround, read_request_rules
from streams.cities.services import ServiceRule, read_services
from streams.cities.stages import StageGround, read_stages, times_of_stages
from streams.cities.supervision import read_supervision
from streams.cities.units import read_units
from streams.cities.warnings import read_warnings
from streams.facts.incidents import IncidentActRule
from streams.facts.joint import JointRule
from streams.facts.matching import Happening, Matching
from streams.facts.measures import MeasureRule
from streams.facts.person_access import PersonAccess, PersonActRule
from streams.facts.rules import (
    RULES_KEY,
    Call,
    ClockLimit,
    Ending,
    IncidentClass,
    Item,
    Ladder,
    OfficeHours,
    RecorderRole,
    ReplyRoute,
    RequestRule,
    Stages,
    Supervision,
    Unit,
)
from streams.facts.warnings import WarningRule
from streams.marked.csv_file import Row, read_rows
from streams.marked.form import Form, did_you_mean
from streams.marked.yaml_file import Fault, read_marked
from streams.rules.office_calendar import ALWAYS

CITIES = Path(__file__).resolve().parents[2] / "ops" / "cities"
PLACE_KINDS = (
    "road", "estate", "organisation", "storage", "manhole", "streetlight", "water_main", "bridge",
    "camera", "private_camera", "lift", "rented_house", "construction_site", "river_section", "road_section",
    "water_plant", "river_station", "air_station", "slope",
)  # fmt: skip
RECURRENCE_DAYS = range(31)
"""A closed incident is known for thirty days."""
PLACE_COLUMNS = ("place_code", "kind", "name", "address", "longitude", "latitude", "grid")
TOWN_DIGITS, GRID_DIGITS = 9, 15

Rule = (
    IncidentClass
    | Call
    | ClockLimit
    | Ending
    | RequestRule
    | Stages
    | Unit
    | Item
    | Ladder
    | Supervision
    | ServiceRule
    | ReplyRoute
    | CalendarRule
    | MeasureRule
    | JointRule
    | IncidentActRule
    | RecorderRole
    | Matching
    | Happening
    | PersonAccess
    | PersonActRule
    | WarningRule
)


class CityFaults(Exception):
    """The city's files are not right; `faults` has each one."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class City:
    """A city that has passed every check.

    `regions` names each district, town, village and grid by code (villages by their code alone).
    `rules` are the items processors go by, still without version and id; their `occurred_at` is the effective instant.
    `call_list` has the items once more, with what only people go by. `data_items` is how many the departments share.
    """

    code: str
    name: str
    effective_at: int
    regions: Mapping[str, str]
    rules: tuple[Rule, ...]
    call_list: CallList
    data_items: int


@dataclass(frozen=True)
class RegisteredPlace:
    """Where a facility, an estate, a road or an address of the register lies; degrees in CGCS2000, where known."""

    place_code: str
    grid: str
    longitude: float | None
    latitude: float | None


def read_city(folder: Path) -> City:
    """Read and check every file of a city; CityFaults with all that is wrong."""
    faults: list[Fault] = []
    head = Form("city", read_marked(folder / "city.yaml", faults), faults)
    code, name, effective_at, data_items = _read_head(head)
    towns, regions = _read_regions(folder, code, name, faults)
    classes = _read_classes(folder / "classes.yaml", effective_at, faults)
    units = read_units(folder / "units.yaml", regions, effective_at, faults)
    called = read_calls(folder / "calls.yaml", classes, effective_at, faults)
    calls = tuple(call for call, _ in called)
    calendar = read_calendar(folder / "calendar.yaml", effective_at, faults)
    calendars = {ALWAYS, *(rule.calendar for rule in calendar if isinstance(rule, OfficeHours))}
    clocks = read_clocks(
        folder / "clocks.yaml", calls, calendars, effective_at, faults, letters=any(unit.letter for unit in units)
    )
    stages = read_stages(folder / "stages.yaml", StageGround(calls, calendars), effective_at, faults)
    order_ground = EndingGround(calls, units, calendars, (*clocks, *times_of_stages(stages)))
    order_rules = _read_order_rules(folder, order_ground, effective_at, faults)
    check_units_for_calls(called, units, towns)
    ground = Ground(code, regions, tuple(towns), classes, calls, tuple(units))
    call_list = read_call_list(folder / "items.yaml", ground, effective_at, faults)
    measure_ground = MeasureGround(classes, tuple(units), tuple(clocks), tuple(calendars))
    incident_rules = _read_incident_rules(folder, measure_ground, effective_at, faults)
    supervision = read_supervision(folder / "supervision.yaml", call_list.ladders, calendars, effective_at, faults)
    if faults:
        raise CityFaults(sorted(faults))
    rules: tuple[Rule, ...] = (
        *classes.values(),
        *with_successors(calls, call_list),
        *clocks,
        *stages,
        *order_rules,
        *units,
        *call_list.items,
        *call_list.ladders,
        *supervision,
        *calendar,
        *incident_rules,
    )
    return City(code, name, effective_at, regions, rules, call_list, data_items)


def _read_incident_rules(folder: Path, ground: MeasureGround, effective_at: int, faults: list[Fault]) -> list[Rule]:
    """Under which levels incidents are dealt with, how reports of one are recognised, and what warnings explain."""
    matching_ground = MatchingGround(ground.classes, ground.units)
    return [
        *read_measures(folder / "modes.yaml", ground, effective_at, faults),
        *read_matching(folder / "matching.yaml", matching_ground, effective_at, faults),
        *read_warnings(folder / "warnings.yaml", ground.classes, effective_at, faults),
    ]


def _read_order_rules(folder: Path, ground: EndingGround, effective_at: int, faults: list[Fault]) -> list[Rule]:
    """What may become of an order: how it ends, what may be asked for on it, who is told, who may whistle."""
    endings, return_rules = read_endings(folder / "endings.yaml", ground, effective_at, faults)
    request_ground = RequestGround(ground.units, ground.calendars, ground.clocks)
    return [
        *endings,
        *return_rules,
        *read_request_rules(folder / "requests.yaml", request_ground, effective_at, faults),
        *read_recorders(folder / "recorders.yaml", ground.units, effective_at, faults),
        *read_routes(folder / "replies.yaml", effective_at, faults),
        *read_services(folder / "services.yaml", ground.units, ground.calendars, effective_at, faults),
        *read_persons(folder / "persons.yaml", {unit.unit for unit in ground.units}, effective_at, faults),
        *read_joint(folder / "joint.yaml", ground.units, ground.calendars, effective_at, faults),
    ]


def read_place(folder: Path, place_code: str) -> RegisteredPlace | None:
    """A place of the city's `places.csv` by its code; CityFaults where the file is not right."""
    faults: list[Fault] = []
    rows = [
        row for row in read_rows(folder / "places.csv", PLACE_COLUMNS, faults) if row.text("place_code") == place_code
    ]
    places = [
        RegisteredPlace(place_code, row.text("grid"), row.degrees("longitude", 180), row.degrees("latitude", 90))
        for row in rows
    ]
    if faults:
        raise CityFaults(sorted(faults))
    return places[0] if places else None


def _read_head(head: Form) -> tuple[str, str, int, int]:
    code, name = head.text("code"), head.text("name")
    if not (len(code) == 6 and code.isdigit()):
        head.fault(f"'code' must be 6 digits, not '{code}'", "code")
    head.text("parent")
    try:
        ZoneInfo(head.text("time_zone"))
    except (ZoneInfoNotFoundError, ValueError):
        head.fault("'time_zone' is no known time zone", "time_zone")
    effective_at = _instant(head, "effective_at")
    data_items = head.whole("data_items")
    head.done()
    return code, name, effective_at, data_items


def _instant(form: Form, key: str) -> int:
    value = form.text(key)
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        form.fault(f"'{key}' must be an instant with its offset, like 2025-01-01T00:00:00+08:00", key)
        return 0
    return int(instant.timestamp() * 1000)


def _read_regions(folder: Path, code: str, name: str, faults: list[Fault]) -> tuple[dict[str, Row], dict[str, str]]:
    """The towns, and the name of each region by its code."""
    towns = _read_towns(folder / "towns.csv", code, faults)
    grids = _read_grids(folder / "grids.csv", towns, faults)
    _check_places(folder / "places.csv", grids, faults)
    villages = {grid[:12]: grid[:12] for grid in grids}
    return towns, {code: name, **{town: row.fields["name"] for town, row in towns.items()}, **villages, **grids}


def _read_towns(path: Path, district: str, faults: list[Fault]) -> dict[str, Row]:
    towns: dict[str, Row] = {}
    for row in read_rows(path, ("town", "name", "longitude", "latitude", "grids"), faults):
        town = row.code("town", TOWN_DIGITS)
        if not town.startswith(district):
            row.fault(f"town {town} does not lie in district {district}")
        if town in towns:
            row.fault(f"town {town} stands here a second time, first in line {towns[town].line}")
        row.text("name")
        row.whole("grids")
        _check_point(row)
        towns[town] = row
    return towns


def _read_grids(path: Path, towns: Mapping[str, Row], faults: list[Fault]) -> dict[str, str]:
    grids: dict[str, str] = {}
    for row in read_rows(path, ("grid", "name", "longitude", "latitude"), faults):
        grid = row.code("grid", GRID_DIGITS)
        if grid[:TOWN_DIGITS] not in towns:
            row.fault(f"grid {grid} lies in no town of towns.csv")
        if grid in grids:
            row.fault(f"grid {grid} stands here a second time")
        _check_point(row)
        grids[grid] = row.text("name")
    found = Counter(grid[:TOWN_DIGITS] for grid in grids)
    for town, row in towns.items():
        if found[town] != row.whole("grids"):
            row.fault(f"town {town} should have {row.fields['grids']} grids, grids.csv has {found[town]}")
    return grids


def _check_places(path: Path, grids: Collection[str], faults: list[Fault]) -> None:
    first_lines: dict[str, int] = {}
    for row in read_rows(path, PLACE_COLUMNS, faults):
        code, kind = row.text("place_code"), row.text("kind")
        if first_lines.setdefault(code, row.line) != row.line:
            row.fault(f"place {code} stands here a second time, first in line {first_lines[code]}")
        if kind not in PLACE_KINDS:
            row.fault(f"unknown kind '{kind}'{did_you_mean(kind, PLACE_KINDS)}")
        if row.fields["grid"] not in grids:
            row.fault(f"place {code} lies in no grid of grids.csv")
        row.text("name")
        row.text("address")
        _check_point(row)


def _check_point(row: Row) -> None:
    row.degrees("longitude", 180)
    row.degrees("latitude", 90)


def _read_classes(path: Path, effective_at: int, faults: list[Fault]) -> dict[str, IncidentClass]:
    classes: dict[str, IncidentClass] = {}
    whole = Form(path.stem, read_marked(path, faults), faults)
    usual_sample = _amount(whole, "sampled_one_in")
    usual_days = whole.whole_within("recurrence_days", RECURRENCE_DAYS, 0)
    for incident_class, form in whole.each_once("classes", "incident_class", "class"):
        classes[incident_class] = IncidentClass(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            incident_class=incident_class,
            name=form.text("name"),
            radius_metres=_amount(form, "radius_metres"),
            window_seconds=_amount(form, "window_seconds"),
            dispatched=form.flag("dispatched", default=True),
            sampled_one_in=form.whole("sampled_one_in", usual_sample),
            confidential=form.flag("confidential", default=False),
            recurrence_days=form.whole_within("recurrence_days", RECURRENCE_DAYS, usual_days),
        )
    whole.done()
    return classes


def _amount(form: Form, key: str, least: int = 0) -> int:
    amount = form.whole(key)
    if form.has(key) and amount < least:
        form.fault(f"'{key}' must be at least {least}, not {amount}", key)
    return amount
