"""Rights of persons as matters of the privacy officer's unit: a copy, a correction, the review of a reading."""

from typing import Any

import pytest

from streams.facts.matters import Raised, Settled
from tests.processors.kit import DAY, MATTERS
from tests.processors.persons import CENTRE, MINUTE, TOKEN, Persons


@pytest.fixture
def persons() -> Persons:
    persons = Persons()
    persons.owe()
    persons.open_case()
    return persons


def matters_of(persons: Persons) -> list[tuple[str, str]]:
    """What was raised and settled of rights and reviews."""
    told = [one for one in persons.hub.values(MATTERS) if one.subject_no[6] in "RV"]
    return [("raised", one.kind) if isinstance(one, Raised) else ("settled", one.result) for one in told]


def last_receipt(persons: Persons) -> tuple[str, str, str]:
    """Its act, result and second person."""
    last = max(persons.receipts(), key=lambda one: (one.happened_at, one.number))
    return last.act, last.result, last.second


def test_a_right_is_an_order_of_the_privacy_officers_unit_with_its_day(persons: Persons) -> None:
    request_no = persons.use_right("access")
    (raised,) = [one for one in persons.hub.values(MATTERS) if isinstance(one, Raised) and one.kind == "right"]
    assert (raised.unit, raised.due_at, raised.token) == (CENTRE, persons.now + 30 * DAY, None)
    assert (raised.system, raised.record_no) == ("hub", request_no)
    assert TOKEN not in repr(raised)
    shown = persons.right(request_no)
    assert shown is not None
    assert (shown.state, shown.content.words if shown.content else "") == ("waiting", "不再需要")


def test_what_was_not_decided_in_time_waits_on_and_nothing_is_lost(persons: Persons) -> None:
    request_no = persons.use_right("access")
    persons.wait(90 * DAY)
    assert matters_of(persons) == [("raised", "right")]
    persons.decide(request_no)
    shown = persons.right(request_no)
    assert shown is not None
    assert shown.state == "approved"


def test_an_approved_copy_shows_all_that_is_known_and_each_making_leaves_a_receipt(persons: Persons) -> None:
    request_no = persons.use_right("access")
    assert persons.context(request_no) is None
    persons.decide(request_no)
    assert last_receipt(persons) == ("approved", "access", "BM-002")
    context = persons.context(request_no)
    assert context is not None
    assert context.content is not None
    assert [one.record_no for one in context.content.services] == ["FW1"]
    assert context.basis == "right"
    persons.do_right(request_no, "exported")
    assert last_receipt(persons) == ("exported", "exported", "BM-002")
    assert matters_of(persons) == [("raised", "right"), ("settled", "done")]
    persons.do_right(request_no, "exported")
    assert [one.act for one in persons.receipts()].count("exported") == 2
    assert matters_of(persons) == [("raised", "right"), ("settled", "done")]


def test_after_a_week_nothing_can_be_copied_any_more(persons: Persons) -> None:
    request_no = persons.use_right("access")
    persons.decide(request_no)
    persons.wait(8 * DAY)
    assert persons.context(request_no) is None
    persons.do_right(request_no, "exported")
    assert last_receipt(persons)[:2] == ("refused", "nothing_waits")


@pytest.mark.parametrize(
    ("said", "reason"),
    [({"actor_role": "operator"}, "wrong_role"), ({"right": "correction"}, "no_record")],
)
def test_what_nobody_may_ask_for_opens_no_matter(persons: Persons, said: dict[str, str], reason: str) -> None:
    persons.use_right(**{"right": "access", **said})
    assert last_receipt(persons) == ("refused", reason, "")
    assert matters_of(persons) == []


