"""The rules of services to persons as a city's file has them, and what such a file cannot mean."""

from pathlib import Path

import pytest

from streams.facts.rules import ClockLimit
from streams.facts.services import ITS_UNIT_ALONE, PersonCounting, PersonService
from tests.hechuan import expect_fault, hechuan


def test_health_correction_and_children_reach_their_unit_alone_and_are_counted_nowhere() -> None:
    rules = {one.kind: one for one in hechuan().rules if isinstance(one, PersonService)}
    alone = {kind for kind, rule in rules.items() if rule.restricted}
    assert alone == set(ITS_UNIT_ALONE)
    assert {kind for kind, rule in rules.items() if rule.counted} == rules.keys() - alone


def test_a_call_for_help_runs_on_minutes_round_the_clock() -> None:
    limits = [one for one in hechuan().rules if isinstance(one, ClockLimit) and one.incident_class == "help_call"]
    assert {one.kind: (one.limit.amount, one.limit.unit, one.limit.calendar) for one in limits} == {
        "acknowledge": (2, "minute", "always"), "arrive": (30, "minute", "always"), "resolve": (2, "hour", "always"),
    }  # fmt: skip


def test_counts_leave_in_steps_of_five() -> None:
    assert [one.step for one in hechuan().rules if isinstance(one, PersonCounting)] == [5]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("counting: {step: 5,", "counting: {step: 1,", "'step' must be from 2 to 100"),
        ("kind: aid,", "kind: aids,", "did you mean 'aid'?"),
        ("kind: aid,", "kind: elder,", "elder stands here a second time"),
        ("kind: aid,", "kind: elder,", "nothing is said of 'aid'"),
        ("unit_kind: justice,", "unit_kind: justices,", "did you mean 'justice'?"),
        ("unit_kind: justice, urgency: routine, remind_days: 3, remind_hour: 9, restricted: true",
         "unit_kind: justice, urgency: routine, remind_days: 3, remind_hour: 9",
         "services of kind 'correction' reach their unit alone"),
        ("unit_kind: health, urgency: routine, remind_days: 3, remind_hour: 9, restricted: true",
         "unit_kind: health, urgency: routine, remind_days: 3, remind_hour: 9, restricted: true, counted: true",
         "what reaches its unit alone is not counted"),
        ("{kind: help_call, unit_kind: town_centre, urgency: urgent}",
         "{kind: help_call, unit_kind: town_centre, urgency: urgent, restricted: true}", "calls for help are counted"),
        ("remind_days: 3", "remind_days: 300", "'remind_days' must be from 0 to 60"),
        ("kind: arrive,", "kind: acknowledge,", "help_call, urgent, acknowledge stands here a second time"),
        ("subject: right, urgency: routine, kind: resolve", "subject: right, urgency: routine, kind: accept",
         "there is no time to resolve for right"),
        ("subject: help_call,", "subject: help,", "unknown subject 'help'"),
    ],
)  # fmt: skip
def test_a_rule_of_services_that_cannot_be_meant_is_said_where_it_stands(
    copy: Path, before: str, after: str, said: str
) -> None:
    expect_fault(copy / "services.yaml", before, after, said)
