"""The set-up: what is pinned is what runs, and what is missing is named."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from streams.embedded.kafka import CHECKOUT, KAFKA_JARS, KAFKA_VERSION

README = """# A project

```sh
echo not this one
```

<!-- test command -->
```sh
echo "CI=$CI"
cat
false
echo not reached
```
"""


def in_a_checkout(tmp_path: Path, readme: str) -> "subprocess.CompletedProcess[str]":
    """Run `.ci/run` in a checkout that has nothing but this README."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(CHECKOUT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "README.md").write_text(readme)
    return subprocess.run([tmp_path / ".ci" / "run"], input="typed", capture_output=True, text=True, check=False)


def set_up(script: str, path: str) -> "subprocess.CompletedProcess[str]":
    """Run a few lines on the set-up's own functions."""
    command = ["/bin/sh", "-euc", f". {CHECKOUT}/ops/setup/tools.sh\n{script}"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path})


@pytest.fixture
def not_root(tmp_path: Path) -> str:
    """A path on which `id` says that we are somebody."""
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


def test_ci_runs_the_test_command_of_the_readme_and_nothing_else(tmp_path: Path) -> None:
    run = in_a_checkout(tmp_path, README)
    assert run.stdout == "CI=true\n"
    assert run.returncode == 1


def test_ci_without_a_test_command_is_wrong_use(tmp_path: Path) -> None:
    run = in_a_checkout(tmp_path, "# A project\n")
    assert run.returncode == 2
    assert "test command" in run.stderr


def test_a_tool_that_is_there_is_not_asked_for(not_root: str) -> None:
    run = set_up('need coreutils "cat" cat --version; meet_needs; echo done', not_root)
    assert (run.returncode, run.stdout) == (0, "done\n")


def test_each_missing_tool_is_named_with_the_way_to_get_it(not_root: str) -> None:
    run = set_up('need one "Tool one" no-such-tool; need two "Tool two" false; meet_needs; echo done', not_root)
    assert run.returncode == 2
    assert run.stderr.splitlines() == [
        "Tool one is missing: install it (on Debian: apt-get install one)",
        "Tool two is missing: install it (on Debian: apt-get install two)",
    ]
    assert run.stdout == ""


def test_the_kafka_that_is_fetched_is_the_one_that_is_started() -> None:
    pom = ElementTree.parse(CHECKOUT / "ops" / "kafka" / "pom.xml")  # noqa: S314  a file of ours
    name = {"m": "http://maven.apache.org/POM/4.0.0"}
    versions = {
        dependency.findtext("m:artifactId", namespaces=name): dependency.findtext("m:version", namespaces=name)
        for dependency in pom.findall(".//m:dependency", name)
    }
    assert versions["kafka_2.13"] == KAFKA_VERSION


def test_every_jar_is_the_one_that_was_pinned() -> None:
    lines = (CHECKOUT / "ops" / "kafka" / "checksums.sha256").read_text().splitlines()
    pinned = {name: checksum for checksum, name in map(str.split, lines)}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in KAFKA_JARS.glob("*.jar")}
    assert found == pinned
