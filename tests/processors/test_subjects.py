"""Matters that no incident is behind: one unit must, in time or late; nothing of it leaves but to that unit."""

from dataclasses import replace
from typing import Any

import pytest

from streams.commands.request_words import clock_lines
from streams.facts import deliveries, matters, rules, views
from streams.facts.joint import Whistled
from streams.facts.measures import UrgencySet
from tests.processors.kit import (
    DAY,
    DELIVERIES,
    DISTRICT,
    HOUR,
    INCIDENTS,
    MATTERS,
    MINUTE,
    RULES,
    SITUATION,
    VILLAGE,
    Centre,
    beijing,
    clock_limit,
    unit,
)
from tests.processors.requesting import ask, request_rule

OFFICE, NURSES, CENTRE_UNIT = "justice-office", "civil-affairs", "centre-district"
RECORD = "JZ2026000123"
NUMBER = "500117S00000000000000001"
HOURS = rules.OfficeHours(
    key="rules", occurred_at=0, version="", calendar="office", name="office", document="建议稿",
    openings=(rules.Opening(opens_minutes=9 * 60, closes_minutes=18 * 60),),
)  # fmt: skip
DAY_LIMIT = {"day_end": "office_close", "rolls_over": True, "calendar": "office"}


def time_of(kind: str, urgency: Any, clock: Any, amount: int, unit_: Any = "minute", **said: Any) -> Any:
    return replace(clock_limit(urgency, clock, amount, unit_, **said), incident_class=kind)  # type: ignore[call-arg]


CITY = (
    *RULES,
    HOURS,
    unit(OFFICE, "justice_office", VILLAGE[:9]),
    unit(NURSES, "civil_affairs", DISTRICT),
    unit(CENTRE_UNIT, "district_centre", DISTRICT),
    clock_limit("routine", "assign", 1, "hour"),
    clock_limit("urgent", "assign", 10),
    time_of("help_call", "urgent", "acknowledge", 2),
    time_of("help_call", "urgent", "arrive", 30),
    time_of("help_call", "urgent", "resolve", 60),
    time_of("service_due", "routine", "acknowledge", 1, "office_day", calendar="office"),
    time_of("service_due", "routine", "resolve", 1, "natural_day", **DAY_LIMIT),
)
LONGER = request_rule("extend", "complex", ["resolve"], urgency="routine", unit="natural_day", most=5)
FRIDAY_OVER = beijing(2026, 9, 26, 0)
"""The end of Friday, 25 September; the story begins on Monday at 08:00."""


@pytest.fixture
def centre() -> Centre:
    return Centre(items=CITY)


def raise_(centre: Centre, number: str = NUMBER, **said: Any) -> None:
    """By default a visit that is owed by Friday, by the office of the town."""
    fields: dict[str, Any] = {
        "kind": "service_due", "urgency": "routine", "region": VILLAGE, "unit": OFFICE, "due_at": FRIDAY_OVER,
        "system": "sf_correction_service", "record_no": RECORD, **said,
    }  # fmt: skip
    fact = matters.Raised(
        key=DISTRICT, occurred_at=centre.now, subject_no=number, incident_class=fields["kind"], **fields
    )
    centre.append(MATTERS, fact)
    centre.hub.settle()


def call_for_help(centre: Centre, **said: Any) -> None:
    raise_(centre, **{"kind": "help_call", "urgency": "urgent", "unit": NURSES, "due_at": None, **said})


def settle(centre: Centre, result: Any = "done", number: str = NUMBER) -> None:
    fact = matters.Settled(
        key=DISTRICT, occurred_at=centre.now, subject_no=number, result=result, recorded_at=centre.now
    )
    centre.append(MATTERS, fact)
    centre.hub.settle()


def requested(centre: Centre) -> list[deliveries.Requested]:
    return [one for one in centre.hub.values(DELIVERIES) if isinstance(one, deliveries.Requested)]


