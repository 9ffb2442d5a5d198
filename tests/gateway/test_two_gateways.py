"""Two gateways side by side: neither knows what the other has just taken, and yet it counts once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from streams.codec import Codec
from streams.facts.incidents import Reported
from streams.kafka import Message
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.gateway.test_pushes import STRUCTURED, body, event, request_data
from tests.processors.kit import INCIDENT_VIEW, INCIDENTS, Centre
from tests.running_gateway import SYSTEM, Hub


@pytest.fixture
def two(own_hub: Callable[[str], Hub], kafka_broker: Cluster, tmp_path: Path) -> Iterator[tuple[Hub, Hub]]:
    """Gateways of one hub: the same topics, secrets and keys, all that both need to know read before."""
    first = own_hub(kafka_broker.bootstrap_servers)
    first.start()
    _await_ready(first)
    keys = {"HUB_SECRETS": str(first.secrets), "HUB_KEYS": str(first.home / "keys")}
    home = tmp_path / "second"
    home.mkdir()
    second = Hub(first.bootstrap, first.topology, home, variables=keys)
    for made in (request_data(), request_data(request_class="Z9")):  # whatever keys it needs the first one makes
        first.push("events", body(event(made)), STRUCTURED)
    try:
        second.start()
        _await_ready(second)
        yield first, second
    finally:
        second.kill()


def _await_ready(hub: Hub) -> None:
    eventually(lambda: hub.client.get("/health/ready").status_code == 200, within_seconds=60)


def test_what_two_gateways_take_at_once_has_one_effect(two: tuple[Hub, Hub], codec: Codec) -> None:
    first, second = two
    same, other = request_data(), request_data()
    with ThreadPoolExecutor() as threads:
        told = threads.map(lambda gateway: _push(first, gateway, same), two)
        assert list(told) == ["accepted", "accepted"]
    assert _push(first, first, other) == "accepted"
    assert _push(first, second, {**other, "request_class": "A2"}) == "accepted"

    records = [record for record in first.records(INCIDENTS) if _record_no(codec, record) in _numbers(same, other)]
    assert len(records) == 4
    assert len({codec.decode(record.value() or b"").id for record in records}) == 2

    centre = Centre()
    for record in records:
        centre.hub.append(INCIDENTS, (record.key() or b"").decode(), record.value())
    centre.hub.settle()
    assert sum(incident.reports for incident in centre.hub.latest(INCIDENT_VIEW).values()) == 2
    assert centre.hub.set_aside() == [("apply", "conflict")]


def _numbers(*data: dict[str, Any]) -> set[str]:
    return {said["request_no"] for said in data}


def _record_no(codec: Codec, record: Message) -> str | None:
    fact = codec.decode(record.value() or b"")
    return fact.record_no if isinstance(fact, Reported) else None


def _push(owner: Hub, gateway: Hub, data: dict[str, Any]) -> str:
    """The status of the receipt of a push, signed with the department's one key, through either gateway."""
    content = body(event(data))
    headers = {**owner.signed(content), "Content-Type": STRUCTURED}
    response = gateway.client.post(f"/v1/sources/{SYSTEM}/events", content=content, headers=headers)
    assert response.status_code == 200, response.text
    return str(response.json()["status"])
