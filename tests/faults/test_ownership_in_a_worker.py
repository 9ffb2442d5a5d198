"""The ownership watch in the worker of dispatch, on a real Kafka: it knows what is open and pages what is planted."""

import uuid
from pathlib import Path

import pytest

from streams.facts.notices import Accountable
from tests.conftest import Cluster
from tests.faults.dispatch_desk import DISTRICT, NOTICES, Desk, desk_on
from tests.hosting.patiently import patiently

pytestmark = pytest.mark.timeout(180)


def metric(desk: Desk, line: str) -> bool:
    return line.encode() in desk.worker.get("/metrics")[1]


def test_a_matter_that_nobody_is_accountable_for_is_told(kafka_broker: Cluster, tmp_path: Path) -> None:
    namespace = f"t{uuid.uuid4().hex[:8]}."
    with desk_on(kafka_broker.bootstrap_servers, namespace, tmp_path, acknowledge_minutes=30) as desk:
        (order_no,) = desk.give_orders(1)
        patiently(lambda: metric(desk, "hub_ownership_open_matters 1.0"))
        assert metric(desk, 'hub_ownership_violation_matters{violation="no_owner"} 0.0')
        planted = Accountable(matter_no=order_no[:-3], open=True, owners=(), clocks=(), changed_at=1)
        desk.topics.append(NOTICES, DISTRICT, planted)
        patiently(lambda: metric(desk, 'hub_ownership_violation_matters{violation="no_owner"} 1.0'))
