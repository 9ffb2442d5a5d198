"""A wall for one test, or one for all tests of a module."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Cluster
from tests.wall.wall_stage import WallStage


@pytest.fixture
def stage(kafka_broker: Cluster, tmp_path: Path) -> Iterator[WallStage]:
    """A wall of the test's own, not yet started: it may kill what it likes."""
    stage = WallStage(kafka_broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", tmp_path)
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def wall(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WallStage]:
    """A running wall for all tests of a module: they use keys of their own and break nothing."""
    home = tmp_path_factory.mktemp("wall")
    stage = WallStage(kafka_broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", home)
    stage.start()
    yield stage
    stage.close()
