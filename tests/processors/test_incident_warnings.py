"""What a warning explains names it, whichever comes first; it stays an incident of its own, with orders and clocks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.views import Incident
from streams.facts.warnings import HazardWarning, Warned, WarningRule
from streams.processors.incident_warnings import KEPT_MILLISECONDS
from tests.processors.kit import (
    DISTRICT,
    GRID,
    HOUR,
    INCIDENTS,
    MINUTE,
    OTHER_TOWN_GRID,
    RULES,
    START_AT,
    SYSTEM_ONLY,
    TOWN,
    Centre,
    Spot,
    incident_class,
    spot,
)

WARNINGS = "hub.view.warnings.v1"
RAINSTORM, FOG = "CAP1", "CAP2"
LASTS_MINUTES = 60


def rule(event_code: str, *classes: str) -> WarningRule:
    return WarningRule(
        key="rules", occurred_at=START_AT, version="", event_code=event_code, name="暴雨", explains=classes,
        lasts_minutes=LASTS_MINUTES,
    )  # fmt: skip


def centre(*more: Any) -> Centre:
    return Centre(items=(*RULES, rule("11B03", "flooding", "burst_main"), *more))


def warn(hub: Centre, warning_no: str = RAINSTORM, **said: Any) -> None:
    """The weather office speaks of a warning: by default of a rainstorm over the town, for three hours from now on."""
    fields: dict[str, Any] = {
        "event_code": "11B03", "level": 2, "areas": (TOWN,), "from_at": hub.now, "until_at": hub.now + 3 * HOUR,
        "cancelled": False, "occurred_at": hub.now, **said,
    }  # fmt: skip
    hub.append(
        INCIDENTS, Warned(key=DISTRICT, system="qx_warning", warning_no=warning_no, recorded_at=hub.now, **fields)
    )
    hub.hub.settle()


def flood(hub: Centre, record_no: str = "1", where: Spot | None = None, **said: Any) -> None:
    hub.report(record_no, where, **{"incident_class": "flooding", **said})


def warnings(hub: Centre) -> dict[str, HazardWarning]:
    return {key: one for key, one in hub.hub.latest(WARNINGS).items() if one is not None}


def named(hub: Centre) -> dict[str, str | None]:
    """The warning of each incident by its region."""
    return {one.region: one.warning_no for one in hub.incidents()}


def test_an_incident_in_the_area_names_the_warning_and_one_beside_it_does_not() -> None:
    hub = centre()
    warn(hub)
    flood(hub)
    flood(hub, "2", Spot(OTHER_TOWN_GRID, 106.4, 30.1))
    assert named(hub) == {GRID: RAINSTORM, OTHER_TOWN_GRID: None}
    assert warnings(hub)[RAINSTORM].name == "暴雨"


def test_it_is_dispatched_with_its_clocks_like_any_other() -> None:
    plain, warned = centre(), centre()
    warn(warned)
    for hub in (plain, warned):
        flood(hub)
        hub.end_attempt("delivered")
    assert warned.matter().orders[0].clocks == plain.matter().orders[0].clocks
    assert warned.tiles() == plain.tiles()


def test_a_class_that_it_does_not_explain_names_none() -> None:
    hub = centre()
    warn(hub)
    hub.report("1", incident_class="gas_leak")
    assert hub.incident().warning_no is None


def test_what_is_only_known_to_lie_in_the_district_is_named_once_it_has_its_place() -> None:
    hub = centre()
    warn(hub)
    flood(hub, "1", SYSTEM_ONLY)
    assert hub.incident().warning_no is None
    hub.locate(hub.incident().incident_no, spot(0))
    assert hub.incident().warning_no == RAINSTORM


def test_a_warning_that_comes_after_the_water_names_what_began_since_it_is_in_force() -> None:
    hub = centre()
    flood(hub)
    hub.wait(10 * MINUTE)
    flood(hub, "2", spot(5_000))
    warn(hub, from_at=START_AT + 5 * MINUTE)
    assert [one.warning_no for one in hub.incidents()] == [None, RAINSTORM]


def test_one_that_is_widened_names_what_has_begun_there() -> None:
    hub = centre()
    warn(hub)
    flood(hub, "1", Spot(OTHER_TOWN_GRID, 106.4, 30.1))
    hub.wait(MINUTE)
    warn(hub, areas=(DISTRICT,), from_at=START_AT)
    assert hub.incident().warning_no == RAINSTORM


def test_a_word_that_was_overtaken_is_nothing() -> None:
    hub = centre()
    warn(hub, level=1, occurred_at=START_AT + 2)
    warn(hub, level=3, occurred_at=START_AT + 1)
    assert warnings(hub)[RAINSTORM].level == 1


def test_what_begins_long_after_it_was_cancelled_names_it_no_more_and_what_began_before_still_does() -> None:
    hub = centre()
    warn(hub)
    flood(hub)
    hub.wait(10 * MINUTE)
    warn(hub, cancelled=True, from_at=START_AT, until_at=START_AT + 3 * HOUR)
    assert warnings(hub)[RAINSTORM].until_at == START_AT + 10 * MINUTE
    hub.wait(LASTS_MINUTES * MINUTE)
    flood(hub, "2", spot(5_000))
    assert [one.warning_no for one in hub.incidents()] == [RAINSTORM, None]


def test_one_of_which_the_city_says_nothing_is_not_kept() -> None:
    hub = centre()
    warn(hub, event_code="11B09")
    flood(hub)
    assert (warnings(hub), hub.incident().warning_no) == ({}, None)


def test_long_over_it_leaves_the_wall_and_is_still_named() -> None:
    hub = centre()
    warn(hub)
    flood(hub)
    hub.wait((3 + 1) * HOUR + KEPT_MILLISECONDS)
    assert warnings(hub) == {}
    hub.update(urgency="critical")
    assert (hub.incident().urgency, hub.incident().warning_no) == ("critical", RAINSTORM)


def test_a_confidential_incident_does_not_say_where_it_lies_by_its_warning() -> None:
    hub = centre()
    warn(hub)
    flood(hub, confidential=True)
    assert hub.incident().warning_no is None


def test_of_two_warnings_the_gravest_is_named() -> None:
    hub = centre(rule("11B17", "flooding"), incident_class("traffic", 150, 1_800))
    warn(hub)
    warn(hub, FOG, event_code="11B17", level=1)
    flood(hub)
    assert hub.incident().warning_no == FOG


SAID = ("warn", "again", "near", "far", "late")


def say(hub: Centre, what: str) -> None:
    """All of it happened at the same instant, in whatever order it comes."""
    match what:
        case "warn":
            warn(hub, from_at=START_AT, until_at=START_AT + HOUR, occurred_at=START_AT)
        case "again":
            warn(hub, from_at=START_AT, until_at=START_AT + 2 * HOUR, level=1, occurred_at=START_AT + 1)
        case "near":
            flood(hub, "1", occurred_at=START_AT)
        case "far":
            flood(hub, "2", Spot(OTHER_TOWN_GRID, 106.4, 30.1), occurred_at=START_AT)
        case "late":
            flood(hub, "3", spot(4_000), occurred_at=START_AT)


def ended(order: list[str]) -> tuple[set[tuple[str, str | None]], HazardWarning]:
    hub = centre()
    for what in order:
        say(hub, what)
    shown: list[Incident] = hub.incidents()
    return {(one.region, one.warning_no) for one in shown}, warnings(hub)[RAINSTORM]


@given(st.permutations(SAID))
def test_in_whatever_order_warnings_and_reports_come_the_same_is_named(order: list[str]) -> None:
    assert ended(order) == ended(list(SAID))


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_warning_that_comes_again_changes_nothing(times: int) -> None:
    hub = centre()
    for _ in range(times):
        warn(hub)
    flood(hub)
    assert (len(warnings(hub)), hub.incident().warning_no) == (1, RAINSTORM)
