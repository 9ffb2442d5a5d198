"""A person is deleted: nothing of the token opens afterwards, and no entry names it but the chain and signatures."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.codec import Codec
from streams.engine.memory import Faults
from streams.facts.matters import Settled
from streams.facts.person_access import Linked, Reached, ReachedContent
from tests.processors.kit import DAY, MATTERS, topology
from tests.processors.persons import (
    ERASURES,
    OTHER,
    PEOPLE,
    PERSON_LINKS,
    RESIDENT,
    TOKEN,
    YEAR,
    Persons,
)

PHONE = "requests:1:5555aaaa5555"
ALLOWED = {"seen"}
"""Signatures under which somebody has asked are known until they end."""
ROTATED = "services:2:aaaabbbbccccdddd"


@pytest.fixture
def persons() -> Persons:
    return Persons()


def reach(persons: Persons, person: str, household: str = "population:1:aa") -> None:
    begun = persons._begun("reached", PHONE)
    content = ReachedContent(person=person, household=household, gone=False)
    persons.say(Reached(**begun, token=PHONE, recorded_at=persons.now, content=content))


def opened(persons: Persons, token: str) -> list[str]:
    """The kinds of all records, in every topic and in the tables' log, of which content about a token still opens."""
    found = []
    data = [one.data for topic in topology().topics for one in persons.hub.appended(topic) if one.data]
    data += [row[8:] for owner in persons.hub.owners for row in owner.changelog.values()]
    for one in data:
        record = persons.hub.codec.decode(one)
        about = getattr(record, "other" if type(record).__name__ == "Shared" else "token", None)
        if about == token and getattr(record, "content", None) is not None:
            found.append(type(record).__name__)
    return found


def test_everything_of_the_person_leaves_and_a_proof_stays(persons: Persons) -> None:
    persons.owe()
    persons.call_for_help()
    persons.open_case()
    reading = persons.ask()
    assert persons.context(reading) is not None
    assert opened(persons, TOKEN)
    request_no = persons.delete()
    assert persons.context(reading) is None
    assert opened(persons, TOKEN) == []
    assert persons.entries_that_name(TOKEN).keys() <= ALLOWED
    last = max(persons.receipts(), key=lambda one: (one.happened_at, one.number))
    assert (last.act, last.token, last.second, last.case_no) == ("erased", TOKEN, "BM-002", request_no)
    (proof,) = persons.keys.destroy(TOKEN).keys
    assert last.result == f"sm3:{proof.digest}"
    shown = persons.right(request_no)
    assert shown is not None
    assert (shown.token, shown.state, shown.content) == ("", "done", None)
    settled = {one.subject_no for one in persons.hub.values(MATTERS) if isinstance(one, Settled)}
    assert {one.subject_no for one in persons.hub.values(MATTERS)} == settled


def test_the_entries_leave_before_the_key_is_destroyed_and_what_came_meanwhile_after_it(persons: Persons) -> None:
    persons.owe()
    persons.decide(persons.use_right("deletion"))
    persons.wait(1)
    assert persons.entries_that_name(TOKEN).keys() == {"rights", "erasures"}
    persons.owe(record_no="FW2")
    persons.destroy_keys()
    assert persons.entries_that_name(TOKEN) == {}
    assert opened(persons, TOKEN) == []


def test_a_notice_that_comes_again_gives_the_same_proof_and_harms_nothing_said_since(persons: Persons) -> None:
    persons.owe()
    persons.delete()
    count = len(persons.receipts())
    persons.owe(record_no="FW3")
    persons.destroy_keys()
    assert len(persons.receipts()) == count
    assert "services" in persons.entries_that_name(TOKEN)
    assert opened(persons, TOKEN) != []
    assert [one.generation for one in persons.keys.destroy(TOKEN).keys] == [1, 2]


def test_what_is_said_anew_is_forgotten_by_the_next_deletion(persons: Persons) -> None:
    persons.owe()
    persons.delete()
    persons.owe()
    persons.delete()
    assert opened(persons, TOKEN) == []
    assert persons.entries_that_name(TOKEN) == {}
    assert len(persons.hub.values(ERASURES)) == 2


