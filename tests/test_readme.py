"""What the READMEs name exists, and the Chinese one says the same as the English one."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from connectors.answers import ANSWERS
from connectors.judgements import JUDGEMENTS
from streams.topology import load_topology

CHECKOUT = Path(__file__).resolve().parent.parent
ENGLISH = (CHECKOUT / "README.md").read_text(encoding="utf-8")
CHINESE = (CHECKOUT / "README.zh.md").read_text(encoding="utf-8")

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)]+)\)")

ANY_NAME = {
    "<system>": "ga_alarm110",
    "<reader>": "kafka",
    "<processor>": "dispatch",
    "<record>": "tile",
    "<domain>": "views",
    "<agent>": "attempts",
    "<alert>": "HubClockLate",
    "<city>": "hechuan",
    "<command>": "check",
}
"""One of each, to see that what is added beside it is where the README says."""

MADE_BY_NEED = {"schemas/released/", "ops/cities/<city>/topology.yaml", "connectors/commands/<command>.py"}
"""Places that are there once somebody has written there; the last one of two where the command is the other's."""


def codes(text: str) -> list[str]:
    """What stands in the text as code, outside of blocks."""
    return CODE.findall(BLOCK.sub("", text))


def paths() -> list[str]:
    roots = ("streams/", "connectors/", "schemas/", "tests/", "ops/", "topology.yaml", "pyproject.toml")
    return sorted({code for code in codes(ENGLISH) if code.startswith(roots)} - MADE_BY_NEED)


@pytest.mark.parametrize("path", paths())
def test_every_path_it_names_is_there(path: str) -> None:
    for name, one in ANY_NAME.items():
        path = path.replace(name, one)
    assert (CHECKOUT / path).exists()


def test_there_are_paths_to_look_for() -> None:
    assert len(paths()) > 15


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_every_link_leads_somewhere(text: str) -> None:
    assert [link for link in LINK.findall(text) if not (CHECKOUT / link).exists()] == []


def test_the_chinese_one_holds_the_same_code_blocks_and_headings() -> None:
    assert BLOCK.findall(CHINESE) == BLOCK.findall(ENGLISH)
    assert sorted(codes(CHINESE)) == sorted(codes(ENGLISH))
    assert re.findall(r"^#+", CHINESE, re.MULTILINE) == re.findall(r"^#+", ENGLISH, re.MULTILINE)
    assert CHINESE.count("\n| ") == ENGLISH.count("\n| ")


def test_the_test_command_is_where_ci_looks_for_it() -> None:
    for text in (ENGLISH, CHINESE):
        assert "<!-- test command -->\n```sh\nmake test\n```\n" in text


def test_every_make_target_and_hub_command_it_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shell = "\n".join(body for kind, body in BLOCK.findall(ENGLISH) if kind == "sh")
    named = "\n".join([*codes(ENGLISH), shell])
    assert set(re.findall(r"^make ([a-z]+)", named, re.MULTILINE)) <= targets
    commands = {command.name for command in entry_points(group="hub.commands")}
    assert set(re.findall(r"^hub ([a-z]+)", named, re.MULTILINE)) <= commands


def test_the_answers_it_names_are_the_ones_the_gateway_takes() -> None:
    row = next(line for line in ENGLISH.splitlines() if "/v1/orders/" in line)
    assert CODE.findall(row)[1:] == [*ANSWERS, *JUDGEMENTS]


def test_every_door_and_variable_it_names_stands_in_the_code() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("streams", "connectors")
        for path in (CHECKOUT / folder).rglob("*.py")
    )
    doors = [code.partition(" ")[2] for code in codes(ENGLISH) if code.startswith(("GET /", "POST /"))]
    assert [door for door in doors if f'"{door.replace("{id}", "{identity}")}"' not in source] == []
    variables = {code for code in codes(ENGLISH) if re.fullmatch(r"HUB_[A-Z]+", code)}
    derived = {"HUB_CLOCK", "HUB_NAMESPACE"}
    assert [name for name in variables - derived if name not in source] == []


def test_the_setting_it_shows_goes_before_the_topology() -> None:
    assert "HUB_DELIVERY_TIMEOUT_SECONDS" in codes(ENGLISH)
    topology = load_topology(environment={"HUB_DELIVERY_TIMEOUT_SECONDS": "3", "HUB_CLOCK": "simulated"})
    assert topology.processors["delivery"].settings["timeout_seconds"] == 3
    assert topology.clock == "simulated"
