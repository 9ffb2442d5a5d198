"""Units answer over their topic as through the front door: same tokens, same words, one fact for each answer."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.actors import PUBLIC_KEY, ActorCheck, TokenRefused
from streams.facts.answers import AnswerReceipt, Said
from streams.facts.matters import Answered
from streams.facts.quarantine import Held
from tests.conftest import Cluster
from tests.hosting.hub_topics import HubTopics
from tests.hosting.patiently import patiently
from tests.running_gateway import Hub

ANSWERS, MATTERS, QUARANTINE = "hub.answers.v1", "hub.log.matters.v1", "hub.quarantine.v1"
RECEIPTS = "hub.notice.answers.v1"
UNIT = "500117-water_utility"


@pytest.fixture
def topics(hub: Hub) -> Iterator[HubTopics]:
    topics = HubTopics(hub.topology, hub.bootstrap)
    yield topics
    topics.close()


def say(topics: HubTopics, order_no: str, word: str, token: str, **said: Any) -> None:
    topics.append(ANSWERS, UNIT, Said(order_no=order_no, word=word, token=token, **said))


def answers_to(topics: HubTopics, order_no: str) -> list[Answered]:
    return [fact for fact in topics.records(MATTERS) if isinstance(fact, Answered) and fact.order_no == order_no]


def held(topics: HubTopics) -> list[Held]:
    return [one for one in topics.records(QUARANTINE) if isinstance(one, Held) and one.topic == ANSWERS]


def receipts(topics: HubTopics) -> list[AnswerReceipt]:
    return [receipt for receipt in topics.records(RECEIPTS) if isinstance(receipt, AnswerReceipt)]


def test_an_answer_over_the_topic_is_a_fact_with_the_actor_of_its_token(hub: Hub, topics: HubTopics) -> None:
    order_no = "50011720261122M00101-01"
    say(topics, order_no, "first-contact", hub.token(), body='{"claimed_at": "2026-11-22T08:00:00+08:00"}')
    (fact,) = patiently(lambda: answers_to(topics, order_no))
    assert (fact.key, fact.answer, fact.channel) == ("500117", "first_contact", "topic")
    assert (fact.actor_unit, fact.actor_officer, fact.actor_shift) == (UNIT, "0117", "夜班")
    assert fact.claimed_at == fact.occurred_at == 1_795_305_600_000


def test_an_answer_under_a_key_is_the_same_fact_by_either_door_and_without_one_another(
    hub: Hub, topics: HubTopics
) -> None:
    order_no, token = "50011720261122M00102-01", hub.token()
    for _ in range(2):
        say(topics, order_no, "accept", token, idempotency_key="SW-1")
        say(topics, order_no, "accept", token)
    receipt = hub.answer(order_no, "accept", token, headers={"Idempotency-Key": "SW-1"}).json()
    facts = patiently(lambda: found if len(found := answers_to(topics, order_no)) == 5 else [])
    assert [fact.id for fact in facts].count(receipt["id"]) == 3
    assert len({fact.id for fact in facts}) == 3


def test_what_is_no_answer_is_held_under_its_reason_and_holds_up_nobody(hub: Hub, topics: HubTopics) -> None:
    before, answered = len(held(topics)), len(receipts(topics))
    order_no, token = "50011720261122M00103-01", hub.token()
    topics.append(ANSWERS, UNIT, b'{"order_no": "50011720261122M00103-01"}')
    say(topics, order_no, "accept", "")
    say(topics, order_no, "accept", "not a token")
    say(topics, order_no, "accept", hub.token(age_seconds=4_000))
    say(topics, "103", "accept", token)
    say(topics, order_no, "sleep", token)
    say(topics, order_no, "accept", token, body="{")
    say(topics, order_no, "accept", token, body='{"claimed_at": "soon"}')
    say(topics, order_no, "accept", token, idempotency_key="签收")
    say(topics, order_no, "accept", token)
    kept = patiently(lambda: found if len(found := held(topics)[before:]) == 9 else [])
    assert [(one.stage, one.reason) for one in kept] == [
        ("decode", "WrongMagic"),
        ("apply", "token_missing"),
        ("apply", "token_wrong"),
        ("apply", "token_expired"),
        ("apply", "no_such_order"),
        ("apply", "no_such_order"),
        ("apply", "not_json"),
        ("apply", "wrong_answer"),
        ("apply", "idempotency_key"),
    ]
    assert not any(order_no in one.detail or token in one.detail for one in kept)
    (fact,) = patiently(lambda: answers_to(topics, order_no))
    assert fact.answer == "accept"
    told = patiently(lambda: found if len(found := receipts(topics)[answered:]) == 10 else [])
    assert [(one.state, one.reason, one.id) for one in told] == [
        *(("refused", one.reason, None) for one in kept),
        ("taken", None, fact.id),
    ]
    assert [(one.partition, one.offset) for one in told[:9]] == [(one.partition, one.offset) for one in kept]


def test_a_gateway_that_was_killed_goes_on_where_it_was_and_a_record_read_twice_is_the_same_fact(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    topics = HubTopics(hub.topology, hub.bootstrap)
    orders = [f"50011720261122M001{number}-01" for number in range(10, 16)]
    try:
        for order_no in orders[:3]:
            say(topics, order_no, "accept", hub.token())
        hub.start()
        patiently(lambda: all(answers_to(topics, order_no) for order_no in orders[:3]))
        hub.kill()
        for order_no in orders[3:]:
            say(topics, order_no, "accept", hub.token())
        hub.start()
        patiently(lambda: all(answers_to(topics, order_no) for order_no in orders))
        assert {len({fact.id for fact in answers_to(topics, order_no)}) for order_no in orders} == {1}
        patiently(lambda: sum(topics.committed("hub-answers", ANSWERS).values()) == len(orders))
        taken = {(one.partition, one.offset): one.id for one in receipts(topics)}
        assert {*taken.values()} == {answers_to(topics, order_no)[0].id for order_no in orders}
        assert len(taken) == len(orders)
    finally:
        topics.close()


def test_a_token_has_to_be_good_when_the_answer_was_appended_not_when_it_is_read(hub: Hub) -> None:
    check = ActorCheck((hub.secrets / PUBLIC_KEY).read_bytes())
    authorization = f"Bearer {hub.token(age_seconds=4_000)}"
    identified = check.identify(authorization, 0.0)
    assert check.identify(authorization, identified.expires_at / 1_000) == identified
    with pytest.raises(TokenRefused, match="expired"):
        check.identify(authorization)
