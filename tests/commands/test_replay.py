"""`hub replay` as an operator types it: what it finds, where it stores cuts, and what it says when it cannot."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from streams.commands.replay import replay
from streams.engine.cuts import latest_cuts
from streams.engine.engine import Versions
from streams.kafka import Topics
from streams.processors.sources import Sources
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.faults.running import workers
from tests.faults.sources_stage import ROWS, SourcesStage
from tests.lost_entry import lose_an_entry
from tests.small_disk import small_disk

BATCHES = 20
PAGE_BYTES = 4_096
FORGOTTEN_SECONDS = 15
"""A worker that has stopped is a member until its session ends, after six."""
COMMAND = typer.Typer()
COMMAND.command()(replay)


@pytest.fixture(scope="module")
def stage(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SourcesStage]:
    """A log that its owner has applied to the end."""
    stage = SourcesStage(kafka_broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.")
    with workers(stage.topology, stage.bootstrap, tmp_path_factory.mktemp("keys")) as made:
        made.start(Sources())
        for number in range(BATCHES):
            stage.observe(number)
        eventually(lambda: stage.rows_shown() == ROWS * BATCHES, within_seconds=30)
    yield stage
    stage.close()


def replayed(stage: SourcesStage, home: Path, *arguments: str, **variables: str) -> Result:
    """One command, in this process."""
    told = {"HUB_KAFKA": stage.bootstrap, "HUB_NAMESPACE": stage.topology.namespace, "HUB_HOME": str(home)}
    return CliRunner().invoke(COMMAND, arguments, env={**told, **variables})


def records_of(done: Result) -> int:
    """How many records were replayed without any difference."""
    assert done.exit_code == 0, done.output
    (span,) = json.loads(done.stdout)["spans"]
    assert span["differences"] == []
    return int(span["records"])


def changelog_ends(stage: SourcesStage) -> dict[int, int]:
    changelog = stage.topology.topic_name(stage.topology.processors["sources"].changelog)
    partitions = range(stage.topology.topics[stage.topology.processors["sources"].reads].partitions)
    return Topics(stage.bootstrap).end_offsets(changelog, partitions, committed=False)


def test_a_log_replays_to_what_was_published_and_from_a_stored_cut_only_what_came_after(
    stage: SourcesStage, tmp_path: Path
) -> None:
    first = replayed(stage, tmp_path, "sources", "--json", "--write-cuts")
    assert records_of(first) == BATCHES
    assert "cut written: " in first.stderr
    assert records_of(replayed(stage, tmp_path, "sources", "--json", "--from-cut")) == 0
    assert records_of(replayed(stage, tmp_path, "sources", "--json")) == BATCHES


def test_wrong_entries_are_counted_by_table_and_written_anew_once_when_no_worker_owns_them(
    stage: SourcesStage, tmp_path: Path
) -> None:
    table = lose_an_entry(stage.bootstrap, stage.topology, "sources")
    done = replayed(stage, tmp_path, "sources", "--json")
    assert done.exit_code == 1
    (told,) = json.loads(done.stdout)["tables"]
    counts = {"missing": 1, "surplus": 0, "changed": 0, "entries": 1}
    assert {**told, "partition": 0} == {"partition": 0, "table": table, **counts}
    assert "entries missing" in replayed(stage, tmp_path, "sources").stdout

    repair = ("sources", "--repair-tables")
    eventually(
        lambda: "entries written anew: 1" in replayed(stage, tmp_path, *repair).stdout,
        within_seconds=FORGOTTEN_SECONDS,
    )
    ends = changelog_ends(stage)
    assert replayed(stage, tmp_path, *repair).exit_code == 0
    assert changelog_ends(stage) == ends


def test_no_cut_is_kept_and_no_table_judged_where_other_code_was_at_work(
    stage: SourcesStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.commands.replay.versions_of", lambda *_: Versions("another", "another"))
    done = replayed(stage, tmp_path, "sources", "--json", "--write-cuts")
    assert done.exit_code == 1
    assert done.stderr == "no cut written: code of another version has applied a part of the log\n"
    assert json.loads(done.stdout)["tables_not_judged"] != []
    assert latest_cuts(tmp_path / "cuts", "sources") == {}
    assert "tables not compared" in replayed(stage, tmp_path, "sources").stdout


def test_a_full_disk_is_told_in_one_line_after_what_was_found(stage: SourcesStage, tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", PAGE_BYTES) as disk:
        (disk.folder / "filler").write_bytes(bytes(PAGE_BYTES))
        done = replayed(stage, disk.folder, "sources", "--json", "--write-cuts")
        assert done.exit_code == 1
        (line,) = done.stderr.splitlines()
        assert line.endswith("was not written: No space left on device; earlier cuts stand")
        assert json.loads(done.stdout)["cut_failure"] == line
        assert latest_cuts(disk.folder / "cuts", "sources") == {}


def test_a_cluster_that_does_not_answer_is_told_in_one_line(
    stage: SourcesStage, tmp_path: Path, free_port: int
) -> None:
    done = replayed(stage, tmp_path, "sources", HUB_KAFKA=f"127.0.0.1:{free_port}")
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Kafka at 127.0.0.1:{free_port} does not answer: ")


def test_a_processor_that_the_topology_does_not_name_is_wrong_use(stage: SourcesStage, tmp_path: Path) -> None:
    done = replayed(stage, tmp_path, "source")
    assert done.exit_code == 2
    assert "no processor source: topology.yaml has event_profiles, dispatch" in done.stderr
