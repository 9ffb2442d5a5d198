"""Words on whistles and meetings, through the front door into the matters' log."""

from typing import Any

import pytest

from streams.codec import Codec
from streams.facts.joint import Convened, Whistled
from tests.gateway.test_supervision_requests import fact_at, post
from tests.running_gateway import Hub

MATTER, OTHER = "50011720261122M00001", "50011720261122M00002"
WHISTLE, MEETING = "50011720261122W00001", "50011720261122C00001"
UNITS = ["500117-city_management", "500117-market"]
BEGINS_AT = "2026-11-23T09:00:00+08:00"
SUMMONS: dict[str, Any] = {"kind": "meeting", "matters": [MATTER, OTHER], "units": UNITS, "begins_at": BEGINS_AT}
DECISION = {"matter_no": MATTER, "unit": UNITS[0], "task": "correct"}


def test_a_town_whistles_under_the_address_of_a_matter(hub: Hub, codec: Codec) -> None:
    fact = fact_at(hub, codec, post(hub, f"/v1/matters/{MATTER}/whistle", {"units": UNITS}))
    assert isinstance(fact, Whistled)
    assert (fact.key, fact.act, fact.matter_no, fact.units) == ("500117", "blow", MATTER, tuple(UNITS))
    assert (fact.actor_unit, fact.actor_officer) == ("500117-water_utility", "0117")


def test_a_unit_refuses_and_the_town_signs_under_the_address_of_the_whistle(hub: Hub, codec: Codec) -> None:
    refused = fact_at(hub, codec, post(hub, f"/v1/whistles/{WHISTLE}/refuse", {"reason": "no_hands"}))
    assert isinstance(refused, Whistled)
    assert (refused.act, refused.whistle_no, refused.reason) == ("refuse", WHISTLE, "no_hands")
    signed = fact_at(hub, codec, post(hub, f"/v1/whistles/{WHISTLE}/sign", {"unit": UNITS[0], "rating": "late"}))
    assert isinstance(signed, Whistled)
    assert (signed.act, signed.unit, signed.rating) == ("sign", UNITS[0], "late")


def test_a_unit_may_also_decline_its_own_order(hub: Hub, codec: Codec) -> None:
    body = {"reason": "cannot_come", "claimed_at": "2026-11-22T12:00:00+08:00"}
    fact = fact_at(hub, codec, post(hub, f"/v1/orders/{MATTER}-02/decline", body))
    assert isinstance(fact, Whistled)
    assert (fact.act, fact.order_no, fact.whistle_no, fact.reason) == ("refuse", f"{MATTER}-02", None, "cannot_come")
    assert fact.occurred_at == 1_795_320_000_000


def test_a_meeting_is_called_held_and_decided(hub: Hub, codec: Codec) -> None:
    called = fact_at(hub, codec, post(hub, "/v1/meetings", SUMMONS))
    assert isinstance(called, Convened)
    assert (called.act, called.kind, called.matters) == ("call", "meeting", (MATTER, OTHER))
    assert called.begins_at == 1_795_395_600_000
    held = fact_at(hub, codec, post(hub, f"/v1/meetings/{MEETING}/hold", {"units": UNITS[:1]}))
    assert isinstance(held, Convened)
    assert (held.act, held.meeting_no, held.units) == ("hold", MEETING, (UNITS[0],))
    body = {"decisions": [DECISION], "document": "纪要〔2026〕3号"}
    decided = fact_at(hub, codec, post(hub, f"/v1/meetings/{MEETING}/decide", body))
    assert isinstance(decided, Convened)
    assert (decided.act, decided.document, vars(decided.decisions[0])) == ("decide", body["document"], DECISION)


def test_the_same_again_under_one_key_is_the_first_receipt(hub: Hub) -> None:
    path, token = f"/v1/matters/{MATTER}/whistle", hub.token()
    first, again = (post(hub, path, {"units": UNITS}, token=token, **{"Idempotency-Key": "t-3"}) for _ in range(2))
    assert (first.json()["offset"], again.json()["status"]) == (again.json()["offset"], "duplicate")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/matters/1/whistle", {"units": UNITS}, 404),
        (f"/v1/matters/{MATTER}/whistle", {"units": []}, 422),
        (f"/v1/matters/{MATTER}/whistle", {"units": [UNITS[0], UNITS[0]]}, 422),
        (f"/v1/matters/{MATTER}/whistle", {"units": ["张三 13800000000"]}, 422),
        (f"/v1/whistles/{MATTER}/sign", {"unit": UNITS[0], "rating": "late"}, 404),
        (f"/v1/whistles/{WHISTLE}/praise", None, 404),
        (f"/v1/whistles/{WHISTLE}/sign", {"unit": UNITS[0], "rating": "张三没有来"}, 422),
        (f"/v1/whistles/{WHISTLE}/refuse", {"reason": "太远"}, 422),
        (f"/v1/orders/{MATTER}-02/decline", {}, 422),
        (f"/v1/orders/{MATTER}/decline", {"reason": "no_hands"}, 404),
        ("/v1/meetings", {**SUMMONS, "begins_at": "2026-11-23T09:00:00"}, 422),
        ("/v1/meetings", {**SUMMONS, "kind": "party"}, 422),
        ("/v1/meetings", {**SUMMONS, "matters": [MATTER, "50022820261122M00001"]}, 422),
        ("/v1/meetings", {**SUMMONS, "matters": [MATTER, MATTER]}, 422),
        ("/v1/meetings", {**SUMMONS, "matters": []}, 422),
        (f"/v1/meetings/{WHISTLE}/hold", {"units": UNITS}, 404),
        (f"/v1/meetings/{MEETING}/adjourn", None, 404),
        (f"/v1/meetings/{MEETING}/hold", {"units": []}, 422),
        (f"/v1/meetings/{MEETING}/decide", {"decisions": []}, 422),
        (f"/v1/meetings/{MEETING}/decide", {"decisions": [{**DECISION, "task": "想办法"}]}, 422),
        (f"/v1/meetings/{MEETING}/decide", {"decisions": [DECISION], "document": "电话13800000000"}, 422),
    ],
)
def test_what_cannot_be_meant_is_refused_and_no_free_words_are_taken(
    hub: Hub, path: str, body: object, status: int
) -> None:
    assert post(hub, path, body).status_code == status
