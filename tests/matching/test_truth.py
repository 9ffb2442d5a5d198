"""The drawn truth: the same for the same seed, every quirk in it and recorded, nothing of it told to a matcher."""

import ast
import importlib
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from connectors.catalogue import district_catalogue
from connectors.uncertainties import uncertainties
from streams.codec import Codec
from streams.facts.incidents import Reported, SourceClosed, Transferred
from streams.facts.rules import IncidentClass
from streams.processors import event_profiles
from streams.rules.geography import TIERS, distance_metres
from tests.hechuan import hechuan
from tests.matching.city_map import hechuan_map
from tests.matching.happenings import FLOOD_AT
from tests.matching.kinds import FAMILIES, KIND_OF, KINDS
from tests.matching.parameters import DOUBLE, NORMAL, SCORING_SEEDS, SMALL, TUNING_SEEDS
from tests.matching.systems import METRES_OF_FACILITY, SYSTEMS
from tests.matching.telling import DAY, HOUR, MINUTE, POINT_WAYS, QUIRKS, Telling, TrueIncident, Truth
from tests.matching.truth import truth

SEED = TUNING_SEEDS[0]
WHOLE = replace(NORMAL, ordinary_hours=24.0)
"""All that is arranged, the flood evening, and one ordinary day."""
DECIDING_FILES = ("grid_items.py", "scenes.py")
"""Where the classes of systems stand that share a table of them."""
CONNECTORS = Path(importlib.import_module("connectors").__file__ or "").parent


@cache
def whole() -> Truth:
    return truth(SEED, WHOLE)


@cache
def small(seed: int = SEED) -> Truth:
    return truth(seed, SMALL)


def with_quirk(quirk: str) -> list[Telling]:
    return [telling for telling in whole().tellings if quirk in telling.quirks]


def incident_of(telling: Telling) -> TrueIncident:
    return whole().incidents[telling.incident]


def metres_off(telling: Telling) -> float:
    incident, fact = incident_of(telling), telling.fact
    assert fact.longitude is not None
    assert fact.latitude is not None
    return distance_metres(incident.longitude, incident.latitude, fact.longitude, fact.latitude)


def test_a_seed_gives_the_same_truth_again_and_another_seed_another_one() -> None:
    assert truth(SEED, SMALL) == small()
    assert truth(TUNING_SEEDS[1], SMALL).tellings != small().tellings


def test_seeds_for_scoring_are_none_of_those_for_tuning() -> None:
    assert not set(SCORING_SEEDS) & set(TUNING_SEEDS)
    assert len({*SCORING_SEEDS, *TUNING_SEEDS}) == len(SCORING_SEEDS) + len(TUNING_SEEDS)


def test_every_quirk_that_is_named_occurs_and_none_that_is_not_named() -> None:
    assert {quirk for telling in whole().tellings for quirk in telling.quirks} == set(QUIRKS)


def test_every_fact_of_it_is_one_that_the_log_takes() -> None:
    codec = Codec.load()
    for step in small().steps():
        if step.fact is not None:
            assert codec.decode(codec.encode(step.fact)) == step.fact
            assert type(step.fact) in event_profiles.EventProfiles.reads


def test_steps_come_in_the_order_of_their_instants_and_say_nothing_of_the_truth() -> None:
    steps = whole().steps()
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    reports = {telling.record for telling in whole().tellings}
    assert {f"{one.fact.system}/{one.fact.record_no}" for one in steps if isinstance(one.fact, Reported)} == reports
    numbers = [int(telling.fact.record_no) for telling in whole().tellings]
    assert len(set(numbers)) == len(numbers), "a record's number is its own"
    told = defaultdict(list)
    for telling in whole().tellings:
        told[telling.incident].append(int(telling.fact.record_no))
    near = [abs(one - other) < 1_000 for numbers in told.values() for one, other in combinations(numbers, 2)]
    assert sum(near) < len(near) / 1_000, "nobody sees by its number what a record tells of"


def test_urgencies_and_ends_tell_no_more_than_classes_and_times() -> None:
    urgencies = {(telling.fact.incident_class, telling.fact.urgency) for telling in whole().tellings}
    assert len(urgencies) == len({incident_class for incident_class, _ in urgencies})
    ends = [step for step in whole().steps() if step.ended]
    assert len(ends) > len(whole().tellings) / 2
    assert len({step.at for step in ends}) > 0.99 * len(ends)
    assert all(step.fact is None for step in ends)


