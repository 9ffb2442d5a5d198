"""Readings of what is known of a person: under an open case, for the purpose, masked, ended, each with its receipt."""

from typing import Any

import pytest

from streams.facts.person_access import MatterMoved
from streams.facts.person_views import Context
from streams.person_masks import shown
from streams.rules.receipt_chain import digest_of
from tests.processors.persons import CASE, MINUTE, OTHER_UNIT, RESIDENT, TOKEN, UNIT, Persons


@pytest.fixture
def persons() -> Persons:
    return Persons()


def granted(persons: Persons, **said: Any) -> Context:
    context = persons.context(persons.ask(**said))
    assert context is not None
    assert (context.state, context.reason) == ("granted", "")
    return context


def refused(persons: Persons, **said: Any) -> str:
    """The reason, which stands in the answer and in the receipt."""
    context = persons.context(persons.ask(**said))
    assert context is not None
    assert context.state == "refused"
    assert context.content is None
    last = persons.receipts()[-1]
    assert (last.act, last.result) == ("refused", context.reason)
    return context.reason


def test_the_unit_of_an_open_case_is_shown_what_its_purpose_needs(persons: Persons) -> None:
    persons.open_case()
    persons.owe()
    persons.call_for_help()
    context = granted(persons)
    assert context.content is not None
    told = shown(context.content, {mask.field: mask.mask for mask in context.masks})
    assert told["services"] == [
        {
            "system": "cl_disability_service", "record_no": "FW1", "kind": "disability", "unit": UNIT,
            "region": "500117001001", "state": "due", "due_on": "2026-10", "through": "",
                "disputed": False,
        }
    ]  # fmt: skip
    assert [call["record_no"] for call in told["calls"]] == ["HJ1"]
    assert [matter["matter_no"] for matter in told["matters"]] == [CASE]
    assert "residences" not in told


def test_what_the_role_may_not_see_is_never_written(persons: Persons) -> None:
    persons.open_case()
    persons.owe()
    persons.call_for_help()
    context = granted(persons, actor_role="operator")
    assert context.content is not None
    assert context.content.services == ()
    assert len(context.content.calls) == 1


@pytest.mark.parametrize("what", [{"under_14": True}, {"kind": "health"}, {"kind": "correction"}])
def test_what_is_sensitive_is_seen_under_its_own_case_by_its_unit_alone(persons: Persons, what: dict[str, Any]) -> None:
    own, other = "50011720260921M00003", "50011720260921M00004"
    persons.owe(**what)
    persons.open_case(case_no=own, records=("cl_disability_service/FW1",))
    persons.open_case(case_no=other, units=(UNIT, OTHER_UNIT), records=("zw_hotline12345/HD1",))
    seen = granted(persons, case_no=own).content
    assert seen is not None
    assert len(seen.services) == 1
    for case_no, unit, role in ((other, UNIT, "service_worker"), (other, OTHER_UNIT, "service_worker")):
        hidden = granted(persons, case_no=case_no, actor_unit=unit, actor_role=role).content
        assert hidden is not None
        assert hidden.services == ()


def test_a_service_that_is_done_and_a_call_that_was_answered_are_shown_no_more(persons: Persons) -> None:
    persons.open_case()
    persons.owe()
    persons.call_for_help()
    persons.owe(state="done")
    persons.call_for_help(answered=True)
    context = granted(persons)
    assert context.content is not None
    assert (context.content.services, context.content.calls) == ((), ())


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"actor_role": "responder"}, "wrong_role"),
        ({"purpose": "requests"}, "wrong_purpose"),
        ({"actor_purpose": "requests"}, "wrong_purpose"),
        ({"case_no": "50011720260921M00002"}, "wrong_case"),
        ({"actor_unit": OTHER_UNIT}, "not_of_the_case"),
    ],
)
def test_whoever_may_not_read_is_told_why_not(persons: Persons, said: dict[str, Any], reason: str) -> None:
    persons.open_case()
    persons.owe()
    assert refused(persons, **said) == reason


def test_a_token_of_an_actor_that_has_ended_when_the_question_is_appended_is_refused(persons: Persons) -> None:
    persons.open_case()
    assert refused(persons, token_ends_at=persons.now) == "token_expired"
    granted(persons, token_ends_at=persons.now + 1)


def test_a_token_of_an_actor_is_good_for_one_reading(persons: Persons) -> None:
    persons.open_case()
    first = granted(persons, signature="a" * 32)
    assert refused(persons, signature="a" * 32) == "token_replayed"
    assert persons.context(first.request_no) == first


def test_a_case_that_is_closed_closes_the_door_and_takes_back_what_was_shown(persons: Persons) -> None:
    persons.open_case()
    persons.open_case(case_no="50011720260921M00009")
    under_it, under_another = granted(persons), granted(persons, case_no="50011720260921M00009")
    persons.close_case()
    assert persons.context(under_it.request_no) is None
    assert persons.context(under_another.request_no) is not None
    assert refused(persons) == "case_closed"
    persons.open_case()
    granted(persons)


def test_a_reading_ends_by_itself(persons: Persons) -> None:
    persons.open_case()
    context = granted(persons)
    persons.wait(60 * MINUTE - 1)
    assert persons.context(context.request_no) == context
    persons.wait(1)
    assert persons.context(context.request_no) is None


