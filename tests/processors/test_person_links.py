"""Two tokens that are one person: approved, told over, undone without a trace but who was shown what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.matters import Raised, Settled
from streams.facts.person_access import ContextContent, Linked
from streams.rules.readings import parts_of
from tests.processors.kit import MATTERS
from tests.processors.persons import ARTICLE, CASE, MINUTE, OTHER, REQUESTER, TOKEN, YEAR, Persons


@pytest.fixture
def persons() -> Persons:
    return Persons()


def read(persons: Persons, token: str = TOKEN, **said: Any) -> ContextContent:
    context = persons.context(persons.ask(token, **said))
    assert context is not None
    assert context.content is not None, context.reason
    return context.content


def records(content: ContextContent) -> list[tuple[str, str]]:
    return [(service.record_no, service.through) for service in content.services]


def test_what_is_known_under_a_linked_token_is_shown_with_the_article_it_comes_through(persons: Persons) -> None:
    persons.open_case()
    persons.owe(TOKEN, "FW1")
    persons.owe(OTHER, "FW2")
    assert records(read(persons)) == [("FW1", "")]
    persons.link()
    assert records(read(persons)) == [("FW1", ""), ("FW2", "same_person:个人信息保护法第三十四条")]


def test_what_changes_under_a_linked_token_is_told_over(persons: Persons) -> None:
    persons.open_case()
    persons.link()
    persons.owe(OTHER, "FW2")
    assert [number for number, _ in records(read(persons))] == ["FW2"]
    persons.owe(OTHER, "FW2", state="done")
    assert records(read(persons)) == []


def test_the_same_record_under_both_tokens_is_shown_once(persons: Persons) -> None:
    persons.open_case()
    persons.owe(TOKEN, "FW1")
    persons.owe(OTHER, "FW1")
    persons.link()
    assert records(read(persons)) == [("FW1", "")]


def test_a_link_that_is_undone_leaves_what_was_before_and_who_was_shown_what(persons: Persons) -> None:
    persons.open_case()
    persons.owe(TOKEN, "FW1")
    before = read(persons)
    persons.owe(OTHER, "FW2")
    persons.link()
    shown_no = persons.ask()
    persons.decide(persons.ask_link(undo=True))
    assert read(persons) == before
    standing = persons.context(shown_no)
    assert standing is not None
    assert standing.content is not None
    assert records(standing.content) == [("FW1", "")]
    link = persons.person_link()
    assert link.state == "undone"
    (shown,) = link.disclosures
    assert (shown.request_no, shown.case_no, shown.officer) == (shown_no, CASE, "FW-017")
    assert [receipt.act for receipt in persons.receipts()] == ["read", "linked", "read", "unlinked", "read"]


def test_across_purposes_only_whoever_asked_is_told(persons: Persons) -> None:
    persons.open_case()
    persons.open_case(REQUESTER)
    persons.owe()
    persons.link(TOKEN, REQUESTER, kind="cross_purpose")
    assert {matter.through for matter in read(persons).matters} == {"", "cross_purpose:个人信息保护法第三十四条"}
    assert {matter.through for matter in read(persons, REQUESTER, actor_role="responder").matters} == {""}


def test_a_link_ends_at_its_moment(persons: Persons) -> None:
    persons.open_case()
    persons.owe(OTHER, "FW2")
    persons.link(until_at=persons.now + 10 * MINUTE)
    standing_no = persons.ask()
    persons.wait(10 * MINUTE)
    standing = persons.context(standing_no)
    assert standing is not None
    assert standing.content is not None
    assert records(standing.content) == []
    assert persons.person_link().state == "lapsed"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"actor_role": "responder"}, "wrong_role"),
        ({"other": TOKEN}, "one_token"),
        ({"other": REQUESTER}, "wrong_kind"),
        ({"kind": "cross_purpose"}, "wrong_kind"),
        ({"article": ""}, "no_article"),
        ({"until_at": 1}, "wrong_end"),
        ({"until_at": 100 * YEAR}, "wrong_end"),
        ({"undo": True}, "not_linked"),
    ],
)
def test_what_can_be_no_link_is_refused_with_its_reason(persons: Persons, said: dict[str, Any], reason: str) -> None:
    persons.ask_link(**said)
    last = persons.receipts()[-1]
    assert (last.act, last.result) == ("refused", reason)


def test_nobody_approves_their_own_link_and_none_is_made_without_approval(persons: Persons) -> None:
    persons.open_case()
    persons.owe(OTHER, "FW2")
    request_no = persons.ask_link(actor_officer="BM-002")
    persons.decide(request_no)
    assert records(read(persons)) == []
    persons.decide(request_no, actor_officer="BM-003", decision="refuse")
    assert records(read(persons)) == []
    assert persons.person_link().state == "refused"


def test_a_decision_on_nothing_is_told_as_that(persons: Persons) -> None:
    persons.decide("link:unknown")
    assert (persons.receipts()[-1].act, persons.receipts()[-1].result) == ("declined", "nothing_waits")


NEWER = "services:2:0123456789abcdef"


def rotate(persons: Persons, token: str = TOKEN, newer: str = NEWER) -> None:
    """A connector has met the person after the key of tokens was replaced."""
    persons.say(
        Linked(
            id=f"rotated:{token}", key=token, source="ga_population", trace="row", occurred_at=persons.now, token=token,
            other=newer, kind="rotated", article=ARTICLE, until_at=persons.now + YEAR,
        )
    )  # fmt: skip


def test_a_service_that_began_under_an_older_token_stays_one_order_until_it_is_done(persons: Persons) -> None:
    persons.owe(due_on="2026-09-22")
    persons.wait(24 * 60 * MINUTE)
    rotate(persons)
    persons.owe(NEWER, due_on="2026-09-22")
    persons.owe(NEWER, due_on="2026-09-23")
    raised = [fact for fact in persons.hub.values(MATTERS) if isinstance(fact, Raised)]
    assert len({fact.subject_no for fact in raised}) == 1
    persons.owe(NEWER, state="done")
    settled = [fact for fact in persons.hub.values(MATTERS) if isinstance(fact, Settled)]
    assert [fact.subject_no for fact in settled] == [raised[0].subject_no]


def test_what_begins_after_the_key_was_replaced_is_read_under_both_tokens(
    persons: Persons,
) -> None:
    rotate(persons)
    persons.owe(NEWER, "FW9")
    persons.open_case(NEWER)
    persons.open_case(TOKEN)
    assert [number for number, _ in records(read(persons, NEWER))] == ["FW9"]
    assert [number for number, _ in records(read(persons, TOKEN))] == ["FW9"]


def test_a_call_is_answered_under_whichever_token_it_began(persons: Persons) -> None:
    persons.call_for_help()
    rotate(persons)
    persons.call_for_help(NEWER, answered=True)
    persons.open_case()
    assert read(persons).calls == ()
    assert len({fact.subject_no for fact in persons.hub.values(MATTERS)}) == 1


STEPS = st.lists(st.sampled_from(["owe", "owe_other", "done_other", "call", "call_other", "read"]), max_size=6)


@given(before=STEPS, between=STEPS)
def test_link_then_unlink_gives_back_the_original(before: list[str], between: list[str]) -> None:
    linked, never = Persons(), Persons()
    for persons in (linked, never):
        persons.open_case()
        play(persons, before)
    linked.link()
    for persons in (linked, never):
        play(persons, between)
    linked.decide(linked.ask_link(undo=True))
    assert read(linked) == read(never)


@given(steps=STEPS)
def test_without_a_link_no_purpose_sees_what_is_known_under_another_token(steps: list[str]) -> None:
    persons = Persons()
    persons.open_case()
    play(persons, steps)
    content = read(persons)
    assert all(service.record_no == "FW1" for service in content.services)
    assert not any(part.through for part in parts_of(content))


def play(persons: Persons, steps: list[str]) -> None:
    for step in steps:
        match step:
            case "owe":
                persons.owe()
            case "owe_other":
                persons.owe(OTHER, "FW2")
            case "done_other":
                persons.owe(OTHER, "FW2", state="done")
            case "call":
                persons.call_for_help()
            case "call_other":
                persons.call_for_help(OTHER)
            case "read":
                persons.ask()
