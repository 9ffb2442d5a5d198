"""A city is configuration: its files are checked as a whole, and every fault is shown where it stands."""

import importlib.util
from calendar import isleap
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from connectors.catalogue import load_catalogue
from streams.cities.city import CITIES, City, read_city
from streams.durations import SECOND_MILLISECONDS
from streams.facts.rules import Call, Day, IncidentClass, OfficeHours, Unit, Year
from streams.rules.calendar import BEIJING
from streams.rules.office_calendar import day_of, office_calendar
from tests.hechuan import HECHUAN, expect_fault, faults_of, spoil


def test_hechuan_has_thirty_towns_and_every_one_of_its_grids(hechuan: City) -> None:
    tiers = [len(region) for region in hechuan.regions]
    assert (tiers.count(6), tiers.count(9), tiers.count(15)) == (1, 30, 3633)
    assert all(region.startswith("500117") for region in hechuan.regions)


def test_hechuan_counts_its_blind_spots_against_the_items_of_its_catalogue(hechuan: City) -> None:
    assert hechuan.data_items == sum(len(system.items) for system in load_catalogue().values()) == 356


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_calendar_is_the_one_that_the_state_council_published(hechuan: City, year: int) -> None:
    days = {rule.date: rule.kind for rule in hechuan.rules if isinstance(rule, Day) and rule.date.startswith(str(year))}
    dates = [date(year, 1, 1) + timedelta(days=number) for number in range(365 + isleap(year))]
    for each in dates:
        kind = days.get(f"{each:%Y%m%d}")
        is_off = kind == "holiday" or (kind is None and each.weekday() >= 5)
        assert is_off == chinese_calendar.is_holiday(each), each
    assert len(days) > 30


def test_the_notices_of_two_years_are_out_and_the_third_is_awaited(hechuan: City) -> None:
    documents = {rule.year: rule.document for rule in hechuan.rules if isinstance(rule, Year)}
    assert documents == {
        2025: "国务院办公厅关于2025年部分节假日安排的通知(国办发明电〔2024〕12号)",
        2026: "国务院办公厅关于2026年部分节假日安排的通知(国办发明电〔2025〕7号)",
    }
    assert all(rule.document == documents[int(rule.date[:4])] for rule in hechuan.rules if isinstance(rule, Day))


def test_offices_break_at_noon_and_windows_do_not(hechuan: City) -> None:
    openings = {
        rule.calendar: [(opening.opens_minutes, opening.closes_minutes) for opening in rule.openings]
        for rule in hechuan.rules
        if isinstance(rule, OfficeHours)
    }
    assert openings == {"office": [(540, 720), (840, 1080)], "window": [(540, 1020)]}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('last: "2026-01-03"', 'last: "2025-12-31"', "a holiday has 1 to 15 days, not 0"),
        ('last: "2026-01-03"', 'last: "2026-03-03"', "a holiday has 1 to 15 days, not 62"),
        ('first: "2026-01-01"', "first: 元旦", """'first' must be a date like "2026-10-01\""""),
        ('date: "2026-01-04"', 'date: "2026-01-05"', "2026-01-05 is a working day by its weekday"),
        ('date: "2026-01-04"', 'date: "2026-01-03"', "2026-01-03 stands here a second time"),
        ("working_days:", "worked_days:", "worked_days"),
        ("holidays:", "holiday:", "year: 'holidays' is missing"),
        ("  - year: 2025", "  - year: 1025", "'year' must be from 2000 to 2099, not 1025"),
        ("  - year: 2025", "  - year: 一", "'year' must be a whole number"),
        ("  - year: 2025", "  - provisional: false", "'year' is missing"),
        ("  - year: 2026", "  - year: 2025", "2025 stands here a second time"),
        ("years:", "years: none", "cannot be parsed"),
        ('date: "2026-01-04"', 'date: "2027-01-02"', "2027-01-02 is no day that the notice of 2026 sets"),
        ('first: "2026-01-01"', 'first: "2025-12-24"', "2025-12-24 is no day that the notice of 2026 sets"),
        ("    provisional: true", "    provisional: true\n    holidays: []", "unknown key 'holidays'"),
        ("    provisional: true", "    provisional: maybe", "'provisional' must be true or false"),
        ("calendar: window", "calendar: office", "calendar 'office' stands here a second time"),
        ("calendar: window", "calendar: always", "calendar 'always' is there without a line: it never closes"),
        ('"14:00-18:00"', '"11:00-18:00"', "'11:00-18:00' begins before the span ahead of it ends"),
        ('"14:00-18:00"', '"18:00-14:00"', "'18:00-14:00' ends before it begins"),
        ('"14:00-18:00"', '"14:00-14:00"', "'14:00-14:00' ends before it begins"),
        ('"14:00-18:00"', '"2pm"', """'2pm' must be opening hours like "09:00-12:00\""""),
        ('"14:00-18:00"', '"14:00-24:01"', """'14:00-24:01' must be opening hours like "09:00-12:00\""""),
        ('["09:00-17:00"]', "[]", "'hours' has no span; the calendar that never closes is 'always'"),
        ("office_hours:", "opening_hours:", "'office_hours' is missing"),
    ],
)
def test_a_wrong_day_of_the_calendar_is_said_where_it_stands(copy: Path, before: str, after: str, said: str) -> None:
    expect_fault(copy / "calendar.yaml", before, after, said)


