"""A department is suspended while it pushes: from the operator's command to the door, and back."""

import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from connectors.commands.sources import sources
from connectors.readers.http_push import RECEIPT_SECONDS
from streams.cloudevents import attributes
from streams.processors.sources import Sources
from streams.topics import ensure_topics
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.faults.running import workers
from tests.gateway.test_pushes import STRUCTURED, body, event, request_data
from tests.part_topologies import without_connectors
from tests.running_gateway import SYSTEM, Hub, own_hub

__all__ = ["own_hub"]

SIGNED = ("--by", "数据局值班处", "--reason", "协议续签前暂停")


class Department:
    """Pushes one request after another; one that is refused is pushed again until there is a receipt.

    `refusals` leave out those that came after waiting for Kafka, which a busy machine may hold up.
    """

    def __init__(self, hub: Hub) -> None:
        self.receipts: list[str] = []
        self.refusals: list[httpx.Response] = []
        self._hub = hub
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._push_on)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _push_on(self) -> None:
        for number in itertools.count():
            request = body(event(request_data(request_no=f"SQ{number}"), id=f"SQ{number}"))
            while (answer := self._hub.push("events", request, STRUCTURED)).status_code != 200:
                if answer.elapsed.total_seconds() < RECEIPT_SECONDS:
                    self.refusals.append(answer)
                if self._stop.wait(0.05):
                    return
            self.receipts.append(answer.json()["id"])
            if self._stop.is_set():
                return


@contextmanager
def pushing(hub: Hub) -> Iterator[Department]:
    department = Department(hub)
    try:
        yield department
    finally:
        department.stop()


def decide(decision: str, *signed: str) -> None:
    done = CliRunner().invoke(sources, [decision, SYSTEM, *signed])
    assert done.exit_code == 0, done.stderr


def pushed(hub: Hub) -> list[str]:
    """The numbers of the requests in Kafka."""
    rows = hub.records(f"hub.source.{SYSTEM}.v1")
    return [attributes(record.headers())["id"].split(":")[1] for record in rows]


def test_suspended_while_it_pushes_a_department_is_refused_until_it_is_authorised_and_nothing_is_lost_or_doubled(
    kafka_broker: Cluster, own_hub: Callable[[str], Hub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    ensure_topics(without_connectors(hub.topology), hub.bootstrap)
    monkeypatch.setenv("HUB_KAFKA", hub.bootstrap)
    monkeypatch.setenv("HUB_NAMESPACE", hub.topology.namespace)
    hub.start()
    with workers(hub.topology, hub.bootstrap, tmp_path / "keys") as started, pushing(hub) as department:
        started.start(Sources())
        eventually(lambda: len(department.receipts) > 20, within_seconds=60)
        decide("suspend", *SIGNED)
        eventually(lambda: len(department.refusals) > 2, within_seconds=30)
        suspended_at_row = len(department.receipts)

        refusal = department.refusals[-1]
        assert (refusal.status_code, refusal.headers["content-type"]) == (403, "application/problem+json")
        assert refusal.json()["type"] == "urn:hub:problem:not_authorised"
        assert "已暂停" in refusal.json()["detail"]
        assert set(pushed(hub)) == set(department.receipts), "each receipt has its row, no refusal has one"
        eventually(lambda: hub.client.get("/health/ready").status_code == 200)
        metrics = hub.client.get("/metrics").text
        assert f'hub_source_authorised_info{{system="{SYSTEM}"}} 0.0' in metrics
        assert 'hub_gateway_refusals_total{reason="not_authorised"}' in metrics
        assert listed()["authorisation"] == "suspended"

        decide("authorise", *SIGNED)
        eventually(lambda: len(department.receipts) > suspended_at_row + 20, within_seconds=30)
    assert {answer.status_code for answer in department.refusals} == {403}
    assert Counter(pushed(hub)) == Counter(department.receipts) == Counter(set(department.receipts))


def listed() -> dict[str, object]:
    done = CliRunner().invoke(sources, ["show", SYSTEM, "--json"])
    found: dict[str, object] = json.loads(done.stdout)
    return found
