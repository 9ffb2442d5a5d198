"""The plain baseline and today's hub, over the same steps."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from connectors.coordinates import Point
from streams.facts.incidents import Reported
from tests.benchmarks.bench import Bench
from tests.benchmarks.matching import MATCHERS, measure, scored
from tests.benchmarks.open_incidents import Backlog
from tests.matching.all_knowing import reached
from tests.matching.baseline import group_plainly
from tests.matching.city_map import DISTRICT, hechuan_map, moved
from tests.matching.matcher import Matcher
from tests.matching.parameters import SMALL, TUNING_SEEDS
from tests.matching.telling import MINUTE, Step
from tests.matching.todays_hub import group_as_today
from tests.matching.truth import truth
from tests.matching.words import mistyped
from tests.processors.kit import GRID, LATITUDE, LONGITUDE, START_AT

BOTH = pytest.mark.parametrize("matcher", MATCHERS.values(), ids=[*MATCHERS])


def step(record_no: str, minutes: float = 0, metres: float = 0, **said: object) -> Step:
    """A report of a fire, so many minutes and metres from the first one's time and place."""
    at = START_AT + round(minutes * MINUTE)
    point = moved(Point(LONGITUDE, LATITUDE), metres, 0)
    fields: dict[str, object] = {
        "id": f"test:{record_no}",
        "key": DISTRICT,
        "occurred_at": at,
        "system": "ga_alarm110",
        "record_no": record_no,
        "incident_class": "fire",
        "urgency": "critical",
        "recorded_at": at,
        "region": GRID,
        "longitude": point.longitude,
        "latitude": point.latitude,
        "located_by": "point",
        "self_resolved": False,
        **said,
    }
    return Step(at, Reported(**fields))  # type: ignore[arg-type]


def groups(matcher: Matcher, steps: Sequence[Step]) -> set[frozenset[str]]:
    """The records that lie together."""
    answer = matcher(steps).incident_of
    return {
        frozenset(record.partition("/")[2] for record, found in answer.items() if found == incident)
        for incident in answer.values()
    }


@BOTH
def test_two_calls_near_in_place_and_time_are_one(matcher: Matcher) -> None:
    assert groups(matcher, [step("1"), step("2", 5, 90)]) == {frozenset({"1", "2"})}


@BOTH
def test_another_class_is_another_incident(matcher: Matcher) -> None:
    assert groups(matcher, [step("1"), step("2", 5, incident_class="traffic")]) == {frozenset({"1"}), frozenset({"2"})}


def test_the_baseline_joins_within_100_m_and_half_an_hour_of_any_report() -> None:
    chain = [step("1"), step("2", 25, 90), step("3", 50, 180)]
    assert groups(group_plainly, chain) == {frozenset({"1", "2", "3"})}
    assert groups(group_plainly, [step("1"), step("2", 31)]) == {frozenset({"1"}), frozenset({"2"})}
    assert groups(group_plainly, [step("1"), step("2", 0, 101)]) == {frozenset({"1"}), frozenset({"2"})}


def test_the_baseline_takes_the_first_that_is_near_not_the_nearest() -> None:
    steps = [step("1"), step("2", 1, 150), step("3", 2, 90)]
    assert groups(group_plainly, steps) == {frozenset({"1", "3"}), frozenset({"2"})}


def test_the_baseline_takes_a_record_that_comes_twice_for_one_and_one_without_a_point_for_itself() -> None:
    nowhere = step("2", 1, longitude=None, latitude=None, located_by="grid")
    assert groups(group_plainly, [step("1"), step("1", 40), nowhere]) == {frozenset({"1"}), frozenset({"2"})}


def test_today_an_incident_ends_when_dispatch_says_so_and_the_next_report_opens_another() -> None:
    steps = [step("1"), Step(START_AT + 4 * MINUTE, ended="ga_alarm110/1"), step("2", 5)]
    assert groups(group_as_today, steps) == {frozenset({"1"}), frozenset({"2"})}
    assert groups(group_as_today, [steps[0], steps[2]]) == {frozenset({"1", "2"})}


def test_today_a_report_of_a_grid_alone_finds_what_lies_in_that_grid() -> None:
    middle = {"centre_longitude": LONGITUDE, "centre_latitude": LATITUDE}
    nowhere = step("2", 3, longitude=None, latitude=None, located_by="grid", system="xj_alarm119", **middle)
    assert groups(group_as_today, [step("1"), nowhere]) == {frozenset({"1", "2"})}


def test_every_record_of_a_drawn_truth_gets_an_answer_and_neither_is_perfect() -> None:
    one = truth(TUNING_SEEDS[0], SMALL)
    for matcher in MATCHERS.values():
        assert set(matcher(one.steps()).incident_of) == {telling.record for telling in one.tellings}
        found = scored(matcher, one).overall
        assert 0.1 < found.f1 < 0.95


def test_the_case_has_figures_of_both_and_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.matching.NOISES", {"normal": SMALL})
    monkeypatch.setattr("tests.benchmarks.matching.SCORING_SEEDS", TUNING_SEEDS[:2])
    monkeypatch.setattr("tests.benchmarks.matching_speed.BACKLOGS", (Backlog(20, 2), Backlog(200, 20)))
    measured = measure(Bench(tmp_path))
    speeds = [one for one in measured if "open" in one.labels]
    assert {(one.metric, one.labels["open"]) for one in speeds} == {
        *((metric, size) for metric in ("reports_per_second", "p99_ms") for size in ("20", "200")),
        ("cost_growth", "200"),
    }
    assert all(one.engine == "hub" and one.value > 0 for one in speeds)
    figures = [one for one in measured if "open" not in one.labels]
    overall = {(one.engine, one.metric, one.labels["set"]) for one in figures if "reports" in one.labels}
    metrics = ("precision", "recall", "f1", "review_share", "life_threatening_joined")
    assert overall == {
        (engine, metric, kind) for engine in MATCHERS for metric in metrics for kind in ("normal", "written")
    }
    columns = [one.labels for one in figures if "reports" not in one.labels]
    assert {"late", "typing_errors", "flood_evening", "none"} <= {labels.get("quirk") for labels in columns}
    assert any("+" in labels.get("sources", "") for labels in columns)


def test_slips_of_the_pen_change_a_text_and_leave_most_of_it() -> None:
    text, lexicon = "合阳城滨江路28号金竹小区水管爆了", hechuan_map().places.lexicon
    for seed in range(50):
        slipped = mistyped(text, 1, Random(seed))
        assert abs(len(slipped) - len(text)) <= 1
        common = set(lexicon.words(text)) & set(lexicon.words(slipped))
        assert len(common) >= len(lexicon.words(text)) - 4
    assert {mistyped(text, 2, Random(seed)) for seed in range(50)} - {text}


def test_who_knows_what_happened_gets_as_far_as_a_matcher_is_asked_to_come() -> None:
    (found,) = reached(TUNING_SEEDS[0], SMALL, [0.6])
    assert found.overall.precision > 0.98
    assert found.overall.recall > 0.92
    assert found.review_share < 0.03