def test_a_call_for_help_runs_on_minutes_and_ends_when_the_unit_has_helped(centre: Centre) -> None:
    call_for_help(centre)
    centre.end_attempt()
    assert [(one.kind, one.due_at - centre.now) for one in centre.order().clocks] == [
        ("acknowledge", 2 * MINUTE), ("arrive", 30 * MINUTE), ("resolve", 60 * MINUTE),
    ]  # fmt: skip
    for answer in ("acknowledge", "arrive", "resolve"):
        centre.answer(answer)
    assert [clock.state for clock in centre.order().clocks] == ["met"] * 3
    assert centre.matter().state == "closed"
    assert centre.changes()[-1] == "closed"


def test_a_call_that_nobody_answers_is_breached_and_the_departments_word_ends_it(centre: Centre) -> None:
    call_for_help(centre)
    centre.end_attempt()
    centre.wait(10 * MINUTE)
    settle(centre, "answered")
    centre.wait(DAY)

    states = {clock.kind: clock.state for clock in centre.order().clocks}
    assert states == {"acknowledge": "breached", "arrive": "met", "resolve": "met"}
    assert [change for change in centre.changes() if change.startswith("breached")] == ["breached acknowledge"]
    assert (centre.matter().state, centre.order().state, centre.order().result) == ("closed", "resolved", "solved")


def test_one_subject_is_one_matter_however_often_it_is_raised(centre: Centre) -> None:
    for _ in range(3):
        raise_(centre)
    assert len(centre.matters()) == 1
    assert len(requested(centre)) == 1
    raise_(centre, "500117S00000000000000002")
    assert len(centre.matters()) == 2


def test_the_unit_is_told_the_day_and_where_it_finds_the_person_and_nothing_else(centre: Centre) -> None:
    raise_(centre)
    (told,) = requested(centre)
    assert (told.subject, told.system, told.record_no) == ("service_due", "sf_correction_service", RECORD)
    assert (told.unit, told.region, told.confidential) == (OFFICE, DISTRICT, True)
    assert told.due_at == beijing(2026, 9, 25, 18)
    assert [one.kind for one in told.limits] == ["acknowledge"]
    (attempt,) = centre.attempts()
    assert (attempt.subject, attempt.record_no, attempt.due_at) == ("service_due", RECORD, told.due_at)


def test_a_service_that_is_not_done_by_its_day_is_breached_when_the_office_closes(centre: Centre) -> None:
    raise_(centre)
    centre.end_attempt()
    centre.answer("acknowledge")
    centre.wait_until(beijing(2026, 9, 25, 18) - 1)
    assert centre.clock("resolve").state == "running"
    centre.wait_until(beijing(2026, 9, 25, 18))
    assert centre.clock("resolve").state == "breached"
    settle(centre)
    assert centre.clock("resolve").state == "breached"
    assert centre.changes()[-2:] == ["resolved", "closed"]
    assert "answered_late resolve" in centre.changes()


def test_a_day_off_is_rolled_over_to_the_next_office_day(centre: Centre) -> None:
    raise_(centre, due_at=beijing(2026, 9, 28, 0))
    centre.end_attempt()
    assert centre.clock("resolve").due_at == beijing(2026, 9, 28, 18)


def test_one_that_comes_overdue_is_breached_at_once(centre: Centre) -> None:
    raise_(centre, due_at=beijing(2026, 9, 21, 0))
    centre.end_attempt()
    centre.wait(1)
    assert centre.clock("resolve").state == "running"
    centre.wait_until(beijing(2026, 9, 21, 18))
    assert centre.clock("resolve").state == "breached"
    raise_(centre, "500117S00000000000000002", due_at=beijing(2026, 9, 18, 0))
    centre.end_attempt()
    centre.wait(1)
    late = centre.matters()[1].orders[0]
    assert {clock.kind: clock.state for clock in late.clocks}["resolve"] == "breached"


@pytest.mark.parametrize("delivered", [True, False])
def test_another_day_moves_the_deadline(centre: Centre, *, delivered: bool) -> None:
    raise_(centre)
    if delivered:
        centre.end_attempt()
    raise_(centre, due_at=beijing(2026, 9, 30, 0))
    if not delivered:
        centre.end_attempt()
    assert centre.clock("resolve").due_at == beijing(2026, 9, 29, 18)
    centre.wait_until(beijing(2026, 9, 29, 17))
    assert centre.clock("resolve").state == "running"
    assert ("deadline_moved resolve" in centre.changes()) == delivered


