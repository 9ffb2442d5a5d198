"""`hub rules` as an operator uses it: 0 is well, 1 a finding, and `--json` is one object."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.commands.rules import rules
from streams.kafka import Topics
from streams.rules_publication import CURSORS, logs_of_rules
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.conftest import Cluster
from tests.hechuan import spoil

RUNNER = CliRunner()


def run(*arguments: str) -> tuple[int, str]:
    result = RUNNER.invoke(rules, list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def cluster(kafka_broker: Cluster, namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands speak to the shared broker, under a namespace of the test's own."""
    monkeypatch.setenv("HUB_KAFKA", kafka_broker.bootstrap_servers)
    monkeypatch.setenv("HUB_NAMESPACE", namespace)
    topology = load_topology()
    needed = {name: topology.topics[name] for name in (*logs_of_rules(topology), CURSORS)}
    ensure_topics(replace(topology, topics=needed, processors={}), kafka_broker.bootstrap_servers)


@pytest.mark.usefixtures("cluster")
def test_rules_are_published_shown_and_not_published_again(copy: Path) -> None:
    assert run("show")[0] == 1
    code, first = run("publish", "--json")
    assert code == 0
    assert json.loads(first)["changed"]
    assert "in force already" in run("publish")[1]
    code, shown = run("show", "--json")
    assert code == 0
    assert json.loads(shown)["version"] == json.loads(first)["version"]

    spoil(copy / "classes.yaml", "radius_metres: 300", "radius_metres: 301")
    code, shown = run("show", "--city", str(copy), "--json")
    assert code == 1
    assert not json.loads(shown)["same"]


def test_check_shows_every_fault_and_nothing_is_published(copy: Path) -> None:
    assert run("check")[0] == 0
    for name in ("units.yaml", "calls.yaml"):
        (copy / name).write_text("{}", encoding="utf-8")
    for command in ("check", "publish"):
        code, said = run(command, "--city", str(copy))
        assert code == 1
        assert "units.yaml" in said
        assert "calls.yaml" in said


IMPOSSIBLE = {
    "items.yaml": (
        ("tier: district, unit_kind: district_centre", "tier: district, unit_kind: village", "a loop"),
        ("lead: city_management, assisting: [town_centre], ", "assisting: [town_centre], ", "'lead' is missing"),
        (
            'exceptions: [{region: "5001171", lead: town_centre, assisting: [city_management]}]',
            'exceptions: [{region: "5001171", lead: town_centre, assisting: []}, {region: "500117103", lead: grid}]',
            "'500117103' overlaps with '5001171'",
        ),
    ),
    "clocks.yaml": (
        ("kind: arrive, amount: 30", "kind: arrive, amount: 4", "cannot have to arrive before it has to acknowledge"),
        ("kind: assign, amount: 3", "kind: assign, amount: 0", "'amount' must be from 1 to"),
    ),
}
"""A loop, a missing lead, overlapping regions, impossible clocks: where they come from, what they are, what is said."""


@pytest.mark.usefixtures("cluster")
def test_an_impossible_list_is_refused_with_all_its_faults_by_line_and_the_old_list_stays_in_force(
    copy: Path, kafka_broker: Cluster
) -> None:
    code, first = run("publish", "--json")
    assert code == 0
    written = written_so_far(kafka_broker)
    for name, changes in IMPOSSIBLE.items():
        for before, after, _ in changes:
            spoil(copy / name, before, after)

    code, said = run("publish", "--city", str(copy))

    assert code == 1
    for name, changes in IMPOSSIBLE.items():
        for _, _, fault in changes:
            (line,) = (line for line in said.splitlines() if fault in line)
            assert re.search(rf"{name}:\d+: ", line), line
    assert written_so_far(kafka_broker) == written
    code, shown = run("show", "--json")
    assert (code, json.loads(shown)["version"]) == (0, json.loads(first)["version"])


def written_so_far(broker: Cluster) -> dict[str, dict[int, int]]:
    """The ends of every log that rules are written to."""
    topology, topics = load_topology(), Topics(broker.bootstrap_servers)
    names = {topology.topic_name(name): topology.topics[name].partitions for name in logs_of_rules(topology)}
    return {name: dict(topics.end_offsets(name, range(count), committed=False)) for name, count in names.items()}


def test_a_missing_cluster_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv("HUB_KAFKA", f"127.0.0.1:{free_port}")
    code, said = run("publish")
    assert code == 1
    assert said.startswith("not published: Kafka at 127.0.0.1:")
