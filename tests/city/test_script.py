"""The script of the simulated city: repeatable, at the catalogue's rates, with the departments' quirks."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import islice, pairwise, takewhile

import pytest

from connectors.catalogue import load_catalogue
from connectors.city import alarm110, community_e, municipal_iot, public_order
from connectors.city.daily_files import FilesOf
from connectors.city.dangerous_goods import Dumps, dump_of
from connectors.city.departments import DEPARTMENTS
from connectors.city.ground import Ground
from connectors.city.happenings import Happening, Telling
from connectors.city.rows import HandOver, Play
from connectors.city.script import DROPPING_FILES, script
from connectors.contract import ContractBroken
from connectors.coordinates import Point, gcj02_to_cgcs2000, metres_between
from connectors.systems import fleet
from connectors.times import SHANGHAI
from streams.cities.city import CITIES

STARTED_AT = 1_795_300_000_000
DAY_AT_SPEED = 1440.0
"""At this speed a day takes a minute."""
DAY_SECONDS = 60.0
USUAL_SPEED = 60.0
FILES = {"ga_dangerous_goods", *DROPPING_FILES}


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground.load(CITIES / "hechuan")


@pytest.fixture(scope="module")
def day(ground: Ground) -> list[HandOver]:
    play = Play(1, STARTED_AT, DAY_AT_SPEED)
    return list(takewhile(lambda row: row.at_seconds < DAY_SECONDS, script(play, ground)))


def test_the_same_seed_plays_the_same_rows_and_another_one_others(ground: Ground) -> None:
    def first(seed: int, started_at: int = STARTED_AT) -> list[HandOver]:
        return list(islice(script(Play(seed, started_at, 600), ground), 5000))

    assert first(7) == first(7)
    assert first(7) != first(8)


def test_rows_of_two_runs_never_share_an_id(ground: Ground) -> None:
    def ids(started_at: int) -> set[tuple[str, str, str]]:
        rows = islice(script(Play(7, started_at, 600), ground), 20_000)
        return {(row.system, row.record_no, row.version) for row in rows}

    assert not ids(STARTED_AT) & ids(STARTED_AT + 60_000)


def test_within_a_run_every_id_stands_once(day: list[HandOver]) -> None:
    ids = [(row.system, row.record_no, row.version) for row in day]
    assert len(set(ids)) == len(ids)


def test_rows_come_in_order_of_time(day: list[HandOver]) -> None:
    moments = [row.at_seconds for row in day]
    assert moments == sorted(moments)


def test_departments_hand_over_what_the_catalogue_says_a_day(day: list[HandOver]) -> None:
    """Those that hand over a few rows a day may hand over a few more: what lies on their desks comes first."""
    handed_over = Counter(row.system for row in day)
    expected = {system: listed.per_day for system, listed in load_catalogue().items() if system not in FILES}
    wrong = {
        system: (handed_over[system], per_day)
        for system, per_day in expected.items()
        if abs(handed_over[system] - per_day) > max(0.3 * per_day, 5 * per_day**0.5)
    }
    assert not wrong


def test_every_event_type_and_item_of_every_department_comes_within_a_minute(ground: Ground) -> None:
    """At the usual pace, early enough to be polled and counted by then; what files say comes at the start."""
    play = Play(1, STARTED_AT, USUAL_SPEED)
    rows = list(takewhile(lambda row: row.at_seconds < 40, script(play, ground))) + file_rows(ground)
    events: dict[str, set[str]] = defaultdict(set)
    items: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        connector = fleet()[row.system]
        values = connector.contract.check({**row.row, "change": "new"})
        events[row.system].add(connector.event_type(values) if connector.event_type else row.event_type)
        items[row.system] |= {item.name for item in connector.contract.items if values[item.name] is not None}
    for system, connector in fleet().items():
        assert events[system] == set(connector.contract.event_types), system
        assert items[system] == {item.name for item in connector.contract.items}, system


def test_each_event_type_of_a_table_stands_there_long_enough_to_be_polled(ground: Ground) -> None:
    """A later version overwrites the one before, and a hub that is starting polls less often than every two seconds."""
    tables = {system for system, listed in load_catalogue().items() if listed.transport == "db_poll"}
    rows = takewhile(lambda row: row.at_seconds < 60, script(Play(1, STARTED_AT, USUAL_SPEED), ground))
    versions: dict[tuple[str, str], list[HandOver]] = defaultdict(list)
    for row in rows:
        if row.system in tables:
            versions[row.system, row.record_no].append(row)
    longest: dict[tuple[str, str], float] = defaultdict(float)
    for (system, _), written in versions.items():
        connector = fleet()[system]
        overwritten_at = [row.at_seconds for row in written[1:]] + [60.0]
        for row, until in zip(written, overwritten_at, strict=True):
            values = connector.contract.check(row.row)
            kind = connector.event_type(values) if connector.event_type else row.event_type
            longest[system, kind] = max(longest[system, kind], until - row.at_seconds)
    assert {kind: seconds for kind, seconds in longest.items() if seconds < 6} == {}


def file_rows(ground: Ground) -> list[HandOver]:
    """The lines of today's files, as rows."""
    moment = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
    every = {system: timedelta(seconds=listed.every_seconds) for system, listed in load_catalogue().items()}
    droppers: list[FilesOf | Dumps] = [Dumps(ground, 1)]
    droppers += [FilesOf(each, every[each.system], ground, 1) for each in DEPARTMENTS if each.system in FILES]
    return [
        HandOver(
            at_seconds=0,
            system=dropper.system,
            record_no=number,
            version="",
            row=dict(zip(file.columns, line, strict=True)),
        )
        for dropper in droppers
        for file in (dropper.file_at(moment),)
        for number, line in file.lines.items()
    ]