def test_new_years_holiday_may_begin_in_the_old_year(copy: Path) -> None:
    spoil(copy / "calendar.yaml", 'first: "2026-01-01"', 'first: "2025-12-31"')
    spoil(copy / "calendar.yaml", '"14:00-18:00"', '"14:00-24:00"')
    rules = read_city(copy).rules
    days = [rule for rule in rules if isinstance(rule, Day)]
    years = [rule for rule in rules if isinstance(rule, Year)]
    office = next(rule for rule in rules if isinstance(rule, OfficeHours))
    calendar = office_calendar(office, days, years)
    new_years_eve = day_of(int(datetime(2025, 12, 31, 12, tzinfo=BEIJING).timestamp()) * SECOND_MILLISECONDS)
    assert not calendar.is_office_day(new_years_eve)
    assert calendar.is_office_day(new_years_eve - 1)
    assert calendar.hours == ((540, 720), (840, 1440))


def test_every_region_rolls_up_by_its_prefix(hechuan: City) -> None:
    for region in hechuan.regions:
        assert region[:6] in hechuan.regions
        assert region[: min(len(region), 9)] in hechuan.regions
        assert region[: min(len(region), 12)] in hechuan.regions


def test_a_dispatched_class_has_a_call_for_each_urgency_and_a_unit_in_each_town(hechuan: City) -> None:
    calls = [rule for rule in hechuan.rules if isinstance(rule, Call)]
    units = [rule for rule in hechuan.rules if isinstance(rule, Unit)]
    dispatched = [rule for rule in hechuan.rules if isinstance(rule, IncidentClass) and rule.dispatched]
    assert len(calls) == 3 * len(dispatched)
    towns = [region for region in hechuan.regions if len(region) == 9]
    for call in calls:
        answering = tuple(unit.region for unit in units if unit.unit_kind == call.unit_kind)
        assert all(town.startswith(answering) for town in towns)


def test_police_fire_and_ambulance_are_never_called_by_the_hub(hechuan: City) -> None:
    kinds = {rule.unit_kind for rule in hechuan.rules if isinstance(rule, Call)}
    assert not any(word in kind for kind in kinds for word in ("police", "fire", "ambulance"))


