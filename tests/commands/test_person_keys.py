"""`hub person rewrap` and `hub person rotate-tokens`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.commands.person import person
from streams.secrecy.person_key_store import PersonKeyStore

TOKENS = [f"services:1:{number:02x}" for number in range(5)]


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUB_KEYS", str(tmp_path))
    return tmp_path


def hub_person(*words: str) -> Result:
    return CliRunner().invoke(person, [*words])


def store(keys: Path) -> PersonKeyStore:
    return PersonKeyStore(keys, create=True, renews=True)


def test_all_persons_are_wrapped_by_a_new_key_and_the_old_one_is_destroyed(keys: Path) -> None:
    working = store(keys)
    said = {token: working.seal(token, b"said") for token in TOKENS}
    done = hub_person("rewrap", "services", "--json")
    assert json.loads(done.stdout) == {"purpose": "services", "version": 2, "wrapped": {"2": 5}, "retired": []}
    again = json.loads(hub_person("rewrap", "services", "--retire", "--json").stdout)
    assert (again["version"], again["retired"]) == (3, [1, 2])
    assert [path.name for path in keys.glob("person.*")] == ["person.services.3"]
    assert [working.open(token, data or b"") for token, data in said.items()] == [b"said"] * 5


def test_one_that_was_not_finished_goes_on_under_its_key(keys: Path) -> None:
    working = store(keys)
    for token in TOKENS:
        working.seal(token, b"said")
    working.rotate("services")
    working.rewrap("services", "", 2)
    assert json.loads(hub_person("rewrap", "services", "--json").stdout)["version"] == 2
    assert "共5把" in hub_person("rewrap", "services").stdout


def test_a_new_key_of_tokens_is_made_and_older_ones_are_destroyed_when_asked(keys: Path) -> None:
    (keys / "token.services.1").write_text("00" * 32)
    assert "第2版令牌密钥一分钟后启用" in hub_person("rotate-tokens", "services").stdout
    assert sorted(path.name for path in keys.glob("token.*")) == ["token.services.1", "token.services.2"]
    done = json.loads(hub_person("rotate-tokens", "services", "--retire", "--json").stdout)
    assert done == {"purpose": "services", "version": 2, "retired": [1]}
    assert [path.name for path in keys.glob("token.*")] == ["token.services.2"]


@pytest.mark.parametrize("purpose", ["services", "../services", "", "*"])
@pytest.mark.parametrize("command", ["rewrap", "rotate-tokens"])
def test_a_purpose_without_a_key_is_wrong_use(keys: Path, command: str, purpose: str) -> None:
    assert hub_person(command, purpose).exit_code == 2
    assert [*keys.iterdir()] == []
