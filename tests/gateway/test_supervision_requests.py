"""Words on supervision orders and of leaders on orders, through the front door into the matters' log."""

import httpx
import pytest

from streams.codec import Codec
from streams.facts.matters import Directed, Supervised
from tests.running_gateway import Hub

ORDER, SUPERVISION = "50011720261122M00001-01", "50011720261122S00001"


def post(hub: Hub, path: str, json: object = None, token: str | None = None, **headers: str) -> httpx.Response:
    named = {"Authorization": f"Bearer {token or hub.token()}", **headers}
    return httpx.post(f"{hub.url}{path}", json=json, headers=named, timeout=30)


def fact_at(hub: Hub, codec: Codec, response: httpx.Response) -> object:
    assert response.status_code == 200, response.text
    return codec.decode(hub.record_at(response.json()).value() or b"")


@pytest.mark.parametrize("word", ["sign", "refuse", "answer", "sign-off"])
def test_every_word_on_a_supervision_order_has_its_address(hub: Hub, codec: Codec, word: str) -> None:
    fact = fact_at(hub, codec, post(hub, f"/v1/supervisions/{SUPERVISION}/{word}"))
    assert isinstance(fact, Supervised)
    assert (fact.key, fact.supervision_no, fact.act) == ("500117", SUPERVISION, word.replace("-", "_"))
    assert (fact.actor_unit, fact.actor_officer) == ("500117-water_utility", "0117")


def test_whoever_signs_may_say_what_is_demanded(hub: Hub, codec: Codec) -> None:
    fact = fact_at(hub, codec, post(hub, f"/v1/supervisions/{SUPERVISION}/sign", {"demand": "explain"}))
    assert isinstance(fact, Supervised)
    assert fact.demand == "explain"


def test_an_order_is_moved_up_or_supervised_under_its_own_address(hub: Hub, codec: Codec) -> None:
    moved = fact_at(hub, codec, post(hub, f"/v1/orders/{ORDER}/escalate", {"to_unit": "500117-leader"}))
    assert isinstance(moved, Directed)
    assert (moved.direction, moved.order_no, moved.to_unit) == ("escalate", ORDER, "500117-leader")
    wanted = fact_at(hub, codec, post(hub, f"/v1/orders/{ORDER}/instruct", {"demand": "finish"}))
    assert isinstance(wanted, Directed)
    assert (wanted.direction, wanted.demand, wanted.to_unit) == ("instruct", "finish", None)


def test_the_same_again_under_one_key_is_the_first_receipt(hub: Hub) -> None:
    path, token = f"/v1/supervisions/{SUPERVISION}/refuse", hub.token()
    first, again = (post(hub, path, token=token, **{"Idempotency-Key": "tap-9"}).json() for _ in range(2))
    assert (first["id"], first["offset"], again["status"]) == (again["id"], again["offset"], "duplicate")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"/v1/supervisions/{SUPERVISION}/praise", None, 404),
        ("/v1/supervisions/50011720261122M00001/sign", None, 404),
        (f"/v1/supervisions/{SUPERVISION}/sign", {"demand": "张三立即到岗"}, 422),
        (f"/v1/supervisions/{SUPERVISION}/answer", {"demand": "finish"}, 422),
        (f"/v1/orders/{ORDER}/escalate", None, 422),
        (f"/v1/orders/{ORDER}/escalate", {"to_unit": "张三 13800000000"}, 422),
        ("/v1/orders/1/escalate", {"to_unit": "500117-leader"}, 404),
    ],
)
def test_what_cannot_be_meant_is_refused_and_no_free_words_are_taken(
    hub: Hub, path: str, body: object, status: int
) -> None:
    assert post(hub, path, body).status_code == status


def test_nobody_signs_without_a_token(hub: Hub) -> None:
    assert httpx.post(f"{hub.url}/v1/supervisions/{SUPERVISION}/sign", timeout=30).status_code == 401