def test_many_entries_leave_a_slice_at_a_time(persons: Persons) -> None:
    for number in range(100):
        persons.owe(record_no=f"FW{number}")
    persons.delete()
    assert persons.entries_that_name(TOKEN) == {}
    raised = {one.subject_no for one in persons.hub.values(MATTERS)}
    settled = {one.subject_no for one in persons.hub.values(MATTERS) if isinstance(one, Settled)}
    assert raised == settled
    assert persons.hub.set_aside() == []


@pytest.mark.parametrize("seed", range(3))
def test_faults_change_nothing_of_it(seed: int) -> None:
    crashes = {"crash_before_commit": 0.1, "crash_after_commit": 0.1, "handed_over": 0.1}
    persons = Persons(faults=Faults(seed=seed, twice=0.3, delayed=0.3, shuffled=True, batch=3, **crashes))
    for number in range(40):
        persons.owe(record_no=f"FW{number}")
    persons.owe(OTHER, record_no="FW1")
    persons.link()
    request_no = persons.use_right("deletion")
    persons.decide(request_no)
    persons.hub.restart()
    persons.destroy_keys()
    persons.destroy_keys()
    assert opened(persons, TOKEN) == []
    assert persons.entries_that_name(TOKEN) == {}
    assert [one.act for one in persons.receipts()].count("erased") == 1
    assert opened(persons, OTHER) != []


def test_links_are_undone_at_both_ends_whoever_of_the_two_is_deleted(persons: Persons) -> None:
    for one, other in ((TOKEN, OTHER), (OTHER, TOKEN)):
        persons.owe(one)
        persons.owe(other)
        persons.link(one, other)
        assert one in repr(persons.entries_that_name(other))
        persons.delete(TOKEN)
        assert persons.entries_that_name(TOKEN) == {}
        assert TOKEN not in repr(persons.hub.latest(PERSON_LINKS))
        assert persons.entries_that_name(OTHER).keys() == {"services", "due_services"}
        assert opened(persons, TOKEN) == []


def test_the_other_ones_readings_show_nothing_of_who_is_deleted_any_more(persons: Persons) -> None:
    persons.owe(record_no="FW1")
    persons.owe(OTHER, record_no="FW2")
    persons.open_case()
    persons.link()
    reading = persons.ask()
    persons.delete(OTHER)
    context = persons.context(reading)
    assert context is not None
    assert context.content is not None
    assert [one.record_no for one in context.content.services] == ["FW1"]


def test_a_link_that_was_only_asked_for_is_forgotten_where_it_was(persons: Persons) -> None:
    persons.owe(OTHER)
    persons.ask_link(TOKEN, OTHER)
    persons.delete(OTHER)
    assert persons.entries_that_name(OTHER) == {}
    assert persons.hub.latest(PERSON_LINKS) == {}


def test_nobody_is_suggested_any_more_who_is_deleted(persons: Persons) -> None:
    reach(persons, TOKEN)
    reach(persons, OTHER)
    assert persons.hub.latest("hub.view.suggestions.v1")
    persons.delete(TOKEN)
    assert persons.hub.latest("hub.view.suggestions.v1") == {}
    assert persons.entries_that_name(TOKEN) == {}
    assert OTHER in repr(persons.entries_that_name(PHONE))


def test_the_same_identifier_under_another_key_of_tokens_goes_along(persons: Persons) -> None:
    persons.owe(TOKEN)
    persons.owe(ROTATED, record_no="FW2")
    rotated = Linked(
        **persons._begun("rotated", TOKEN), token=TOKEN, other=ROTATED, kind="rotated", article="", until_at=YEAR * 100
    )
    persons.say(rotated)
    persons.delete(ROTATED)
    for token in (TOKEN, ROTATED):
        assert persons.entries_that_name(token) == {}
        assert opened(persons, token) == []
    erased = [one.token for one in persons.receipts() if one.act == "erased"]
    assert sorted(erased) == sorted([TOKEN, ROTATED])


