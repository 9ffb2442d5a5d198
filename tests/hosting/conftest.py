"""A hub's topics, a unit's webhook and Faust workers, for one test or one module."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Cluster
from tests.hosting.stage import Stage


@pytest.fixture
def stage(kafka_broker: Cluster, tmp_path: Path) -> Iterator[Stage]:
    """A stage of the test's own, whose worker it may kill."""
    with _stage(kafka_broker, tmp_path) as stage:
        yield stage


@pytest.fixture(scope="module")
def shared_stage(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage with a running worker for all tests of a module: they use orders of their own and break nothing."""
    with _stage(kafka_broker, tmp_path_factory.mktemp("stage")) as stage:
        stage.worker("attempts").start()
        yield stage


@contextmanager
def _stage(cluster: Cluster, home: Path) -> Iterator[Stage]:
    stage = Stage(cluster.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", home)
    try:
        yield stage
    finally:
        stage.close()
