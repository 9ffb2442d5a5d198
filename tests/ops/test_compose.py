"""`ops/compose.yaml` runs what the topology names, by commands that exist, each on a port that Prometheus scrapes."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.topology import load_topology
from tests.ops.prometheus_server import REPOSITORY

HUB = Path(sys.executable).with_name("hub")
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "ops" / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "hub"}
LONG_RUNNING = {name: service for name, service in OURS.items() if "HUB_PORT" in service["environment"]}


def hub_commands() -> list[list[str]]:
    """Every `hub …` that a service runs, also within a shell."""
    commands = [service["command"] for service in OURS.values()]
    lines = [" ".join(command[2:]) if command[0] == "sh" else " ".join(command) for command in commands]
    return [part.split() for line in lines for part in re.split(r"\s*&&\s*", line) if part.startswith("hub ")]


@pytest.mark.parametrize("command", hub_commands(), ids=" ".join)
def test_a_command_exists_with_its_options(command: list[str]) -> None:
    done = subprocess.run([HUB, *command[1:], "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_module_that_is_run_exists() -> None:
    modules = [service["command"][2] for service in OURS.values() if service["command"][:2] == ["python", "-m"]]
    assert modules
    assert [module for module in modules if find_spec(module) is None] == []


def test_every_worker_of_the_topology_is_run_and_no_two_share_a_slot() -> None:
    runs = [tuple(command[2:]) for command in hub_commands() if command[1] == "run"]
    assert {run[0] for run in runs} == load_topology().workers.keys()
    assert len(set(runs)) == len(runs)


def test_prometheus_scrapes_every_process_on_its_port() -> None:
    groups = json.loads(COMPOSE["configs"]["targets"]["content"])
    scraped = {group["labels"]["process"]: group["targets"] for group in groups}
    assert scraped == {
        name: [f"127.0.0.1:{service['environment']['HUB_PORT']}"] for name, service in LONG_RUNNING.items()
    }


def test_ports_differ() -> None:
    ports = [service["environment"]["HUB_PORT"] for service in LONG_RUNNING.values()]
    assert len(set(ports)) == len(ports)