def test_all_incidents_lie_in_the_district_and_end_after_they_began() -> None:
    for incident in whole().incidents:
        assert incident.ended_at > incident.began_at
        assert 105.9 < incident.longitude < 106.8
        assert 29.7 < incident.latitude < 30.6
    regions = {telling.fact.region for telling in whole().tellings}
    assert all(region.startswith("500117") for region in regions)


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_a_system_says_only_classes_that_its_connector_knows(name: str) -> None:
    assert name in district_catalogue()
    source = (CONNECTORS / "systems" / f"{name}.py").read_text(encoding="utf-8")
    shared = [
        (CONNECTORS / "meanings" / file).read_text(encoding="utf-8")
        for file in DECIDING_FILES
        if f"meanings.{file.removesuffix('.py')}" in source
    ]
    said = {
        node.value
        for text in (source, *shared)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(SYSTEMS[name].classes) <= said
    assert SYSTEMS[name].closes == ("source_closed(" in source)
    assert SYSTEMS[name].has_text == ("content_masked" in source)


def test_classes_and_families_are_those_of_the_city_and_tellers_can_say_what_they_say() -> None:
    known = {rule.incident_class for rule in hechuan().rules if isinstance(rule, IncidentClass)}
    assert {name for names in FAMILIES.values() for name in names} <= known
    for kind in KINDS:
        assert kind.incident_class in FAMILIES[kind.family]
        for teller in kind.tellers:
            assert (teller.says or kind.incident_class) in SYSTEMS[teller.system].classes, (kind.name, teller.system)


def test_points_lie_as_far_off_as_their_source_is_uncertain() -> None:
    for quirk, metres in (("by_officer", 30), ("by_mobile", 80), ("by_landmark", 150), ("by_mast", 300)):
        found = [metres_off(telling) for telling in with_quirk(quirk)]
        within = sum(off <= metres for off in found) / len(found)
        assert 0.55 < within < 0.8, (quirk, within)
        assert max(found) < 5 * metres


def test_what_the_truth_says_of_uncertainties_is_what_connectors_say() -> None:
    known = uncertainties()
    assert {kind: known.kinds[kind] for kind in METRES_OF_FACILITY} == METRES_OF_FACILITY
    assert NORMAL.metres_of == {way: metres for way, metres in known.ways.items() if way in POINT_WAYS}
    assert (NORMAL.standard_metres, NORMAL.grid_metres) == (known.kinds["address"], known.regions["grid"])
    assert NORMAL.town_metres == known.regions["town"]


def test_double_noise_is_twice_as_far_and_as_often_wrong() -> None:
    doubled = truth(SEED, replace(WHOLE, noise=DOUBLE.noise))
    normal, double = (
        Counter(quirk for telling in one.tellings for quirk in telling.quirks) for one in (whole(), doubled)
    )
    for quirk in ("typing_errors", "class_within"):
        assert 1.4 * normal[quirk] < double[quirk] < 2.8 * normal[quirk]
    landmarks = [one.fact.uncertainty_metres for one in doubled.tellings if "by_landmark" in one.quirks]
    assert set(landmarks) == {2 * NORMAL.metres_of["landmark"]}


def test_reports_without_a_point_say_a_place_a_grid_or_a_town() -> None:
    digits = {"grid_only": TIERS["grid"], "town_only": TIERS["town"]}
    for quirk, length in digits.items():
        found = with_quirk(quirk)
        assert {len(telling.fact.region) for telling in found} == {length}
        assert all(telling.fact.longitude is None for telling in found)
    assert all(telling.fact.place_code for telling in with_quirk("place_only"))


def test_a_wrong_town_is_another_one_than_where_it_is() -> None:
    for telling in with_quirk("wrong_town"):
        others = [
            one for one in whole().tellings if one.incident == telling.incident and "wrong_town" not in one.quirks
        ]
        assert telling.fact.region[: TIERS["town"]] not in {one.fact.region[: TIERS["town"]] for one in others}


def test_a_wrong_class_is_of_the_family_or_not_as_it_is_recorded() -> None:
    for telling in whole().tellings:
        incident = incident_of(telling)
        kin = FAMILIES[KIND_OF[incident.kind].family]
        said, quirks = telling.fact.incident_class, telling.quirks
        assert ("class_outside" in quirks) == (said not in kin)
        assert ("class_within" in quirks or "own_class" in quirks) == (said in kin and said != incident.incident_class)


def test_late_reports_are_written_down_up_to_twenty_minutes_after_and_out_of_order() -> None:
    delays = [telling.fact.recorded_at - telling.fact.occurred_at for telling in with_quirk("late")]
    assert max(delays) <= 20 * MINUTE
    assert min(delays) >= 2 * MINUTE
    occurred = [telling.fact.occurred_at for telling in whole().tellings]
    assert occurred != sorted(occurred)


def test_a_closing_overtakes_its_report_where_that_is_recorded_and_nowhere_else() -> None:
    for telling in whole().tellings:
        closings = [at for at, fact in telling.later if isinstance(fact, SourceClosed)]
        assert ("closed_first" in telling.quirks) == any(at < telling.appended_at for at in closings)


def test_what_is_sent_twice_is_one_record_and_what_is_written_twice_is_two() -> None:
    assert all(telling.again_at > telling.appended_at for telling in with_quirk("repeated"))
    assert not any(telling.again_at for telling in whole().tellings if "repeated" not in telling.quirks)
    for second in with_quirk("written_twice"):
        first = [
            one
            for one in whole().tellings
            if one.incident == second.incident
            and one.fact.system == second.fact.system
            and one.fact.occurred_at == second.fact.occurred_at
            and "written_twice" not in one.quirks
        ]
        assert len(first) >= 1
        assert all(one.record != second.record for one in first)


def test_a_transferred_record_names_one_of_the_other_platform_that_tells_of_the_same() -> None:
    told = {telling.record: telling for telling in whole().tellings}
    offers = {
        f"{fact.system}/{fact.record_no}"
        for telling in whole().tellings
        for _, fact in telling.later
        if isinstance(fact, Transferred)
    }
    for telling in with_quirk("transferred"):
        others = {"ga_alarm110": "zw_hotline12345", "zw_hotline12345": "ga_alarm110"}
        first = f"{others[telling.fact.system]}/{telling.fact.transferred_from}"
        assert told[first].incident == telling.incident
        assert first in offers


def test_words_and_callers_are_carried_of_those_systems_alone_that_have_them() -> None:
    for telling in whole().tellings:
        has_text = SYSTEMS[telling.fact.system].has_text
        assert bool(telling.fact.reporter) == has_text
        assert has_text or not telling.fact.words
    told = [telling for telling in whole().tellings if telling.text]
    assert sum(len(telling.fact.words) >= 2 for telling in told) > 0.95 * len(told)


def test_what_was_said_leaves_the_department_in_listed_words_alone() -> None:
    lexicon = hechuan_map().places.lexicon
    listed = lexicon.pairs | set(lexicon.forms.values())
    for telling in whole().tellings:
        assert all(
            word in listed or word[:-1].lstrip("负").isdecimal() or word[0].isdecimal() for word in telling.fact.words
        )


def test_a_caller_tells_of_one_thing_again_or_of_another() -> None:
    told: dict[str, set[int]] = defaultdict(set)
    for telling in whole().tellings:
        if telling.fact.reporter:
            told[telling.fact.reporter].add(telling.incident)
    assert {telling.fact.reporter for telling in with_quirk("busy_reporter")} == {
        reporter for reporter, incidents in told.items() if len(incidents) > 1
    }
    callers: Counter[tuple[int, str | None]] = Counter(
        (one.incident, one.fact.reporter) for one in whole().tellings if one.fact.reporter
    )
    assert all(callers[one.incident, one.fact.reporter] > 1 for one in with_quirk("same_reporter"))


def test_the_flood_evening_is_close_in_place_and_time_and_not_one_incident() -> None:
    flood = [incident for incident in whole().incidents if "flood_evening" in incident.situation]
    assert len(flood) > 200
    assert all(FLOOD_AT <= incident.began_at <= FLOOD_AT + 2 * HOUR for incident in flood)
    close = {
        number
        for one, other in combinations(flood, 2)
        if distance_metres(one.longitude, one.latitude, other.longitude, other.latitude) < 200
        and abs(one.began_at - other.began_at) < HOUR
        for number in (one.number, other.number)
    }
    assert len(close) > len(flood) / 4


def test_pairs_that_threaten_lives_are_side_by_side_within_minutes() -> None:
    pairs = sorted((one for one in whole().incidents if "close_pair" in one.situation), key=lambda one: one.began_at)
    assert len(pairs) == 2 * NORMAL.close_pairs
    for one in pairs:
        assert one.is_life_threatening
        nearest = min(
            distance_metres(one.longitude, one.latitude, other.longitude, other.latitude)
            for other in pairs
            if other is not one and abs(other.began_at - one.began_at) <= 10 * MINUTE
        )
        assert 35 < nearest < 155


def test_what_recurs_does_so_a_day_later_at_its_place_after_the_first_has_ended() -> None:
    found = [incident for incident in whole().incidents if "recurring" in incident.situation]
    assert len(found) == 2 * NORMAL.recurrences
    for second in (one for one in found if one.began_at > min(one.began_at for one in found) + 20 * HOUR):
        firsts = [
            first
            for first in found
            if first.kind == second.kind
            and 19 * HOUR < second.began_at - first.began_at < 29 * HOUR
            and distance_metres(first.longitude, first.latitude, second.longitude, second.latitude) < 20
        ]
        assert any(first.ended_at < second.began_at < first.began_at + 2 * DAY for first in firsts)


def test_a_device_says_many_readings_of_one_hazard() -> None:
    readings = Counter((one.incident, one.fact.system) for one in with_quirk("many_readings"))
    most = {incident: max(n for (of, _), n in readings.items() if of == incident) for incident, _ in readings}
    assert len(most) == NORMAL.sensor_hazards
    assert min(most.values()) >= NORMAL.readings[0]