def test_a_day_that_is_moved_after_it_has_passed_leaves_the_breach(centre: Centre) -> None:
    raise_(centre)
    centre.end_attempt()
    centre.wait_until(FRIDAY_OVER)
    raise_(centre, due_at=beijing(2026, 10, 1, 0))
    order = centre.order()
    assert [clock.state for clock in order.earlier_clocks if clock.kind == "resolve"] == ["breached"]
    assert (centre.clock("resolve").state, centre.clock("resolve").due_at) == ("running", beijing(2026, 9, 30, 18))
    settle(centre)
    centre.wait(20 * DAY)
    assert [change for change in centre.changes() if change == "breached resolve"] == ["breached resolve"]


def test_what_is_owed_no_more_ends_without_a_breach_and_is_not_brought_any_more(centre: Centre) -> None:
    raise_(centre)
    settle(centre, "ended")
    centre.wait(20 * DAY)
    assert (centre.matter().state, centre.order().state) == ("closed", "withdrawn")
    assert [one.reason for one in centre.hub.values(DELIVERIES) if isinstance(one, deliveries.Ended)] == ["withdrawn"]
    assert not [change for change in centre.changes() if "breached" in change]


@pytest.mark.parametrize("result", ["done", "ended"])
def test_what_is_settled_before_or_twice_changes_nothing(centre: Centre, result: str) -> None:
    settle(centre, result)
    assert centre.matters() == []
    raise_(centre)
    settle(centre, result)
    count = len(centre.notices())
    settle(centre, result)
    assert len(centre.notices()) == count


@pytest.mark.parametrize("result", ["done", "ended"])
def test_a_units_word_that_its_departments_word_overtook_changes_nothing_and_is_no_mistake(
    centre: Centre, result: str
) -> None:
    raise_(centre)
    centre.end_attempt()
    order_no = centre.order().order_no
    settle(centre, result)
    before = centre.matter()
    for answer in ("acknowledge", "arrive", "resolve"):
        centre.answer(answer, order_no=order_no)
    assert (centre.matter().state, centre.set_aside()) == (before.state, [])


def test_the_unit_of_the_kind_nearest_above_must_where_the_departments_unit_is_none_of_the_city(
    centre: Centre,
) -> None:
    raise_(centre, unit="SFS-07", unit_kind="justice_office")
    assert centre.order().unit == OFFICE


def test_where_no_unit_is_known_the_centre_is_accountable_until_the_department_ends_it(centre: Centre) -> None:
    raise_(centre, unit="SFS-07", unit_kind="nobodys_kind")
    assert (centre.matter().state, centre.matter().orders) == ("unassigned", ())
    assert "unassignable" in centre.changes()
    assert centre.matter().segments[-1].holder == "centre"
    centre.wait(2 * HOUR)
    assert [clock.state for clock in centre.matter().clocks] == ["breached"]
    settle(centre)
    assert centre.matter().state == "closed"


def test_nothing_of_it_is_told_to_an_incident_or_counted(centre: Centre) -> None:
    before = {log: len(centre.hub.values(log)) for log in (INCIDENTS, SITUATION)}
    call_for_help(centre)
    centre.end_attempt()
    centre.answer("arrive")
    centre.wait(DAY)
    settle(centre, "answered")
    assert {log: len(centre.hub.values(log)) for log in (INCIDENTS, SITUATION)} == before
    assert centre.tiles() == {}
    assert centre.incidents() == []
    texts = [
        repr(one)
        for topic in centre.hub.topology.topics
        if topic.startswith(("hub.view.", "hub.notice."))
        for one in centre.hub.values(topic)
        if "attempts" not in topic and not isinstance(one, views.Content)
    ]
    assert [text for text in texts if RECORD in text or VILLAGE in text] == []