def test_the_synthetic_files_are_what_the_generator_draws(tmp_path: Path) -> None:
    specification = importlib.util.spec_from_file_location("synthesise", CITIES / "synthesise.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.synthesise(HECHUAN, tmp_path)
    for name in ("grids.csv", "places.csv"):
        assert (tmp_path / name).read_bytes() == (HECHUAN / name).read_bytes()


def test_all_faults_of_all_files_are_shown_with_file_and_line(copy: Path) -> None:
    spoil(copy / "city.yaml", "+08:00", "")
    spoil(copy / "towns.csv", "500117003,", "500118003,")
    spoil(copy / "grids.csv", "106.2628,29.993\n", "106.2628,129.993\n")
    spoil(copy / "places.csv", "RD00102,road", "RD00101,raod")
    spoil(copy / "classes.yaml", "radius_metres: 300", "radius_metres: -300")
    spoil(copy / "units.yaml", 'region: "500117001"', 'region: "500117999"')
    spoil(copy / "calls.yaml", "unit_kind: water_utility, complexity", "unit_kind: water_board, complexity")
    spoil(copy / "calls.yaml", "incident_class: flooding, urgency: urgent", "incident_class: flood, urgency: soon")

    faults = faults_of(copy)

    assert any(fault.startswith("city.yaml:7: city: 'effective_at' must be an instant") for fault in faults)
    assert "towns.csv:6: town 500118003 does not lie in district 500117" in faults
    assert "grids.csv:3: latitude must be between -90 and 90 degrees, not '129.993'" in faults
    assert "places.csv:4: place RD00101 stands here a second time, first in line 3" in faults
    assert "places.csv:4: unknown kind 'raod'; did you mean 'road'?" in faults
    assert "classes.yaml:10: class: 'radius_metres' must be at least 0, not -300" in faults
    assert "units.yaml:55: unit: region '500117999' is no region of this city" in faults
    assert any(fault.startswith("calls.yaml:14: call: no unit of kind 'water_board' answers for") for fault in faults)
    assert "calls.yaml:18: call: unknown dispatched class 'flood'; did you mean 'flooding'?" in faults
    assert any(fault.startswith("calls.yaml:18: call: unknown urgency 'soon'") for fault in faults)
    assert "calls.yaml:10: calls: nobody is called for flooding, urgent" in faults


def test_a_town_that_lost_a_grid_is_a_fault_of_that_town(copy: Path) -> None:
    spoil(copy / "grids.csv", "500117001001001,合阳城01村社区01网格,106.2628,29.993\n", "")
    assert "towns.csv:4: town 500117001 should have 280 grids, grids.csv has 279" in faults_of(copy)


def test_a_town_without_a_unit_of_a_kind_that_is_called_is_a_fault(copy: Path) -> None:
    spoil(copy / "units.yaml", 'town_centre, region: "500117001"', 'town_hall, region: "500117001"')
    assert [fault for fault in faults_of(copy) if "no unit of kind 'town_centre' answers for 500117001" in fault]


def test_a_webhook_with_a_password_in_it_is_refused(copy: Path) -> None:
    spoil(copy / "units.yaml", 'webhook, address: "secret:webhook"', 'webhook, address: "ftp://u:p@example.org"')
    (fault,) = faults_of(copy)
    assert fault.endswith("the address of 'webhook' must begin with secret: or https:// or http://127.0.0.1:")


def test_missing_and_broken_files_are_said_too(copy: Path) -> None:
    (copy / "places.csv").unlink()
    (copy / "units.yaml").write_text("units: [", encoding="utf-8")
    (copy / "grids.csv").write_bytes(b"\xff\xfe")
    faults = faults_of(copy)
    assert any(fault.startswith("places.csv: cannot be read") for fault in faults)
    assert any(fault.startswith("units.yaml:") and "cannot be parsed" in fault for fault in faults)
    assert any(fault.startswith("grids.csv: cannot be read") for fault in faults)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("kind: assign, amount: 3", "kind: assign, amount: 0", "'amount' must be from 1 to"),
        ("kind: assign, amount: 3, unit: minute", "kind: assign, amount: 3, unit: minutes", "did you mean 'minute'?"),
        ("kind: arrive, amount: 30", "kind: arrive, amount: 4", "cannot have to arrive before it has to acknowledge"),
        ("kind: arrive, amount: 30", "kind: accept, amount: 30", "critical, any, accept stands here a second time"),
        ("kind: arrive, amount: 30", "kind: come, amount: 30", "unknown kind of clock 'come'"),
        ("kind: assign, amount: 3", "complexity: simple, kind: assign, amount: 3", "goes by urgency alone"),
        ("complexity: simple, kind: resolve", "complexity: ordinary, kind: resolve", "stands here a second time"),
        ("complexity: simple, kind: reply", "complexity: difficult, kind: accept", "stands here a second time"),
        (
            "complexity: ordinary, kind: reply",
            "complexity: simple, kind: arrive",
            "no time to reply for routine, ordinary",
        ),
        ("amount: 1, unit: office_hour, calendar: office", "amount: 1, unit: office_hour", "'calendar' is missing"),
        ("unit: office_hour, calendar: office", "unit: office_hour, calendar: bureau", "unknown calendar 'bureau'"),
        (
            "kind: resolve, amount: 24, unit: hour",
            "kind: resolve, amount: 24, unit: hour, day_end: midnight",
            "'day_end'",
        ),
        ("kind: assign, amount: 3", "kind: assign, after: accept, amount: 3", "goes by urgency alone"),
        ("kind: accept, amount: 10", "kind: accept, after: accept, amount: 10", "cannot begin with that"),
        ("kind: accept, amount: 10", "kind: accept, after: dinner, amount: 10", "unknown start 'dinner'"),
        (
            "kind: first_contact, amount: 10",
            "kind: first_contact, after: arrive, amount: 10",
            "service_request, critical: a time to first_contact begins after arrive, for which there is no time",
        ),
        ("kind: accept, amount: 10", "incident_class: frie, kind: accept, amount: 10", "unknown called class 'frie'"),
        (
            "urgency: critical, kind: follow_up, amount: 30",
            "urgency: critical, kind: periodic, complexity: simple, amount: 30",
            "no time to follow_up for critical",
        ),
        ("document: 合川", "paper: 合川", "'document' is missing"),
        ("clocks:", "times:", "'clocks' is missing"),
    ],
)
def test_a_time_that_cannot_be_meant_is_said_where_it_stands(copy: Path, before: str, after: str, said: str) -> None:
    expect_fault(copy / "clocks.yaml", before, after, said)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("urgency: critical", "urgency: routine", "routine stands here a second time"),
        ("urgency: critical", "urgency: soon", "unknown ending 'soon'"),
        ("verified: [manhole", "verified: [manhole, well", "unknown called class 'well'"),
        ("verifiers: [district", "verifiers: [county_hall, district", "unknown kind of unit 'county_hall'"),
        ("centre: district_centre", "centre: district_center", "did you mean 'district_centre'?"),
        ("apart: unit", "apart: desk", "unknown way to be apart 'desk'"),
        ("reopen_days: 15", "reopen_days: 90", "'reopen_days' must be from 0 to 30"),
        ("most_returns: 2", "most_returns: 99", "'most_returns' must be from 0 to 9"),
        ("{amount: 30, unit: minute}", "{amount: 0, unit: minute}", "'amount' must be from 1 to"),
        ("endings:", "ends:", "nothing is said of 'critical'"),
        ("\nreturns:", "\nturns:", "'returns' is missing"),
        ("not_our_duty: 不属本单位职责", "not_our_duty: 3", "'not_our_duty' must be text"),
        ("decider: {name", "decider: {title", "'name' is missing"),
        ("decide: {amount: 30, unit: minute}", "decide: {amount: 30}", "'unit' is missing"),
    ],
)
def test_an_ending_that_cannot_be_meant_is_said_where_it_stands(copy: Path, before: str, after: str, said: str) -> None:
    expect_fault(copy / "endings.yaml", before, after, said)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("urgency: critical", "urgency: routine", "routine stands here a second time"),
        ("{urgency: urgent, arrive: {amount: 1, unit: hour}}", "{urgency: routine, arrive: {amount: 1, unit: hour}}",
         "nothing is said of 'urgent'"),
        ("whistlers: [town_centre]", "whistlers: [town_center]", "did you mean 'town_centre'?"),
        ("conveners: [district_centre]", "convenes: [district_centre]", "'conveners' is missing"),
        ("{amount: 30, unit: minute}", "{amount: 0, unit: minute}", "'amount' must be from 1 to"),
        ("{amount: 4, unit: office_hour, calendar: office}", "{amount: 4, unit: office_hour}", "'calendar' is missing"),
        ("document: 合川", "paper: 合川", "'document' is missing"),
    ],
)  # fmt: skip
def test_a_whistle_rule_that_cannot_be_meant_is_said_where_it_stands(
    copy: Path, before: str, after: str, said: str
) -> None:
    expect_fault(copy / "joint.yaml", before, after, said)


