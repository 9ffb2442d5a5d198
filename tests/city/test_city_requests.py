"""What may be asked for is data of the city: caps are the law's, a line that cannot be meant is told with its place."""

from pathlib import Path

import pytest

from streams.cities.city import City
from streams.facts.rules import ClockLimit, RequestRule, Stages
from streams.facts.vocabulary import OF_THE_CENTRE
from streams.processors.corrections import CLAIMED_EARLIER
from tests.hechuan import expect_fault, faults_of, spoil


def rules_of(city: City) -> list[RequestRule]:
    return [rule for rule in city.rules if isinstance(rule, RequestRule)]


def test_nothing_of_an_emergency_is_suspended_or_extended(hechuan: City) -> None:
    asked = [rule for rule in rules_of(hechuan) if rule.urgency == "critical"]
    assert not {"suspend", "extend"} & {rule.request for rule in asked}
    reached = {"acknowledge", "accept", "first_contact", "arrive"}
    longer = [rule for rule in rules_of(hechuan) if rule.request in ("suspend", "extend")]
    assert longer
    assert not any(reached & {*rule.kinds} for rule in longer)


def test_for_every_urgency_somebody_of_the_centre_decides_what_was_claimed_earlier(hechuan: City) -> None:
    rules = [rule for rule in rules_of(hechuan) if rule.request == "correct"]
    assert {rule.urgency for rule in rules} == {"critical", "urgent", "routine"}
    assert {(rule.reason, rule.approver.unit) for rule in rules} == {(CLAIMED_EARLIER, "500117-district_centre")}
    clocks = {(rule.urgency, rule.kind) for rule in hechuan.rules if isinstance(rule, ClockLimit)}
    staged = {(rule.urgency, "stage") for rule in hechuan.rules if isinstance(rule, Stages)}
    of_units = staged | {pair for pair in clocks if pair[1] not in OF_THE_CENTRE}
    assert {(rule.urgency, kind) for rule in rules for kind in rule.kinds} == of_units


def test_what_is_counted_in_natural_days_is_extended_by_thirty_and_lasts_ninety_at_most(hechuan: City) -> None:
    (rule,) = (rule for rule in rules_of(hechuan) if rule.unit == "natural_day")
    assert (rule.most, rule.most_in_all, rule.times, rule.tells_requester) == (30, 90, 1, True)
    assert rule.document == "信访工作条例"


def test_every_long_clock_of_routine_work_can_be_extended_by_some_rule(hechuan: City) -> None:
    extended = {(kind, rule.unit) for rule in rules_of(hechuan) if rule.request == "extend" for kind in rule.kinds}
    for clock in hechuan.rules:
        if isinstance(clock, ClockLimit) and clock.urgency == "routine" and clock.kind in ("resolve", "reply"):
            assert (clock.kind, clock.limit.unit) in extended


@pytest.mark.parametrize(("before", "after", "said"), [
    ("times: 2, approver: unit_leader", "times: 0, approver: unit_leader", "'times' must be from 1 to 10, not 0"),
    ("approver: unit_leader, decide_within", "approver: mayor, decide_within", "unknown approver 'mayor'"),
    ("role: centre_leader, unit: 500117-district_centre", "role: centre_leader, unit: 500117-nowhere",
     "unknown unit '500117-nowhere'"),
    ("longest: {amount: 10, unit: office_day", "longest: {amount: 0, unit: office_day", "'amount' must be from 1"),
    ("longest: {amount: 10, unit: office_day, calendar: office}, ", "", "'longest' is missing"),
    ("kinds: [resolve, reply], longest: {amount: 24", "kinds: [arrive, reply], longest: {amount: 24",
     "urgent, arrive is a clock of minutes"),
    ("kinds: [stage, resolve, reply], longest: {amount: 10", "kinds: [arrive], longest: {amount: 10",
     "clocks.yaml has no time to arrive for routine"),
    ("kinds: [stage, resolve, reply], longest: {amount: 10", "kinds: [assign], longest: {amount: 10",
     "unknown kind of a unit's clock 'assign'"),
    ("kinds: [stage, resolve, reply], longest: {amount: 10", "kinds: [], longest: {amount: 10",
     "'kinds' names no clock"),
    ("unit: office_day, kinds: [stage, resolve, reply], most: 5", "unit: month, kinds: [resolve, reply], most: 5",
     "none of these clocks is counted in month for routine"),
    ("most: 5, times: 1", "most: 0, times: 1", "'most' must be from 1 to 10000, not 0"),
    ("most_in_all: 90", "most_in_all: 15", "'most_in_all' leaves nothing to add to a time of 15 natural_day"),
    ("reason: appraisal", "reason: waiting_for_requester", "waiting_for_requester stands here a second time"),
    ("request: suspend, urgency: urgent", "request: rest, urgency: urgent", "unknown request 'rest'"),
])  # fmt: skip
def test_a_line_that_cannot_be_meant_is_told_with_its_place(copy: Path, before: str, after: str, said: str) -> None:
    expect_fault(copy / "requests.yaml", before, after, said)


def test_all_faults_are_told_at_once(copy: Path) -> None:
    spoil(copy / "requests.yaml", "times: 2, approver: unit_leader", "times: 0, approver: mayor")
    spoil(copy / "requests.yaml", "most: 5, times: 1", "most: 0, times: 1")
    assert len(faults_of(copy)) == 3
