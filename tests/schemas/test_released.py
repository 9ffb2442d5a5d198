"""Released schemas never change, and every version of a record reads every other."""

import json
from pathlib import Path
from typing import Any

import pytest

from streams.checks.released import release, released_faults
from streams.checks.schemas import read_schema_files
from streams.marked.yaml_file import Fault

NUMBER = {"name": "visit_no", "type": "string", "class": "inner", "doc": "走访编号"}
NOTE = {"name": "note", "type": ["null", "string"], "class": "inner", "doc": "备注", "default": None}
STAY = {"name": "stay_seconds", "type": "long", "class": "inner", "doc": "停留时长(秒)"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, 1, NUMBER)
    (tmp_path / "ids.lock").write_text("4 trial.visit.v1\n")
    return tmp_path


def write(folder: Path, version: int, *fields: dict[str, Any]) -> Path:
    path = folder / "trial" / f"visit.v{version}.avsc"
    path.parent.mkdir(exist_ok=True)
    definition = {"type": "record", "name": "Visit", "namespace": "hub.trial", "doc": "走访", "fields": list(fields)}
    path.write_text(json.dumps(definition, ensure_ascii=False))
    return path


def faults_in(folder: Path) -> list[Fault]:
    return sorted(released_faults(folder, read_schema_files(folder, [])))


def test_before_the_first_release_a_schema_may_change(folder: Path) -> None:
    write(folder, 1, STAY)
    assert faults_in(folder) == []


def test_a_released_schema_stands_as_it_was_with_its_id(folder: Path) -> None:
    assert release(folder) == ["trial.visit.v1"]
    copy = folder / "released" / "trial" / "visit.v1.avsc"
    assert copy.read_bytes() == (folder / "trial" / "visit.v1.avsc").read_bytes()
    assert (folder / "released" / "released.lock").read_text().startswith("4 trial.visit.v1 ")
    assert faults_in(folder) == []


def test_a_second_release_adds_only_what_is_new(folder: Path) -> None:
    release(folder)
    before = (folder / "released" / "released.lock").read_text()
    assert release(folder) == []
    write(folder, 2, NUMBER, NOTE)
    (folder / "ids.lock").write_text("4 trial.visit.v1\n5 trial.visit.v2\n")
    assert release(folder) == ["trial.visit.v2"]
    assert (folder / "released" / "released.lock").read_text().startswith(before + "5 trial.visit.v2 ")
    assert faults_in(folder) == []


def test_a_released_schema_that_was_edited_is_refused_even_if_only_its_title_changed(folder: Path) -> None:
    release(folder)
    path = write(folder, 1, {**NUMBER, "doc": "编号"})
    assert faults_in(folder) == [
        Fault(str(path), 1, "trial.visit.v1 has been released and may not change; write a next version")
    ]


def test_editing_the_released_copy_along_with_it_does_not_help(folder: Path) -> None:
    release(folder)
    path = write(folder, 1, STAY)
    copy = folder / "released" / "trial" / "visit.v1.avsc"
    copy.write_bytes(path.read_bytes())
    assert {fault.file for fault in faults_in(folder)} == {str(path), str(copy)}


def test_a_released_schema_cannot_be_taken_away_or_given_another_id(folder: Path) -> None:
    release(folder)
    (folder / "trial" / "visit.v1.avsc").unlink()
    (folder / "ids.lock").write_text("9 trial.visit.v1\n")
    texts = [fault.text for fault in faults_in(folder)]
    assert len(texts) == 2
    assert any("has been released with the id 4" in text for text in texts)
    assert any("may not be missing" in text for text in texts)


def test_nothing_gets_into_the_released_folder_by_hand(folder: Path) -> None:
    release(folder)
    copy = folder / "released" / "trial" / "visit.v7.avsc"
    copy.write_text((folder / "trial" / "visit.v1.avsc").read_text())
    assert [fault.text for fault in faults_in(folder)] == [
        "trial.visit.v7: is not in released.lock; only `hub check --release` writes here"
    ]


def test_a_next_version_that_the_first_cannot_read_is_refused_in_the_direction_that_fails(folder: Path) -> None:
    release(folder)
    path = write(folder, 2, NUMBER, STAY)
    assert faults_in(folder) == [
        Fault(
            str(path),
            1,
            "trial.visit.v2 cannot read what trial.visit.v1 writes: stay_seconds: is not written, and has no default",
        )
    ]


def test_the_third_version_is_held_against_the_first_too(folder: Path) -> None:
    """v2 bridges v1 and v3, each pair of neighbours reads each other, yet v3 cannot read v1."""
    write(folder, 1, NUMBER)
    write(folder, 2, NUMBER, {**STAY, "default": 0})
    write(folder, 3, NUMBER, STAY)
    refused = {fault.text.partition(":")[0] for fault in faults_in(folder)}
    assert refused == {"trial.visit.v3 cannot read what trial.visit.v1 writes"}


def test_versions_of_different_records_are_not_compared(folder: Path) -> None:
    other = folder / "trial" / "call.v1.avsc"
    other.write_text((folder / "trial" / "visit.v1.avsc").read_text().replace("Visit", "Call"))
    assert faults_in(folder) == []
