"""`hub check`, `hub graph` and `hub topics` as an operator runs them: what they print and how they end."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams.schema_files import SCHEMAS
from streams.topology import TOPOLOGY
from tests.conftest import Cluster
from tests.topology.small import line_of, small

WELL, FINDING, WRONG_USE = 0, 1, 2


def hub(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as `hub` does, with only these HUB_ variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return subprocess.run(
        [sys.executable, "-c", "from streams.cli import main; main()", *map(str, arguments)],
        cwd=TOPOLOGY.parent,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose topology has two errors."""
    path = small(tmp_path, ("retention: 90", "retention: 1"), ("reader: kafka", "reader: pigeon"))
    (tmp_path / "schemas").symlink_to(SCHEMAS)
    return path


def test_check_prints_every_error_with_file_and_line_and_ends_with_1(checkout: Path) -> None:
    ended = hub("check", checkout)
    assert ended.returncode == FINDING
    assert f"{checkout}:{line_of(checkout, 'pigeon')}: connector shop: unknown reader 'pigeon'" in ended.stdout
    assert (
        f"{checkout}:{line_of(checkout, 'retention: 1')}: topic hub.log.deliveries.v1: retention of 1 days"
        in ended.stdout
    )


def test_check_gives_the_same_as_json(checkout: Path) -> None:
    ended = hub("check", checkout, "--json")
    faults = json.loads(ended.stdout)["faults"]
    assert ended.returncode == FINDING
    assert {"file": str(checkout), "line": line_of(checkout, "pigeon")}.items() <= next(
        fault.items() for fault in faults if "pigeon" in fault["text"]
    )


def test_check_releases_nothing_while_there_are_errors(checkout: Path) -> None:
    before = sorted((SCHEMAS / "released").rglob("*"))
    assert json.loads(hub("check", checkout, "--json", "--release").stdout)["released"] == []
    assert sorted((SCHEMAS / "released").rglob("*")) == before


def test_check_of_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    ended = hub("check", tmp_path / "topology.yaml")
    assert (ended.returncode, ended.stdout) == (WRONG_USE, "")
    assert "there is no" in ended.stderr


def test_graph_prints_the_picture_and_writes_it_where_there_is_a_place(tmp_path: Path) -> None:
    printed = hub("graph")
    assert printed.returncode == WELL
    assert printed.stdout.startswith("flowchart LR\n")
    assert hub("graph", "--write", tmp_path / "absent.md").returncode == WRONG_USE


def test_topics_wants_to_know_the_cluster(tmp_path: Path) -> None:
    ended = hub("topics", HUB_HOME=str(tmp_path))
    assert ended.returncode == WRONG_USE
    assert "HUB_KAFKA" in ended.stderr


def test_topics_creates_what_is_missing_then_finds_nothing_to_do_then_shows_drift(
    kafka_broker: Cluster, namespace: str
) -> None:
    names = {"HUB_KAFKA": kafka_broker.bootstrap_servers, "HUB_NAMESPACE": namespace}
    looked = hub("topics", "--look-only", "--json", **names)
    assert looked.returncode == FINDING
    assert {drift["found"] for drift in json.loads(looked.stdout)["drifts"]} == {"missing"}
    assert hub("topics", **names).returncode == WELL
    again = hub("topics", "--json", **names)
    assert (again.returncode, json.loads(again.stdout)) == (WELL, {"drifts": []})
    drifted = hub("topics", **names, HUB_CLOCK="simulated")
    assert drifted.returncode == FINDING
    assert (
        f"{namespace}hub.log.sources.v1: message.timestamp.type is LogAppendTime, topology.yaml says CreateTime"
        in drifted.stdout
    )


def test_topics_says_so_when_no_kafka_answers(free_port: int) -> None:
    ended = hub("topics", HUB_KAFKA=f"127.0.0.1:{free_port}")
    assert ended.returncode == FINDING
    assert f"Kafka at 127.0.0.1:{free_port}:" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_topology_that_cannot_be_used_ends_graph_and_topics_with_its_faults() -> None:
    for command in ("graph", "topics"):
        ended = hub(command, HUB_CLOCK="sundial", HUB_KAFKA="127.0.0.1:1")
        assert ended.returncode == FINDING
        assert "HUB_CLOCK: unknown clock 'sundial'" in ended.stderr
