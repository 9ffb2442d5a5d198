"""Which reports are one incident: class, radius, window, and what counts where no point is known."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processors.kit import (
    GRID,
    HOUR,
    MINUTE,
    OTHER_GRID,
    OTHER_TOWN_GRID,
    SECOND,
    START_AT,
    SYSTEM_ONLY,
    Centre,
    Spot,
    grid_only,
    incident_class,
    spot,
)


@pytest.fixture
def centre() -> Centre:
    return Centre()


def reports_of(centre: Centre) -> list[int]:
    """How many reports each incident has, in the order of their numbers."""
    return [incident.reports for incident in centre.incidents()]


def test_a_first_report_opens_an_incident_at_its_place(centre: Centre) -> None:
    centre.report("1", spot(30, 40), urgency="critical")
    incident = centre.incident()
    assert incident.incident_no == "50011720260921E00001"
    assert (incident.longitude, incident.latitude) == (spot(30, 40).longitude, spot(30, 40).latitude)
    assert (incident.region, incident.urgency, incident.reports) == (GRID, "critical", 1)
    assert (incident.opened_at, incident.last_report_at) == (START_AT, START_AT)


def test_another_department_telling_of_it_joins_and_is_named(centre: Centre) -> None:
    centre.report("110-1", spot(0))
    centre.wait(5 * MINUTE)
    centre.report("E-7", spot(200), system="zz_community_e")
    incident = centre.incident()
    assert incident.reports == 2
    assert incident.systems == ("ga_alarm110", "zz_community_e")
    assert incident.last_report_at == START_AT + 5 * MINUTE


def test_a_report_of_another_class_opens_another_incident(centre: Centre) -> None:
    centre.report("1", spot(0), incident_class="burst_main")
    centre.report("2", spot(0), incident_class="flooding")
    assert [incident.incident_class for incident in centre.incidents()] == ["burst_main", "flooding"]


@pytest.mark.parametrize(("metres", "reports"), [(499, [2]), (501, [1, 1])])
def test_the_radius_of_the_class_decides(centre: Centre, metres: float, reports: list[int]) -> None:
    centre.report("1", spot(0))
    centre.report("2", spot(metres * 0.6, metres * 0.8))
    assert reports_of(centre) == reports


@pytest.mark.parametrize(("waited", "reports"), [(2 * HOUR, [2]), (2 * HOUR + 1, [1, 1])])
def test_the_window_of_the_class_decides(centre: Centre, waited: int, reports: list[int]) -> None:
    centre.report("1")
    centre.wait(waited)
    centre.report("2")
    assert reports_of(centre) == reports


@pytest.mark.parametrize("hours_ago", [(0, 3), (3, 0)])
def test_the_window_counts_when_it_happened_not_when_it_came(centre: Centre, hours_ago: tuple[int, int]) -> None:
    for number, hours in enumerate(hours_ago):
        centre.report(str(number), occurred_at=START_AT - hours * HOUR)
    assert reports_of(centre) == [1, 1]


def test_an_incident_lasts_as_long_as_reports_keep_coming(centre: Centre) -> None:
    for hour in range(6):
        centre.report(str(hour))
        centre.wait(HOUR)
    assert reports_of(centre) == [6]


def test_a_late_report_of_an_early_moment_still_belongs_to_a_long_incident(centre: Centre) -> None:
    for hour in range(5):
        centre.report(str(hour))
        centre.wait(HOUR)
    centre.report("late", occurred_at=START_AT + MINUTE)
    assert reports_of(centre) == [6]


def test_the_nearest_incident_wins_and_not_the_first(centre: Centre) -> None:
    centre.report("west", spot(0))
    centre.report("east", spot(800))
    centre.report("between", spot(500))
    assert [incident.reports for incident in centre.incidents()] == [1, 2]


def test_what_may_tell_of_either_of_two_incidents_joins_neither(centre: Centre) -> None:
    centre.report("west", spot(-400))
    centre.wait(MINUTE)
    centre.report("east", spot(400))
    centre.wait(MINUTE)
    centre.report("unplaced", grid_only())
    assert reports_of(centre) == [1, 1, 1]


def test_an_incident_does_not_wander_along_a_street(centre: Centre) -> None:
    for number in range(4):
        centre.report(str(number), spot(400 * number))
    assert reports_of(centre) == [2, 2]


@pytest.mark.parametrize("place", [spot(0), spot(-50), spot(50), spot(0, -60)])
def test_a_report_joins_whatever_was_last_told_beside_it(centre: Centre, place: Spot) -> None:
    """What was last told of an incident in the neighbourhood does not hide where it is."""
    centre.report("1", spot(0))
    centre.report("2", spot(300))
    centre.report("3", spot(-200))
    centre.report("4", place)
    assert reports_of(centre) == [4]


# Without a point.


def test_a_report_without_a_point_joins_within_its_grid(centre: Centre) -> None:
    centre.report("1", spot(0, grid=GRID))
    centre.report("2", grid_only(GRID))
    assert reports_of(centre) == [2]


def test_a_report_without_a_point_does_not_join_in_the_next_grid(centre: Centre) -> None:
    centre.report("1", spot(0, grid=GRID))
    centre.report("2", grid_only(OTHER_GRID))
    assert reports_of(centre) == [1, 1]


def test_a_report_with_a_point_joins_one_without_in_its_grid_and_gives_it_its_point(centre: Centre) -> None:
    centre.report("1", grid_only(GRID))
    centre.report("2", spot(120, grid=GRID))
    centre.wait(2 * SECOND)
    incident = centre.incident()
    assert incident.reports == 2
    assert incident.longitude == spot(120).longitude


def test_a_report_without_a_point_does_not_make_far_points_one(centre: Centre) -> None:
    centre.report("1", spot(0))
    centre.report("2", grid_only())
    centre.report("3", spot(2_000))
    assert reports_of(centre) == [2, 1]


def test_a_grid_that_told_of_an_incident_finds_it_as_long_as_it_lasts(centre: Centre) -> None:
    """Though for three hours all other reports came from the grid beside it."""
    centre.report("1", spot(0, grid=GRID))
    for number in range(2, 5):
        centre.wait(HOUR)
        centre.report(str(number), spot(100, grid=OTHER_GRID))
    centre.report("5", grid_only(GRID))
    assert reports_of(centre) == [5]


def test_reports_that_only_their_system_locates_never_join(centre: Centre) -> None:
    centre.report("1", SYSTEM_ONLY)
    centre.report("2", SYSTEM_ONLY)
    centre.report("3", spot(0))
    assert reports_of(centre) == [1, 1, 1]


@pytest.mark.parametrize("region", ["500117001", "500117001001"])
def test_a_town_or_village_alone_is_too_wide_to_join_by(centre: Centre, region: str) -> None:
    centre.report("1", Spot(region, None, None, "place"))
    centre.report("2", Spot(region, None, None, "place"))
    assert reports_of(centre) == [1, 1]


def test_requests_of_residents_are_each_an_incident_of_their_own(centre: Centre) -> None:
    for number in range(3):
        centre.report(str(number), incident_class="service_request", urgency="routine")
    assert reports_of(centre) == [1, 1, 1]


def test_an_incident_is_not_lost_at_a_towns_border(centre: Centre) -> None:
    centre.report("1", spot(0, grid=GRID))
    centre.report("2", spot(300, grid=OTHER_TOWN_GRID))
    assert reports_of(centre) == [2]


# What has ended.


def test_nothing_joins_an_incident_that_is_resolved(centre: Centre) -> None:
    centre.report("1")
    centre.end_attempt("delivered")
    centre.answer("resolve")
    centre.report("2")
    assert [incident.state for incident in centre.incidents()] == ["resolved", "assigned"]


def test_beside_a_resolved_incident_the_next_nearest_open_one_is_joined(centre: Centre) -> None:
    centre.report("1", spot(0))
    centre.end_attempt("delivered")
    centre.answer("resolve")
    centre.report("2", spot(400))
    centre.report("3", spot(0))
    assert reports_of(centre) == [1, 2]


def test_places_are_forgotten_when_no_report_can_belong_to_them_any_more(centre: Centre) -> None:
    centre.report("1")
    centre.wait(3 * HOUR)
    centre.report("2", occurred_at=START_AT + HOUR)
    assert centre.kept("event_profiles", "current")
    centre.wait(8 * HOUR)
    for table in ("current", "current_standing", "settled", "settled_standing"):
        assert centre.kept("event_profiles", table) == {}


def test_a_class_the_rules_do_not_know_is_set_aside(centre: Centre) -> None:
    centre.report("1", incident_class="meteorite")
    assert centre.set_aside() == ["NoSuchClass"]
    assert centre.incidents() == []


def test_a_report_before_any_rules_is_set_aside() -> None:
    centre = Centre(items=None)
    centre.report("1")
    assert centre.set_aside() == ["NoRulesInForce"]


# In any order.

HAPPENINGS = st.lists(
    st.tuples(st.integers(0, 3), st.floats(-170, 170), st.floats(-170, 170), st.integers(0, 2 * HOUR // SECOND)),
    min_size=2,
    max_size=14,
)
"""Reports of four mains 3 km apart: which main, how far from it, when (seconds)."""


@settings(max_examples=60, deadline=None)
@given(HAPPENINGS, st.randoms(use_true_random=False))
def test_reports_of_one_window_are_grouped_alike_in_any_order(
    told: list[tuple[int, float, float, int]], random: Random
) -> None:
    """Where it is clear what belongs together: any two of a main are within radius and window, mains lie apart."""
    mains: dict[int, set[str]] = {}
    for number, (main, *_) in enumerate(told):
        mains.setdefault(main, set()).add(str(number))
    shuffled = list(enumerate(told))
    random.shuffle(shuffled)
    centre = Centre()
    for number, (main, east, north, second) in shuffled:
        centre.report(str(number), spot(3_000 * main + east, north), occurred_at=START_AT - second * SECOND)
    assert sorted(map(sorted, centre.told_of().values())) == sorted(map(sorted, mains.values()))


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)), st.sets(st.integers(0, 5)))
def test_who_lacks_a_point_does_not_change_what_belongs_together(order: list[int], without: set[int]) -> None:
    centre = Centre(items=(incident_class("burst_main", 500, 7_200),))
    for number in order:
        grid = (GRID, OTHER_GRID)[number % 2]
        where = grid_only(grid) if number in without else spot(3_000 * (number % 2) + 10 * number, grid=grid)
        centre.report(str(number), where)
    assert reports_of(centre) == [3, 3]
