"""The gateway that simulated departments and units of these tests speak to, and the city whose files they read."""

from pathlib import Path

import pytest

from streams.cities.city import City
from tests import hechuan as tested
from tests.running_gateway import codec, hub, own_hub

__all__ = ["codec", "hub", "own_hub"]


@pytest.fixture(scope="session")
def hechuan() -> City:
    return tested.hechuan()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Hechuan's files, to be spoilt."""
    return tested.copied(tmp_path)