def test_what_needs_consent_is_read_with_it_alone_and_no_longer_than_it_holds(persons: Persons) -> None:
    persons.open_case(RESIDENT)
    persons.reside()
    assert refused(persons, token=RESIDENT) == "no_consent"
    persons.consent(until_at=persons.now + 5 * MINUTE)
    context = granted(persons, token=RESIDENT)
    assert context.basis == "consent"
    assert context.ends_at == persons.now + 5 * MINUTE
    persons.wait(5 * MINUTE)
    assert persons.context(context.request_no) is None
    assert refused(persons, token=RESIDENT) == "no_consent"


def test_a_consent_that_is_withdrawn_ends_what_rests_on_it(persons: Persons) -> None:
    persons.open_case(RESIDENT)
    persons.reside()
    persons.consent()
    context = granted(persons, token=RESIDENT)
    persons.consent(withdrawn=True)
    assert persons.context(context.request_no) is None
    assert [receipt.result for receipt in persons.receipts()] == ["given", "granted", "withdrawn"]


def test_whoever_may_not_record_a_consent_gives_none(persons: Persons) -> None:
    persons.open_case(RESIDENT)
    persons.consent(actor_role="responder")
    assert refused(persons, token=RESIDENT) == "no_consent"


class TestBreakGlass:
    """紧急查阅: no case yet, two persons."""

    @staticmethod
    def ask(persons: Persons, **said: Any) -> str:
        persons.call_for_help()
        return persons.ask(
            **{"break_glass": True, "case_no": "", "actor_role": "operator", "actor_officer": "ZB-1", **said}
        )

    def test_it_shows_nothing_until_a_second_person_approves(self, persons: Persons) -> None:
        request_no = self.ask(persons)
        waiting = persons.context(request_no)
        assert waiting is not None
        assert (waiting.state, waiting.content) == ("waiting", None)
        persons.decide(request_no, actor_role="shift_leader", actor_officer="ZB-2")
        context = persons.context(request_no)
        assert context is not None
        assert (context.state, context.basis) == ("granted", "break_glass")
        assert context.content is not None
        assert len(context.content.calls) == 1
        last = persons.receipts()[-1]
        assert (last.act, last.actor_officer, last.second) == ("broke_glass", "ZB-1", "ZB-2")

    @pytest.mark.parametrize(
        "second",
        [
            {"actor_role": "operator", "actor_officer": "ZB-2"},
            {"actor_role": "shift_leader", "actor_officer": "ZB-1"},
        ],
    )
    def test_nobody_approves_their_own_or_without_the_role(self, persons: Persons, second: dict[str, str]) -> None:
        request_no = self.ask(persons)
        persons.decide(request_no, **second)
        waiting = persons.context(request_no)
        assert waiting is not None
        assert waiting.state == "waiting"
        assert (persons.receipts()[-1].act, persons.receipts()[-1].result) == ("declined", "two_persons")

    def test_what_is_declined_or_not_decided_in_time_is_refused(self, persons: Persons) -> None:
        declined, forgotten = self.ask(persons), self.ask(persons)
        persons.decide(declined, decision="refuse", actor_role="shift_leader", actor_officer="ZB-2")
        persons.wait(15 * MINUTE)
        reasons = [context.reason for one in (declined, forgotten) if (context := persons.context(one)) is not None]
        assert reasons == ["declined", "not_decided"]

    def test_it_stands_when_a_consent_that_it_does_not_rest_on_is_withdrawn(self, persons: Persons) -> None:
        request_no = self.ask(persons)
        persons.decide(request_no, actor_role="shift_leader", actor_officer="ZB-2")
        persons.consent(TOKEN)
        persons.consent(TOKEN, withdrawn=True)
        context = persons.context(request_no)
        assert context is not None
        assert context.basis == "break_glass"

    def test_not_everybody_may_ask_for_it(self, persons: Persons) -> None:
        context = persons.context(self.ask(persons, actor_role="service_worker"))
        assert context is not None
        assert (context.state, context.reason) == ("refused", "wrong_role")


def test_nobody_collects_readings_of_a_person(persons: Persons) -> None:
    persons.open_case()
    for _ in range(50):
        granted(persons)
    assert refused(persons) == "too_many"


def test_receipts_of_a_partition_are_one_chain(persons: Persons) -> None:
    persons.open_case()
    for _ in range(3):
        persons.ask()
    receipts = persons.receipts()
    assert [receipt.number for receipt in receipts] == [1, 2, 3]
    assert [receipt.previous for receipt in receipts] == ["", *(receipt.digest for receipt in receipts[:-1])]
    assert all(receipt.digest == digest_of(receipt.__dict__) for receipt in receipts)


def test_a_matter_of_whoever_was_deleted_is_not_kept_again(persons: Persons) -> None:
    persons.open_case()
    persons.say(
        MatterMoved(
            id="matter:late", key=TOKEN, source="dispatch", trace="row", occurred_at=persons.now, token=TOKEN,
            matter_no="50011720260921M00008", open=True, content=None,
        )
    )  # fmt: skip
    assert refused(persons, case_no="50011720260921M00008") == "wrong_case"


def test_once_the_key_is_destroyed_a_case_opens_no_door(persons: Persons) -> None:
    persons.open_case()
    persons.owe()
    persons.keys.destroy(TOKEN)
    persons.hub.restart()
    assert refused(persons) == "erased"