def test_results_cannot_be_verified_where_there_is_no_time_for_it(copy: Path) -> None:
    spoil(copy / "clocks.yaml", "urgency: critical, kind: verify", "urgency: critical, kind: arrive")
    assert any("no time to verify for critical" in fault for fault in faults_of(copy))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("urgency: critical", "urgency: routine", "routine stands here a second time"),
        ("urgency: critical", "urgency: routine", "nothing is said of 'critical'"),
        ("[50, 75]", "[75, 50]", "'reminders_percent' must be rising numbers from 1 to 99"),
        ("[50, 75]", "[50, 100]", "'reminders_percent' must be rising numbers from 1 to 99"),
        ("yellow_percent: 80", "yellow_percent: 100", "'yellow_percent' must be from 1 to 99, not 100"),
        ("area_ladder: grid_to_district", "area_ladder: grid_to_moon", "unknown ladder 'grid_to_moon'"),
        ("climb: {amount: 10,", "climb: {amount: 0,", "'amount' must be from 1 to"),
        ("repeat: {amount: 30, unit: minute}", "repeats: 1", "'repeat' is missing"),
        ("proposed_at_step: 2", "proposed_at_step: 0", "'proposed_at_step' must be at least 1, not 0"),
        ("repetition_number: 2", "repetition_number: 1", "'repetition_number' must be at least 2, not 1"),
    ],
)
def test_supervision_that_cannot_be_meant_is_said_where_it_stands(
    copy: Path, before: str, after: str, said: str
) -> None:
    expect_fault(copy / "supervision.yaml", before, after, said)


@pytest.mark.parametrize(
    ("said", "instead", "fault"),
    [
        ('begins: "18:00"', 'begins: "24:00"', "'begins' must be a time of the day"),
        ('begins: "18:00"', 'begins: "08:30"', "two shifts of one name, or with one beginning"),
        ("sign_within_minutes: 15", "sign_within_minutes: 0", "'sign_within_minutes' must be from 1 to 240"),
        ("- 500117-gas_utility", "- 500117-gas_utilty", "keeps shifts and is no unit; did you mean"),
        ("channel: phone, address", "channel: fax, address", "unknown channel 'fax'"),
        ("channel: voice, address", "channel: leader, address", "two channels 'leader'"),
        ('"secret:duty_mobile_{unit}"', '"13800000000"', "the address of 'sms' must begin with secret:"),
        ("address: hub.notice.to_traffic_duty.v1", "address: secret:x", "'topic' must begin with hub.notice.to_"),
    ],
)  # fmt: skip
def test_how_a_unit_is_reached_and_when_its_shifts_change_is_checked(
    copy: Path, said: str, instead: str, fault: str
) -> None:
    spoil(copy / "units.yaml", said, instead)
    assert any(fault in one for one in faults_of(copy))
