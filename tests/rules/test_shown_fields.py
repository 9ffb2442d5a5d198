"""Which value of a field is shown, who said it, and which contradictions are worth a question."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.fields import Field, Fields
from streams.facts.views import Report
from streams.rules.shown_fields import OTHERS_KEPT, most_precise, questions, shown

INCIDENT_NO = "50011720261122E00001"
MONDAY = 1_795_305_600_000
LONGITUDE, LATITUDE = 106.2628, 29.993
DEGREES_A_KILOMETRE = 1 / 111.195
FAMILIES = {"fire": "fire", "rescue": "fire", "traffic": "road", "burst_main": "water"}


def report(system: str = "ga_alarm110", record_no: str = "1", **said: Any) -> Report:
    """By default a fire that 110 tells of from a point, a minute after it began."""
    fields: dict[str, Any] = {
        "incident_class": "fire",
        "urgency": "urgent",
        "region": "500117001001001",
        "longitude": LONGITUDE,
        "latitude": LATITUDE,
        "uncertainty_metres": 50.0,
        "occurred_at": MONDAY,
        "recorded_at": MONDAY + 60_000,
        **said,
    }
    return Report(incident_no=INCIDENT_NO, system=system, record_no=record_no, **fields)


def of_one_family(one: str, other: str) -> bool:
    return FAMILIES[one] == FAMILIES[other]


def fields(*reports: Report, **said: Any) -> Fields:
    rules: dict[str, Any] = {"as_of": MONDAY, "extent_metres": 100.0, "can_be_one": of_one_family, **said}
    return shown(INCIDENT_NO, reports, **rules)


def field(name: str, *reports: Report, **said: Any) -> Field:
    (found,) = (one for one in fields(*reports, **said).fields if one.name == name)
    return found


NO_POINT: dict[str, Any] = {"longitude": None, "latitude": None, "uncertainty_metres": None}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"uncertainty_metres": 20.0}, {"uncertainty_metres": 80.0}),
        ({"uncertainty_metres": 80.0}, {"uncertainty_metres": None}),
        ({"uncertainty_metres": 300.0}, {**NO_POINT, "place_code": "FC00101"}),
        ({**NO_POINT, "place_code": "FC00101", "region": "500117"}, NO_POINT),
        (NO_POINT, {**NO_POINT, "region": "500117001"}),
        ({"recorded_at": MONDAY}, {"recorded_at": MONDAY + 1}),
    ],
    ids=["smaller_error", "known_error", "point", "registered_place", "grid", "told_first"],
)
def test_the_most_precise_place_is_shown_and_then_the_one_told_first(
    better: dict[str, Any], worse: dict[str, Any]
) -> None:
    good, bad = report("xj_alarm119", "F1", **better), report("ga_alarm110", "A1", **worse)
    place = field("place", bad, good)
    assert (place.shown.system, place.shown.record_no) == ("xj_alarm119", "F1")
    assert [one.record_no for one in place.others] == ["A1"]
    assert most_precise([bad, good]) == good


def test_a_class_is_what_most_systems_say_and_a_sensor_that_tells_a_hundred_times_is_one_of_them() -> None:
    told = [report("xj_fire_iot", str(number), incident_class="traffic") for number in range(100)]
    said = field("incident_class", *told, report("xj_alarm119"), report("wj_ambulance120", incident_class="fire"))
    assert (said.shown.value, said.shown.system) == ("fire", "wj_ambulance120")
    assert [(one.value, one.system) for one in said.others] == [("fire", "xj_alarm119"), ("traffic", "xj_fire_iot")]


def test_of_classes_that_as_many_systems_say_the_one_of_more_reports_goes_first_and_then_the_one_told_first() -> None:
    first = report("xj_alarm119", incident_class="rescue", recorded_at=MONDAY)
    assert field("incident_class", report(), first).shown.value == "rescue"
    assert field("incident_class", report(), report(record_no="2"), first).shown.value == "fire"


def test_the_highest_urgency_is_shown_with_whoever_said_it_first() -> None:
    low = report("cg_digital", urgency="routine", recorded_at=MONDAY)
    high, later = report(urgency="critical"), report("xj_alarm119", urgency="critical", recorded_at=MONDAY + 90_000)
    urgency = field("urgency", later, low, high)
    assert (urgency.shown.value, urgency.shown.system, urgency.shown.said_at) == (
        "critical",
        "ga_alarm110",
        MONDAY + 60_000,
    )
    assert {(one.system, one.value) for one in urgency.others} == {
        ("xj_alarm119", "critical"),
        ("cg_digital", "routine"),
    }


def test_it_is_open_while_a_department_works_on_it_and_closed_by_the_one_that_closed_last() -> None:
    closed = report(closed=True, said_at=MONDAY + 300_000)
    assert field("status", closed, report("xj_alarm119")).shown.system == "xj_alarm119"
    later = report("xj_alarm119", closed=True, said_at=MONDAY + 600_000)
    status = field("status", closed, later)
    assert (status.shown.value, status.shown.system, status.shown.said_at) == (
        "closed",
        "xj_alarm119",
        MONDAY + 600_000,
    )


def test_the_owners_latest_word_goes_before_what_others_say_of_how_it_stands() -> None:
    told = [report(closed=True, said_at=MONDAY + 300_000), report("xj_alarm119")]
    assert field("status", *told, owner="ga_alarm110").shown.value == "closed"
    again = report(record_no="2", said_at=MONDAY + 400_000)
    assert field("status", *told, again, owner="ga_alarm110").shown.record_no == "2"


def test_two_sure_places_that_are_too_far_apart_are_a_question_to_both_systems() -> None:
    here = report(uncertainty_metres=20.0)
    there = report("cg_digital", "C1", longitude=LONGITUDE + DEGREES_A_KILOMETRE, uncertainty_metres=30.0)
    after = fields(here, there)
    (question,) = questions(None, after)
    assert (question.field, question.shown.system, question.other.system) == ("place", "ga_alarm110", "cg_digital")
    assert (question.other.record_no, question.asked_at) == ("C1", MONDAY)
    assert not list(questions(after, fields(here, there, report("xj_alarm119"))))


@pytest.mark.parametrize(
    ("there", "extent_metres"),
    [({"uncertainty_metres": 151.0}, 100.0), ({"uncertainty_metres": None}, 100.0), ({}, 2_000.0), (NO_POINT, 100.0)],
    ids=["vague", "of_unknown_error", "of_a_wide_flood", "no_point"],
)
def test_a_place_that_may_well_be_the_same_is_no_question(there: dict[str, Any], extent_metres: float) -> None:
    far = {"longitude": LONGITUDE + DEGREES_A_KILOMETRE, "uncertainty_metres": 30.0, **there}
    assert not fields(report(), report("cg_digital", **far), extent_metres=extent_metres).conflicts


def test_classes_of_different_families_and_urgencies_two_steps_apart_are_asked_about_and_nearer_ones_are_not() -> None:
    fire = report(urgency="critical")
    assert not fields(fire, report("xj_alarm119", incident_class="rescue")).conflicts
    after = fields(fire, report("ga_traffic_accident", "T1", incident_class="traffic", urgency="routine"))
    asked = [(one.field, one.shown.value, one.other.value) for one in questions(None, after)]
    assert asked == [("incident_class", "fire", "traffic"), ("urgency", "critical", "routine")]


def test_a_system_that_contradicts_itself_is_not_asked_about_another() -> None:
    assert not fields(report(urgency="critical"), report(record_no="2", urgency="routine")).conflicts


def test_two_systems_are_asked_about_a_field_once_whichever_record_is_shown() -> None:
    before = fields(report(urgency="critical"), report("cg_digital", "C1", urgency="routine"))
    earlier = report(record_no="2", urgency="critical", recorded_at=MONDAY)
    after = fields(report(urgency="critical"), report("cg_digital", "C1", urgency="routine"), earlier)
    assert after.conflicts != before.conflicts
    assert not list(questions(before, after))


def test_a_confidential_incident_says_neither_where_it_is_nor_who_told_and_asks_nobody() -> None:
    told = [report(urgency="critical"), report("cg_digital", "C1", urgency="routine", incident_class="traffic")]
    concealed = fields(*told, confidential=True)
    assert [one.name for one in concealed.fields] == ["incident_class", "urgency", "status"]
    assert {(one.shown.system, one.shown.record_no, one.others) for one in concealed.fields} == {("", "", ())}
    assert not concealed.conflicts
    assert fields(*told).conflicts


def test_a_flood_with_hundreds_of_voices_keeps_only_some_of_them() -> None:
    told = [report(f"system_{number}", urgency="routine") for number in range(100)]
    after = fields(report(urgency="critical"), *told)
    assert {len(one.others) for one in after.fields} == {OTHERS_KEPT}
    assert len(after.conflicts) == OTHERS_KEPT


MAYBE_METRES = st.none() | st.sampled_from([20.0, 50.0, 200.0])
REPORTS = st.lists(
    st.builds(
        report,
        system=st.sampled_from(["ga_alarm110", "xj_alarm119", "cg_digital"]),
        record_no=st.sampled_from(["1", "2", "3"]),
        incident_class=st.sampled_from(list(FAMILIES)),
        urgency=st.sampled_from(["routine", "urgent", "critical"]),
        longitude=st.sampled_from([None, LONGITUDE, LONGITUDE + DEGREES_A_KILOMETRE]),
        uncertainty_metres=MAYBE_METRES,
        place_code=st.sampled_from([None, "FC00101"]),
        recorded_at=st.integers(MONDAY, MONDAY + 3),
        said_at=st.none() | st.integers(MONDAY, MONDAY + 6),
        closed=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(REPORTS, st.integers(0, 2**32), st.none() | st.just("xj_alarm119"))
def test_the_same_reports_in_any_order_and_any_of_them_twice_show_the_same(
    told: list[Report], seed: int, owner: str | None
) -> None:
    random = Random(seed)
    again = [*told, *random.choices(told, k=random.randint(0, 5))]
    random.shuffle(again)
    assert fields(*again, owner=owner) == fields(*told, owner=owner)
    assert most_precise(again) == most_precise(told)


@given(REPORTS)
def test_a_later_word_on_a_record_takes_the_place_of_the_earlier_one(told: list[Report]) -> None:
    corrected = [replace(one, urgency="routine", said_at=MONDAY + 100) for one in told]
    assert field("urgency", *told, *corrected).shown.value == "routine"