def test_a_restricted_one_climbs_to_nobody_and_others_do(centre: Centre) -> None:
    for number, restricted in (("500117S00000000000000001", True), ("500117S00000000000000002", False)):
        raise_(centre, number, restricted=restricted, due_at=beijing(2026, 9, 22, 0))
    for place in (0, 1):
        centre.end_attempt(delivery=place)
    centre.wait(10 * DAY)
    assert {one.state for matter in centre.matters() for one in matter.orders[0].clocks} == {"breached"}
    secret, _ = centre.matters()
    told = [one for one in requested(centre) if one.matter_no == secret.matter_no]
    assert {one.unit for one in told} == {OFFICE}
    assert secret.supervisors == ()
    contents = centre.hub.latest("hub.view.contents.v1")
    assert contents[secret.matter_no].region == DISTRICT


@pytest.mark.parametrize("word", ["whistle", "urgency", "escalate", "withdraw", "return"])
def test_nobody_brings_another_unit_in_or_ends_it_for_the_unit(centre: Centre, word: str) -> None:
    raise_(centre)
    matter_no, order_no = centre.matter().matter_no, centre.order().order_no
    actor: dict[str, Any] = {
        "actor_unit": CENTRE_UNIT, "actor_post": "值班长", "actor_officer": "0301", "actor_shift": "白班",
        "actor_role": "centre",
    }  # fmt: skip
    said: dict[str, Any] = {
        "whistle": lambda: Whistled(act="blow", matter_no=matter_no, units=(NURSES,), **envelope, **actor),
        "urgency": lambda: UrgencySet(
            matter_no=matter_no, urgency="critical", cause="改级", document="1", **envelope, **actor
        ),
        "escalate": lambda: matters.Directed(
            order_no=order_no, direction="escalate", to_unit=NURSES, **envelope, **actor
        ),
        "withdraw": lambda: matters.Judged(
            order_no=order_no, word="withdraw", reason="mistaken", **envelope, **actor
        ),
        "return": lambda: matters.Requested(
            order_no=order_no, request="return", reason="not_our_duty", words="", document="", **envelope,
            **{**actor, "actor_unit": OFFICE},
        ),
    }  # fmt: skip
    envelope: dict[str, Any] = {"key": DISTRICT, "occurred_at": centre.now}
    centre.append(MATTERS, said[word]())
    centre.hub.settle()
    assert len(centre.set_aside()) == 1
    assert [one.unit for one in centre.matter().orders] == [OFFICE]
    assert (centre.matter().urgency, centre.matter().state) == ("routine", "assigned")


def test_the_day_is_explained_as_the_one_that_the_service_is_owed_by(centre: Centre) -> None:
    raise_(centre)
    centre.end_attempt()
    said = [*clock_lines(centre.order(), centre.clock("resolve"), {}, centre.matter().subject)]
    assert said == ["应办服务的期限:2026-09-25 18:00:00,由应办日期定,不按上述推算"]


def test_the_day_of_the_law_is_not_extended_by_request() -> None:
    centre = Centre(items=(*CITY, LONGER))
    raise_(centre)
    centre.end_attempt()
    ask(centre, "extend", "complex", OFFICE, clock="resolve", amount=1)
    assert centre.clock("resolve").due_at == beijing(2026, 9, 25, 18)
    assert [(one.state, one.why) for one in centre.order().requests] == [("inadmissible", "set_by_hand")]


def test_one_that_turns_out_to_be_its_units_alone_is_so_from_then_on(centre: Centre) -> None:
    raise_(centre, due_at=beijing(2026, 9, 22, 0))
    centre.end_attempt()
    assert centre.hub.latest("hub.view.contents.v1")[centre.matter().matter_no].region == VILLAGE
    raise_(centre, due_at=beijing(2026, 9, 22, 0), restricted=True)
    assert centre.matter().restricted
    assert centre.hub.latest("hub.view.contents.v1")[centre.matter().matter_no].region == DISTRICT
    clocks = centre.order().clocks
    raise_(centre, due_at=beijing(2026, 9, 22, 0))
    assert (centre.matter().restricted, centre.order().clocks) == (True, clocks)
    centre.wait(10 * DAY)
    assert {one.unit for one in requested(centre)} == {OFFICE}