def test_the_departments_that_drop_files_are_those_of_the_catalogue() -> None:
    assert {system for system, listed in load_catalogue().items() if listed.transport == "file_drop"} == FILES


def test_an_hourly_file_is_another_every_hour_and_a_daily_one_the_same_all_day(ground: Ground) -> None:
    reports, signals = (
        FilesOf(next(each for each in DEPARTMENTS if each.system == system), timedelta(hours=hours), ground, 1)
        for system, hours in (("wj_public_health", 1), ("sw_enterprise_signal", 24))
    )
    noon, later = datetime(2026, 11, 22, 12, 10, tzinfo=SHANGHAI), datetime(2026, 11, 22, 13, 10, tzinfo=SHANGHAI)
    assert not reports.file_at(noon).lines.keys() & reports.file_at(later).lines.keys()
    assert signals.file_at(noon) == signals.file_at(later)


def test_every_row_fits_the_contract_of_its_system(day: list[HandOver]) -> None:
    wrong = []
    sampled = [row for number, row in enumerate(day) if row.system != municipal_iot.SYSTEM or number % 50 == 0]
    for row in sampled:
        try:
            fleet()[row.system].contract.check(json.loads(json.dumps(row.row)))
        except ContractBroken as broken:
            wrong.append((row, broken))
    assert not wrong


def test_one_happening_is_told_by_several_departments(day: list[HandOver]) -> None:
    systems: dict[int, set[str]] = defaultdict(set)
    for row in day:
        if row.happening:
            systems[row.happening].add(row.system)
    told = Counter(len(names) for names in systems.values())
    assert told[1] > told[2] > told[3] > 0


def test_alarms_come_out_of_order_and_in_the_datum_of_street_maps(day: list[HandOver], ground: Ground) -> None:
    alarms: dict[str, list[HandOver]] = defaultdict(list)
    for row in day:
        if row.system == alarm110.SYSTEM:
            alarms[row.record_no].append(row)
    orders = [[int(row.version) for row in versions] for versions in alarms.values()]
    assert any(order != sorted(order) for order in orders)
    spots = {spot.place_code: spot for kind in ground.spots.values() for spot in kind}
    for versions in alarms.values():
        alarm = versions[0].row
        if alarm["geo_point"] and alarm["place_code"]:
            shown = Point(*(float(part) for part in alarm["geo_point"].split(",")))
            there = spots[alarm["place_code"]].point
            assert metres_between(gcj02_to_cgcs2000(shown), there) < 100 < metres_between(shown, there)


def test_requests_come_in_three_envelopes_and_some_twice(day: list[HandOver]) -> None:
    requests = [row for row in day if row.system == community_e.SYSTEM]
    assert {row.envelope for row in requests} == {"structured", "binary", "batch"}
    assert {row.times for row in requests} == {1, 2}
    assert {row.event_type for row in requests} == {"request.submitted", "request.rated"}
    assert {row.row["grid_code"] is None for row in requests} == {True, False}


def test_a_case_is_changed_in_place_and_sometimes_only_marked_as_deleted(ground: Ground) -> None:
    department = public_order.Cases(Play(1, STARTED_AT, DAY_AT_SPEED))
    happening = Happening(1, "public_security", ground.of("road")[0], 0.0)
    cases = [row for turn in range(300) for row in department.hand_overs(Telling(happening, "", turn, float(turn)))]
    later = [row for row in cases if row.replaces]
    assert {row.record_no for row in later} < {row.record_no for row in cases if not row.replaces}
    assert {(row.row["case_status"], row.row["is_deleted"]) for row in later} == {("9", 0), ("1", 1)}


def test_sequences_of_a_device_only_rise(day: list[HandOver]) -> None:
    last: dict[str, int] = {}
    for row in day:
        if row.system == municipal_iot.SYSTEM:
            code, sequence = row.row["facility_code"], row.row["sequence"]
            assert sequence > last.get(code, 0)
            last[code] = sequence


def test_a_days_dump_is_the_same_whenever_it_is_made_and_most_of_it_as_the_day_before(ground: Ground) -> None:
    days = [date(2026, 11, 1) + timedelta(days=number) for number in range(30)]
    dumps = [dump_of(day, ground, seed=1) for day in days]
    assert dumps[3].content == dump_of(days[3], ground, seed=1).content
    changed = [len(later.changed_since(earlier.lines)) for earlier, later in pairwise(dumps)]
    assert 0 < sum(changed) / len(changed) < 15
    assert any(earlier.lines.keys() - later.lines.keys() for earlier, later in pairwise(dumps))
    assert any("不合格" in line for dump in dumps for line in dump.lines.values())


@pytest.mark.parametrize("system", ["zz_shzl2", "zw_hotline12345"])
def test_of_some_records_the_second_word_is_the_first_to_say_a_place(system: str, day: list[HandOver]) -> None:
    where = fleet()[system].contract.whereabouts
    fields = {where.point, where.region, where.address, *where.place_codes} - {""}
    said: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in day:
        if row.system == system:
            said[row.record_no][row.version] = any(row.row[field] is not None for field in fields)
    assert [no for no, versions in said.items() if versions.get("1") is False and versions.get("2")]