def test_nobody_is_deleted_while_a_review_or_another_right_waits(persons: Persons) -> None:
    persons.owe()
    persons.open_case()
    reading = persons.ask(actor_officer="ZB-003", actor_role="operator", break_glass=True)
    persons.decide(reading, actor_officer="ZZ-001", actor_role="shift_leader")
    deletion = persons.use_right("deletion")
    persons.decide(deletion)
    assert [one.result for one in persons.receipts()][-1] == "others_wait"
    persons.decide(reading)
    persons.decide(deletion)
    persons.destroy_keys()
    assert opened(persons, TOKEN) == []
    assert persons.entries_that_name(TOKEN).keys() <= ALLOWED


def test_what_dispatch_says_of_somebody_who_is_deleted_is_not_kept(persons: Persons) -> None:
    persons.open_case()
    persons.delete()
    persons.close_case()
    assert persons.entries_that_name(TOKEN) == {}


def test_an_export_of_a_stranger_opens_nothing(persons: Persons) -> None:
    persons.owe()
    strangers = Codec.load()
    assert all(
        getattr(strangers.decode(one.data or b""), "content", None) is None for one in persons.hub.appended(PEOPLE)
    )


TOKENS = (TOKEN, OTHER, RESIDENT)
PAIRS = ((TOKEN, OTHER), (OTHER, TOKEN))


def break_the_glass(persons: Persons, token: str) -> None:
    asked = persons.ask(token, actor_officer="ZB-003", actor_role="operator", break_glass=True)
    persons.decide(asked, token, actor_officer="ZZ-001", actor_role="shift_leader")
    persons.decide(asked, token)


def copy(persons: Persons, token: str) -> None:
    asked = persons.use_right("access", token)
    persons.decide(asked, token)
    persons.do_right(asked, "exported", token)


OF_ONE: dict[str, Callable[[Persons, str], object]] = {
    "a service": lambda persons, token: persons.owe(token),
    "another service": lambda persons, token: persons.owe(token, record_no="FW2"),
    "a service done": lambda persons, token: persons.owe(token, state="done"),
    "a call": lambda persons, token: persons.call_for_help(token),
    "a case": lambda persons, token: persons.open_case(token),
    "a case closed": lambda persons, token: persons.close_case(token),
    "an address": lambda persons, token: persons.reside(token),
    "consent": lambda persons, token: persons.consent(token),
    "a number": reach,
    "a reading": lambda persons, token: persons.ask(token),
    "a reading of two": break_the_glass,
    "a copy": copy,
    "a deletion": lambda persons, token: persons.delete(token),
    "a day": lambda persons, _: persons.wait(DAY),
    "a month": lambda persons, _: persons.wait(31 * DAY),
}
OF_TWO: dict[str, Callable[[Persons, tuple[str, str]], object]] = {
    "a link": lambda persons, pair: persons.link(*pair),
    "a link undone": lambda persons, pair: persons.link(*pair, undo=True),
    "a link asked for": lambda persons, pair: persons.ask_link(*pair),
}
STEPS = st.one_of(
    st.tuples(st.sampled_from(sorted(OF_ONE)), st.sampled_from(TOKENS)),
    st.tuples(st.sampled_from(sorted(OF_TWO)), st.sampled_from(PAIRS)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=14), st.sampled_from(TOKENS))
def test_whatever_happened_before_nothing_of_who_is_deleted_opens_and_no_entry_names_them(
    steps: list[tuple[str, Any]], token: str
) -> None:
    persons = Persons()
    for what, whom in steps:
        (OF_ONE | OF_TWO)[what](persons, whom)
    persons.delete(token)
    assert opened(persons, token) == []
    assert persons.entries_that_name(token).keys() <= ALLOWED
    assert persons.hub.set_aside() == []
    persons.hub.restart()
    persons.wait(400 * DAY)
    assert persons.entries_that_name(token) == {}
    assert persons.hub.set_aside() == []
