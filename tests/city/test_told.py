"""What departments are told by the hub stands in the city's ledger, once for each number."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from connectors.city.ledger import Ledger, Told
from connectors.city.told import Listeners
from streams.agents.give_back import event_of
from streams.facts.notices import GiveBack, topic_to
from streams.secrecy.signing import signature_headers
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.conftest import Cluster
from tests.hosting.hub_topics import HubTopics
from tests.part_topologies import without_connectors

KEY = b"callback key"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        yield ledger


def reply(system: str, number: int = 1) -> GiveBack:
    """The outcome of one record."""
    return GiveBack(
        give_back_no=f"50011720261122M00001-reply-closed-1/{system}/R{number}", attempt=1, kind="reply",
        district="500117", system=system, record_no=f"R{number}", medium="callback", address="secret:callback",
        timeout_seconds=5, matter_no="50011720261122M00001", incident_class="street_order", state="closed",
        changed_at=1,
    )  # fmt: skip


def called_back(ledger: Ledger, body: bytes, *, key: bytes = KEY, system: str = "zz_community_e") -> int:
    """The status that a callback of the hub gets."""
    app = FastAPI()
    Listeners(ledger, KEY).add_to(app)

    async def post() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://city") as client:
            signed = signature_headers(key, int(time.time()), body)
            return (await client.post(f"/replies/{system}", content=body, headers=signed)).status_code

    return asyncio.run(post())


def test_a_callback_that_comes_twice_is_noted_once(ledger: Ledger) -> None:
    said = reply("zz_community_e")
    assert [called_back(ledger, event_of(said)) for _ in range(2)] == [204, 204]
    assert ledger.all_told() == [Told(said.give_back_no, "zz_community_e", "R1", "reply", "closed")]


def test_a_callback_that_is_not_signed_for_another_or_malformed_is_not_taken(ledger: Ledger) -> None:
    assert called_back(ledger, event_of(reply("zz_community_e")), key=b"another key") == 401
    assert called_back(ledger, event_of(reply("zz_hezhou"))) == 400
    assert called_back(ledger, b"[]") == 400
    assert ledger.all_told() == []


def test_what_stands_on_a_departments_topic_is_noted(kafka_broker: Cluster, namespace: str, ledger: Ledger) -> None:
    topology = without_connectors(load_topology()).with_namespace(namespace)
    bootstrap = kafka_broker.bootstrap_servers
    ensure_topics(topology, bootstrap)
    topics, said = HubTopics(topology, bootstrap), reply("zw_hotline12345")
    listening = {topology.topic_name(topic_to("zw_hotline12345")): "zw_hotline12345"}

    async def listen() -> None:
        listener = asyncio.create_task(Listeners(ledger, KEY).listen(bootstrap, listening))
        topics.append(topic_to("zw_hotline12345"), said.system, said)
        async with asyncio.timeout(60):
            while not ledger.all_told():
                await asyncio.sleep(0.05)
        listener.cancel()

    asyncio.run(listen())
    topics.close()
    assert [(one.system, one.record_no) for one in ledger.all_told()] == [("zw_hotline12345", "R1")]
