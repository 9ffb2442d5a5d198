"""What officers take down of persons' rights: the facts that the doors make, and what is none."""

import json
from typing import Any

import pytest

from connectors.person_rights_doors import right_asked, right_done
from connectors.problems import Problem
from connectors.signed_facts import SignedRequest
from streams.secrecy.actors import Actor, Identified

TOKEN = "services:1:0123456789abcdef"
OFFICER = Identified(Actor("500117-district_centre", "服务岗", "FW-017", "day", "operator", "services"), 1_000, 2_000)
CORRECTION = {"right": "correction", "system": "mz_social_aid", "record_no": "FW1", "words": "地址有误"}


def request(body: dict[str, Any], key: str | None = None) -> SignedRequest:
    return SignedRequest(None, key, json.dumps(body).encode())


@pytest.mark.parametrize("right", ["access", "deletion"])
def test_what_is_asked_for_is_a_fact_under_the_persons_token_and_the_officers_name(right: str) -> None:
    fact = right_asked(TOKEN, request({"right": right, "words": "本人申请"}), OFFICER)
    assert (fact.key, fact.token, fact.right, fact.actor_officer) == (TOKEN, TOKEN, right, "FW-017")
    assert fact.content is not None
    assert fact.content.words == "本人申请"
    assert (fact.system, fact.record_no, fact.item) == ("", "", "")


def test_a_correction_names_the_record_and_may_name_the_item() -> None:
    fact = right_asked(TOKEN, request({**CORRECTION, "item": "address"}), OFFICER)
    assert (fact.system, fact.record_no, fact.item) == ("mz_social_aid", "FW1", "address")


def test_the_same_under_one_key_is_one_request_and_under_another_a_new_one() -> None:
    first, again, other = (right_asked(TOKEN, request(CORRECTION, key), OFFICER).id for key in ("a", "a", "b"))
    assert first == again != other


@pytest.mark.parametrize(
    "body",
    [
        {"right": "portability", "words": "本人申请"},
        {"right": "access"},
        {"right": "access", "words": "本人申请", "system": "mz_social_aid"},
        {"right": "deletion", "words": "本人申请", "item": "address"},
        {"right": "correction", "words": "地址有误"},
        {"right": "correction", "words": "地址有误", "system": "mz_social_aid"},
        {**CORRECTION, "record_no": "有空 格"},
        {**CORRECTION, "name": "张三"},
    ],
)
def test_what_is_no_right_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        right_asked(TOKEN, request(body), OFFICER)
    assert refused.value.status == 422


def test_nobodys_token_has_no_rights() -> None:
    with pytest.raises(Problem) as refused:
        right_asked("张三", request(CORRECTION), OFFICER)
    assert refused.value.status == 404


@pytest.mark.parametrize("outcome", ["exported", "answered"])
def test_that_it_was_done_is_a_fact_too(outcome: str) -> None:
    fact = right_done(TOKEN, "right:1", outcome, request({}), OFFICER)
    assert (fact.key, fact.request_no, fact.outcome, fact.content) == (TOKEN, "right:1", outcome, None)


def test_nothing_is_done_in_another_way_and_nothing_without_a_number() -> None:
    for request_no, outcome in (("right:1", "forgotten"), ("有空 格", "exported")):
        with pytest.raises(Problem) as refused:
            right_done(TOKEN, request_no, outcome, request({}), OFFICER)
        assert refused.value.status == 404
