"""What is settled on the spot gets no call and no clocks; it is counted apart, and some of it is checked."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts import rules
from streams.facts.views import Incident
from streams.processors.on_the_spot import is_sampled
from tests.processors.kit import RULES, Centre, incident_class, spot

FIGURES = "hub.view.figures.v1"


def centre(one_in: int) -> Centre:
    """A centre that checks one in so many."""
    sampling: list[Any] = [
        replace(rule, sampled_one_in=one_in) if isinstance(rule, rules.IncidentClass) else rule for rule in RULES
    ]
    return Centre(items=sampling)


def settle(where: Centre, count: int = 1) -> list[Incident]:
    """A grid worker settles so many things on the spot, far from each other."""
    for number in range(count):
        where.report(f"WG{number}", spot(2_000 * number), system="zz_grid_app", self_resolved=True)
    return where.incidents()


def counted(where: Centre) -> dict[str, int]:
    """The district's figures of the day by kind."""
    shown = where.hub.latest(FIGURES).values()
    return {one.kind: one.count for one in shown if one is not None and one.region == "500117"}


def test_nobody_is_called_for_it_and_it_is_counted_apart() -> None:
    where = centre(0)
    (incident,) = settle(where)
    assert (incident.state, incident.spot_check) == ("closed", False)
    assert (where.matters(), where.attempts()) == ([], [])
    assert counted(where) == {"self_handled": 1}


def test_one_that_is_checked_is_marked_and_counted_too() -> None:
    where = centre(1)
    (incident,) = settle(where)
    assert (incident.state, incident.spot_check) == ("closed", True)
    assert where.matters() == []
    assert counted(where) == {"self_handled": 1, "self_handled_sampled": 1}


def test_about_one_in_so_many_is_checked_and_again_the_same() -> None:
    first, second = settle(centre(4), 60), settle(centre(4), 60)
    checked = [one.incident_no for one in first if one.spot_check]
    assert 5 <= len(checked) <= 30
    assert checked == [one.incident_no for one in second if one.spot_check]


def test_what_joins_a_matter_is_counted_and_not_checked() -> None:
    where = centre(1)
    where.report("1", spot(0))
    where.report("WG1", spot(10), system="zz_grid_app", self_resolved=True)
    assert not where.incident().spot_check
    assert counted(where) == {"self_handled": 1}


@pytest.mark.parametrize("one_in", [2, 20])
def test_over_many_numbers_the_share_is_what_the_rule_says(one_in: int) -> None:
    rule: Any = replace(incident_class("manhole", 1, 1), sampled_one_in=one_in)  # type: ignore[call-arg]
    taken = sum(is_sampled(f"50011720260921E{number:05}", rule) for number in range(20_000))
    assert abs(taken - 20_000 / one_in) < 400


@given(st.text(min_size=1))
def test_without_a_rule_nothing_is_checked(incident_no: str) -> None:
    rule: Any = incident_class("manhole", 1, 1)
    assert not is_sampled(incident_no, rule)
