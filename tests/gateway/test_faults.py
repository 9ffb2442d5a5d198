"""What the front door does when Kafka, the sender or itself fails: never a receipt without a write."""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from connectors.authorisation import Obstacle
from connectors.bodies import read_body
from connectors.doors import Doors, create_gateway
from connectors.given_back import GivenBack
from connectors.person_readings import Persons
from connectors.problems import Problem
from connectors.push_doors import PushDoor
from connectors.push_keys import PushKeys
from connectors.quotas import Quota, Rates
from connectors.readers.http_push import MOST_WAITING_ROWS, PushIntake
from connectors.signed_facts import SignedFacts
from connectors.systems import fleet
from streams.cloudevents import attributes
from streams.codec import Codec
from streams.secrecy.sealing import Keys, Sealer
from streams.secrecy.secret_store import SecretStore
from tests.conftest import Cluster, PrivateBrokers
from tests.delete_topic import delete_topic
from tests.eventually import eventually
from tests.gateway.test_pushes import BATCH, STRUCTURED, body, event, request_data
from tests.running_gateway import SYSTEM, Hub

FREELY = Rates(requests=1e6, rows=1e6)


def rows_in_kafka(hub: Hub) -> set[str]:
    """The ids of all rows."""
    return {attributes(record.headers())["id"] for record in hub.records(f"hub.source.{SYSTEM}.v1")}


def test_without_kafka_there_is_no_receipt_and_with_it_again_the_same_push_is_taken(
    own_hub: Callable[[str], Hub], private_broker: PrivateBrokers
) -> None:
    broker = private_broker()
    hub = own_hub(broker.bootstrap_servers)
    hub.start()
    data = request_data()
    pushed = body(event(data))
    order, token = "50011720261122M00001-01", hub.token()
    eventually(lambda: hub.client.get("/health/ready").status_code == 200, within_seconds=60)
    broker.pause()  # It still takes connections, as a machine does whose disk hangs.
    ready = hub.client.get("/health/ready")
    assert ready.status_code == 503
    assert "Kafka does not answer" in ready.json()["reasons"][0]
    broker.resume()
    eventually(lambda: hub.client.get("/health/ready").status_code == 200, within_seconds=60)
    broker.kill()

    with ThreadPoolExecutor() as threads:
        waiting = [
            threads.submit(hub.push, "events", pushed, STRUCTURED),
            threads.submit(hub.answer, order, "acknowledge", token),
        ]
    for response in (future.result() for future in waiting):
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
    assert hub.client.get("/health/live").status_code == 200
    ready = hub.client.get("/health/ready")
    assert ready.status_code == 503
    assert any("Kafka does not answer" in reason for reason in ready.json()["reasons"])

    broker.start()
    eventually(lambda: hub.client.get("/health/ready").status_code == 200, within_seconds=60)
    receipt = eventually(lambda: _taken(hub.push("events", pushed, STRUCTURED)), within_seconds=60)
    assert f"{SYSTEM}:{data['request_no']}:1" in rows_in_kafka(hub)
    assert receipt is not None
    assert receipt["topic"].endswith(f"hub.source.{SYSTEM}.v1")
    assert eventually(lambda: _taken(hub.answer(order, "acknowledge", token)), within_seconds=60)


def test_a_topic_that_is_gone_is_named(own_hub: Callable[[str], Hub], kafka_broker: Cluster) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    hub.start()
    eventually(lambda: hub.client.get("/health/ready").status_code == 200, within_seconds=30)
    matters = hub.topology.topic_name("hub.log.matters.v1")
    delete_topic(kafka_broker.bootstrap_servers, matters)
    eventually(lambda: hub.client.get("/health/ready").status_code == 503, within_seconds=30)
    reasons = hub.client.get("/health/ready").json()["reasons"]
    assert reasons == [f"topic {matters} does not exist: `hub topics` creates what is missing"]


def _taken(response: httpx.Response) -> dict[str, Any] | None:
    return response.json() if response.status_code == 200 else None


