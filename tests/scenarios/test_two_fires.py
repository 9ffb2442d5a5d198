"""Two fires 80 m apart in one minute are never one incident; who is asked whether they are may say so, once."""

import json
from functools import cache
from pathlib import Path

import pytest

from connectors.incident_requests import reviewed
from connectors.signed_facts import SignedRequest
from streams.secrecy.actors import Actor, Identified
from tests.conftest import Cluster
from tests.scenarios.flood_hour import STARTS_AT
from tests.scenarios.player import Ending
from tests.scenarios.returned_thrice import CENTRE
from tests.scenarios.tellings import INCIDENTS, assert_ends_alike, in_memory, lies_in, on_kafka
from tests.scenarios.two_fires import ENDS_AT, FIRST_FIRE, KITCHEN, SECOND_FIRE, SHOP, told
from tests.scenarios.units import MINUTE, Said

DOUBTED = 2
"""A seed by which the two are pinned so near one another that a person is asked."""
ASKED = f"{SECOND_FIRE}/{FIRST_FIRE}"


@cache
def ended(seed: int) -> Ending:
    return in_memory(told(seed), ENDS_AT)


def apart(role: str) -> Said:
    """What `POST /v1/incidents/{no}/apart` appends under the token of somebody of the centre, five minutes later."""
    at = STARTS_AT + 5 * MINUTE
    actor = Actor(unit=CENTRE, post="值班岗", officer="0117", shift="白班", role=role, purpose="review")
    body = json.dumps({"other": FIRST_FIRE, "words": "两处起火"}).encode()
    request = SignedRequest(authorization=None, idempotency_key="apart-1", body=body)
    identified = Identified(actor, issued_at=at, expires_at=at + MINUTE)
    return Said(at, INCIDENTS, reviewed("apart", SECOND_FIRE, request, identified))


@pytest.mark.parametrize("seed", range(1, 7))
def test_two_fires_are_two_incidents_wherever_they_are_pinned(seed: int) -> None:
    ending = ended(seed)
    assert {lies_in(ending, record) for record in KITCHEN} == {FIRST_FIRE}
    assert {lies_in(ending, record) for record in SHOP} == {SECOND_FIRE}
    assert {one.state for one in ending.incidents.values()} == {"in_hand"}
    assert (ending.set_aside, ending.violations) == ([], [])


@pytest.mark.parametrize("seed", range(1, 7))
def test_both_are_called_at_once(seed: int) -> None:
    ending = ended(seed)
    assert len(ending.matters) == 2
    for matter in ending.matters.values():
        assert matter.opened_at < STARTS_AT + MINUTE
        assert {"delivered", "acknowledged", "arrived"} <= set(ending.changes_of(matter.matter_no))


def test_who_says_that_they_are_two_is_not_asked_again() -> None:
    assert ended(DOUBTED).reviews[ASKED].state == "open"
    ending = in_memory([*told(DOUBTED), apart("duty_officer")], ENDS_AT)
    (review,) = ending.reviews.values()
    assert (review.state, review.actor_officer) == ("apart", "0117")
    assert {one.suspected for one in ending.incidents.values()} == {()}
    assert {lies_in(ending, record) for record in KITCHEN} == {FIRST_FIRE}
    assert ending.set_aside == []


def test_who_may_not_say_so_changes_nothing() -> None:
    ending = in_memory([*told(DOUBTED), apart("responder")], ENDS_AT)
    assert [reason for _, reason in ending.set_aside] == ["NotAuthorised"]
    assert ending.reviews == ended(DOUBTED).reviews
    assert ending.incidents == ended(DOUBTED).incidents


def test_kafka_ends_it_as_memory_does(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    story = [*told(DOUBTED), apart("duty_officer")]
    ending = on_kafka(story, ENDS_AT, kafka_broker.bootstrap_servers, namespace, tmp_path)
    assert_ends_alike(ending, in_memory(story, ENDS_AT))
