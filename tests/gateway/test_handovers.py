"""交接班 at the gateway: the token alone says who signs, for which unit and shift."""

from streams.codec import Codec
from streams.facts.matters import HandedOver
from tests.running_gateway import Hub

UNIT = "500117-water_utility"


def post(hub: Hub, unit: str, token: str, **request: object) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}"}
    response = hub.client.post(f"/v1/units/{unit}/handover", headers=headers, **request)  # type: ignore[arg-type]
    return response.status_code, response.json()


def test_an_officer_signs_for_the_own_unit_and_shift(hub: Hub, codec: Codec) -> None:
    status, receipt = post(hub, UNIT, hub.token())
    assert status == 200
    fact = codec.decode(hub.record_at(receipt).value() or b"")
    assert isinstance(fact, HandedOver)
    assert (fact.key, fact.actor_unit, fact.actor_officer, fact.actor_shift) == ("500117", UNIT, "0117", "夜班")


def test_the_same_token_signs_once(hub: Hub) -> None:
    token = hub.token(age_seconds=7)
    assert [post(hub, UNIT, token)[1]["status"] for _ in range(2)] == ["accepted", "duplicate"]


def test_nobody_signs_for_another_unit_or_with_words(hub: Hub) -> None:
    assert post(hub, "500117-gas_utility", hub.token())[0] == 403
    assert post(hub, "nobody", hub.token())[0] == 404
    assert post(hub, UNIT, hub.token(), json={"shift": "白班"})[0] == 422
    assert post(hub, UNIT, "no token")[0] == 401