def test_every_receipt_of_a_gateway_that_is_killed_stands_in_kafka(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    hub.start()
    receipts: list[str] = []

    def push_until_it_dies() -> None:
        while True:
            data = request_data()
            try:
                if hub.push("events", body(event(data)), STRUCTURED).status_code == 200:
                    receipts.append(f"{SYSTEM}:{data['request_no']}:1")
            except httpx.TransportError:
                return

    pushers = [threading.Thread(target=push_until_it_dies) for _ in range(4)]
    for pusher in pushers:
        pusher.start()
    eventually(lambda: len(receipts) > 50, within_seconds=30)
    assert hub.process is not None
    hub.process.kill()
    for pusher in pushers:
        pusher.join()

    assert set(receipts) <= rows_in_kafka(hub)


def test_a_gateway_that_was_killed_still_knows_what_it_took_thousands_of_rows_ago(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    hub.start()
    data = request_data()
    pushed = body(event(data, id="again"))
    first = hub.push("events", pushed, STRUCTURED).json()
    for _ in range(3):  # more than any batch
        assert hub.push("batches", body([event(request_data()) for _ in range(1000)]), BATCH).status_code == 200
    hub.kill()
    hub.start()

    receipts = [hub.push("events", pushed, STRUCTURED).json() for _ in range(5)]
    assert receipts == [{**first, "status": "duplicate"}] * 5
    rows = [attributes(record.headers())["id"] for record in hub.records(f"hub.source.{SYSTEM}.v1")]
    assert rows.count(f"{SYSTEM}:{data['request_no']}:1") == 1
    other = hub.push("events", body(event({**data, "request_class": "A2"}, id="again")), STRUCTURED)
    assert other.status_code == 409
    assert other.json()["type"] == "urn:hub:problem:conflict"


def doors_of(intake: PushIntake, secrets: SecretStore, codec: Codec, obstacle: Obstacle | None = None) -> Doors:
    """Of a gateway whose Kafka has said nothing yet."""

    async def append(topic: str, key: str, value: bytes) -> NoReturn:
        raise AssertionError(f"{topic} {key} {value!r}")

    async def not_ready() -> list[str]:
        return []

    matters, incidents = (SignedFacts(append, codec, secrets, log) for log in ("matters", "incidents"))
    persons = Persons(append, codec, secrets, "", str)
    door = PushDoor(fleet()[SYSTEM].contract, intake, SYSTEM, Quota(FREELY), lambda: obstacle)
    sealer = Sealer(Keys(Path("nowhere"), create=False))
    keys, given_back = PushKeys(append, codec, sealer, "pushes"), GivenBack("", "quarantine", codec, sealer, [SYSTEM])
    return Doors({SYSTEM: door}, keys, given_back, matters, incidents, persons, codec, secrets, not_ready)


def test_a_department_that_outruns_kafka_is_told_to_come_back(hub: Hub, codec: Codec) -> None:
    async def outrun() -> httpx.Response:
        intake = PushIntake()  # nobody carries its rows to Kafka
        app = create_gateway(doors_of(intake, SecretStore(hub.secrets), codec))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            full = body([{}] * 1000)
            pushes = [asyncio.create_task(_post(client, hub, full)) for _ in range(MOST_WAITING_ROWS // 1000 + 1)]
            answered, waiting = await asyncio.wait(pushes, timeout=30, return_when=asyncio.FIRST_COMPLETED)
            for push in waiting:
                push.cancel()
            return answered.pop().result()

    response = asyncio.run(outrun())
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "1"


async def _post(client: httpx.AsyncClient, hub: Hub, content: bytes) -> httpx.Response:
    headers = {**hub.signed(content), "Content-Type": BATCH}
    return await client.post(f"/v1/sources/{SYSTEM}/batches", content=content, headers=headers)


def test_a_department_whose_changed_contract_is_not_approved_is_told_so_and_nothing_is_taken(
    hub: Hub, codec: Codec
) -> None:
    async def push() -> httpx.Response:
        app = create_gateway(doors_of(PushIntake(), SecretStore(hub.secrets), codec, "contract_not_approved"))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            return await _post(client, hub, body([{}]))

    response = asyncio.run(push())
    assert (response.status_code, response.json()["type"]) == (403, "urn:hub:problem:contract_not_approved")
    assert "尚未批准或尚未生效" in response.json()["detail"]


def test_what_was_given_back_is_asked_for_again_until_kafka_has_told_it(hub: Hub, codec: Codec) -> None:
    async def ask() -> httpx.Response:
        app = create_gateway(doors_of(PushIntake(), SecretStore(hub.secrets), codec))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            return await client.get(f"/v1/sources/{SYSTEM}/disputes", headers=hub.signed(b""))

    response = asyncio.run(ask())
    assert (response.status_code, response.json()["type"]) == (503, "urn:hub:problem:disputes_not_known")
    assert response.headers["Retry-After"] == "5"


def test_the_size_of_a_body_is_what_arrives_not_what_is_declared() -> None:
    parts = iter([b"12345", b"678901"])

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": next(parts), "more_body": True}

    with pytest.raises(Problem) as refused:
        asyncio.run(read_body({"content-length": "3"}, receive, 10))
    assert refused.value.status == 413


def test_an_unexpected_error_shows_nothing_of_the_request(hub: Hub, codec: Codec) -> None:
    app = create_gateway(doors_of(PushIntake(), SecretStore(hub.secrets), codec))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.post(
                "/v1/orders/50011720261122M00001-01/acknowledge", headers={"Authorization": f"Bearer {hub.token()}"}
            )

    response = asyncio.run(ask())
    assert response.status_code == 500
    assert "50011720261122M00001" not in json.dumps(response.json())
