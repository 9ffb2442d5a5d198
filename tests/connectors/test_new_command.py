"""`hub new` in a copy of the checkout: what it writes fails by name until it is filled in, and then fits."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from connectors.commands.new import at_end_of_section
from connectors.skeleton import MEDIA
from connectors.surroundings import CHECKOUT

pytestmark = pytest.mark.timeout(300)

COPIED = ("connectors", "ops", "schemas", "streams", "tests", "pyproject.toml", "topology.yaml")
SYSTEM = "tt_shop"
SHARED = ("topology.yaml", "connectors/catalogue.yaml", "connectors/additions.yaml", "schemas/ids.lock")
NOT_COPIED = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "benchmarks", "scenarios", "faults")

FILLED = {
    "FILL-IN the system's name in Chinese": "商铺巡查系统",
    "FILL-IN the department's name in Chinese": "商务委",
    "FILL-IN what the data are for, in Chinese": "商铺隐患",
    "FILL-IN the item's name in Chinese": "记录编号",
    "FILL-IN the number of the signed agreement": "合数协〔2026〕068号",
    'authorisation="pending"': 'authorisation="authorised"',
    "FILL-IN an event type": "incident.reported",
    "FILL-IN the facts of this event": "Reported",
    "FILL-IN the group of departments": "经济",
    "return []  #": 'return [reported(row, "hazard", "routine")]  #',
    "from connectors.standard": "from connectors.meanings.incidents import reported\nfrom connectors.standard",
    f"hub.source.{SYSTEM}.v1, hub.log.sources.v1": f"hub.source.{SYSTEM}.v1, hub.log.incidents.v1, hub.log.sources.v1",
}

FORM_FILLED = {hole: word for hole, word in FILLED.items() if "reported" not in word and "incidents" not in word} | {
    "FILL-IN an event type": "incident.reported",
}


class Copy:
    """A checkout of its own, and the commands on it in processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source = CHECKOUT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=NOT_COPIED)
            else:
                shutil.copy(source, folder / name)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    def hub(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("streams.cli", *arguments)

    def conformance(self) -> subprocess.CompletedProcess[str]:
        chosen = ("-q", "-p", "no:cacheprovider", "-k", f"{SYSTEM} or filled_in")
        return self.run("pytest", "tests/connectors/test_conformance.py", *chosen)

    def text(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")

    def fill_in(self, words: Mapping[str, str] = FILLED) -> None:
        """As its writer would: the words first, then the remarks whose defaults are right."""
        sample, module = f"tests/connectors/samples/{SYSTEM}.yaml", f"connectors/systems/{SYSTEM}.py"
        for file in (*SHARED, sample, module):
            text = self.text(file)
            for hole, word in words.items():
                text = text.replace(hole, word)
            (self.folder / file).write_text(re.sub(r" *# FILL-IN.*", "", text), encoding="utf-8")
        example = self.folder / "schemas" / "source" / "examples" / f"{SYSTEM}.v1.reported.json"
        example.write_text(json.dumps({"record_no": "R1", "seq": 1, "record_time": 1_795_305_600_000}))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_a_new_connector_fails_by_name_until_it_is_filled_in_and_then_fits(copy: Copy) -> None:
    before = {file: copy.text(file) for file in SHARED}
    written = copy.hub("new", "connector", SYSTEM, "--reader", "kafka")
    assert written.returncode == 0, written.stderr
    for file, text in before.items():
        lines = iter(copy.text(file).splitlines())
        assert all(line in lines for line in text.splitlines()), f"{file} keeps its lines in their order"

    faults = copy.hub("check")
    assert faults.returncode == 1
    for said in (
        f"connectors/systems/{SYSTEM}.py:1: to be filled in: the system's name in Chinese",
        "to be filled in: what a row means to the hub",
        f"tests/connectors/samples/{SYSTEM}.yaml:3: to be filled in: the facts of this event",
        "topology.yaml:",
        "connectors/catalogue.yaml:",
        f"`hub new schema {SYSTEM}` writes this file anew",
    ):
        assert said in faults.stdout, faults.stdout
    assert "to be filled in" in copy.conformance().stdout

    copy.fill_in()
    assert f"test_the_schema_of_the_source_topic_is_the_contract[{SYSTEM}]" in copy.conformance().stdout
    assert copy.hub("new", "schema", SYSTEM).returncode == 0
    assert f"the contract of {SYSTEM}" in copy.hub("check").stdout
    released = copy.hub("contract", "release")
    assert (released.returncode, released.stdout) == (0, f"connectors/contracts.lock: {SYSTEM}\n")
    checked, suite = copy.hub("check"), copy.conformance()
    assert checked.returncode == 0, checked.stdout
    assert suite.returncode == 0, suite.stdout


def test_a_form_has_its_last_day_and_means_no_fact_and_fits_when_it_is_filled_in(copy: Copy) -> None:
    written = copy.hub("new", "connector", SYSTEM, "--reader", "kafka", "--form-until", "2098-12-31")
    assert written.returncode == 0, written.stderr
    assert 'expires_on="2098-12-31",' in copy.text(f"connectors/systems/{SYSTEM}.py")
    assert "the logs that its facts go to" not in copy.hub("check").stdout
    copy.fill_in(FORM_FILLED)
    assert copy.hub("new", "schema", SYSTEM).returncode == 0
    assert copy.hub("contract", "release").returncode == 0
    checked, suite = copy.hub("check"), copy.conformance()
    assert checked.returncode == 0, checked.stdout
    assert suite.returncode == 0, suite.stdout


@pytest.mark.parametrize("reader", sorted(MEDIA))
def test_of_every_reader_the_wiring_is_whole_and_only_words_are_wanting(copy: Copy, reader: str) -> None:
    assert copy.hub("new", "connector", SYSTEM, "--reader", reader).returncode == 0
    faults = json.loads(copy.hub("check", "--json").stdout)["faults"]
    others = [fault["text"] for fault in faults if "to be filled in" not in fault["text"]]
    assert len(faults) > len(others)
    wanting = ("no example", "no Chinese name", "is not released")
    assert all(any(word in text for word in wanting) for text in others), others


@pytest.mark.parametrize(
    ("name", "reader", "said"),
    [
        ("ga_alarm110", "kafka", "is there already"),
        ("Shop", "kafka", "no code of a system"),
        ("../etc_x", "kafka", "no code of a system"),
        ("tt_shop", "carrier_pigeon", "no reader"),
    ],
)
def test_what_exists_or_cannot_be_a_name_is_refused_and_nothing_is_written(
    copy: Copy, name: str, reader: str, said: str
) -> None:
    refuses(copy, said, name, "--reader", reader)


@pytest.mark.parametrize(
    ("day", "said"),
    [("2020-01-31", "is over"), ("31.12.2098", "cannot be"), ("2098-02-30", "cannot be"), ("2101-01-01", "cannot be")],
)
def test_a_last_day_that_is_over_or_no_day_is_refused_and_nothing_is_written(copy: Copy, day: str, said: str) -> None:
    refuses(copy, said, SYSTEM, "--reader", "kafka", "--form-until", day)


def refuses(copy: Copy, said: str, *arguments: str) -> None:
    before = {file: copy.text(file) for file in SHARED}
    refused = copy.hub("new", "connector", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert before == {file: copy.text(file) for file in SHARED}


def test_a_released_schema_is_not_written_anew(copy: Copy) -> None:
    released = copy.folder / "schemas" / "released" / "source"
    released.mkdir(parents=True)
    shutil.copy(copy.folder / "schemas" / "source" / "cg_gas.v1.avsc", released)
    refused = copy.hub("new", "schema", "cg_gas")
    assert refused.returncode == 1
    assert "never changes again" in refused.stderr


def test_an_addition_stands_at_the_end_of_its_section_before_the_comments_of_the_next() -> None:
    text = "a: 1\nb:\n  # of b\n  one: 1\n# of b still\n  two: 2\n\n# of c\nc: 3\n"
    assert at_end_of_section(text, "b", "  new: 0\n") == text.replace("  two: 2\n", "  two: 2\n  new: 0\n")
    assert at_end_of_section("a: 1\nb:\n  one: 1\n", "b", "  new: 0\n") == "a: 1\nb:\n  one: 1\n  new: 0\n"