def test_nobody_decides_what_they_have_asked_for_and_nobody_twice(persons: Persons) -> None:
    request_no = persons.use_right("access")
    persons.decide(request_no, actor_officer="FW-017")
    assert last_receipt(persons)[:2] == ("declined", "two_persons")
    persons.decide(request_no, actor_role="service_worker")
    assert last_receipt(persons)[:2] == ("declined", "two_persons")
    persons.decide(request_no, decision="refuse")
    assert last_receipt(persons) == ("declined", "declined", "BM-002")
    assert matters_of(persons) == [("raised", "right"), ("settled", "ended")]
    persons.decide(request_no)
    assert last_receipt(persons)[:2] == ("declined", "nothing_waits")
    persons.wait(31 * DAY)
    assert persons.right(request_no) is None


def test_what_is_to_be_put_right_is_shown_as_disputed_until_the_departments_new_row(persons: Persons) -> None:
    reading = persons.ask()
    request_no = persons.use_right("correction", system="cl_disability_service", record_no="FW1", item="region")
    persons.decide(request_no)
    context = persons.context(reading)
    assert context is not None
    assert context.content is not None
    assert [one.disputed for one in context.content.services] == [True]
    persons.owe(record_no="FW2")
    persons.wait(MINUTE)
    persons.owe(region="500117001002")
    assert last_receipt(persons) == ("corrected", "new_row", "BM-002")
    assert matters_of(persons) == [("raised", "right"), ("settled", "done")]
    context = persons.context(reading)
    assert context is not None
    assert context.content is not None
    assert [(one.record_no, one.disputed) for one in context.content.services] == [("FW1", False), ("FW2", False)]


def test_a_department_that_stands_by_its_record_ends_the_dispute_too(persons: Persons) -> None:
    request_no = persons.use_right("correction", system="cl_disability_service", record_no="FW1")
    persons.do_right(request_no, "answered")
    assert last_receipt(persons)[:2] == ("refused", "nothing_waits")
    persons.decide(request_no)
    persons.do_right(request_no, "answered", actor_role="operator")
    assert last_receipt(persons)[:2] == ("refused", "wrong_role")
    persons.do_right(request_no, "answered")
    assert last_receipt(persons) == ("corrected", "answered", "BM-002")
    assert matters_of(persons)[-1] == ("settled", "done")


def test_a_reading_that_two_persons_allowed_is_reviewed_by_a_third(persons: Persons) -> None:
    asked: dict[str, Any] = {"actor_officer": "ZB-003", "actor_role": "operator", "break_glass": True, "case_no": ""}
    request_no = persons.ask(**asked)
    assert matters_of(persons) == []
    persons.decide(request_no, actor_officer="ZZ-001", actor_role="shift_leader")
    assert matters_of(persons) == [("raised", "access_review")]
    review = persons.right(request_no)
    assert review is not None
    assert (review.kind, review.actor_officer, review.second, review.unit) == (
        "access_review", "ZB-003", "ZZ-001", CENTRE,
    )  # fmt: skip
    for officer in ("ZB-003", "ZZ-001"):
        persons.decide(request_no, actor_officer=officer)
        assert last_receipt(persons)[:2] == ("declined", "two_persons")
    persons.decide(request_no, decision="refuse")
    assert last_receipt(persons) == ("declined", "declined", "BM-002")
    assert matters_of(persons) == [("raised", "access_review"), ("settled", "done")]
    after = persons.right(request_no)
    assert after is not None
    assert (after.state, after.result) == ("refused", "not_in_order")


def test_a_reading_that_was_not_granted_needs_no_review(persons: Persons) -> None:
    asked: dict[str, Any] = {"actor_officer": "ZB-003", "actor_role": "operator", "break_glass": True, "case_no": ""}
    persons.decide(persons.ask(**asked), actor_officer="ZZ-001", actor_role="shift_leader", decision="refuse")
    persons.ask(**asked)
    persons.wait(16 * MINUTE)
    assert matters_of(persons) == []


def test_a_settled_matter_names_the_subject_that_was_raised(persons: Persons) -> None:
    request_no = persons.use_right("access")
    persons.decide(request_no, decision="refuse")
    told = [one for one in persons.hub.values(MATTERS) if one.subject_no[6] == "R"]
    raised, settled = told
    assert isinstance(settled, Settled)
    assert raised.subject_no == settled.subject_no
