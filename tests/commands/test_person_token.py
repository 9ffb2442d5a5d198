"""`hub person token`: the number at the counter becomes the token that connectors make of it, and is shown nowhere."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connectors.commands.person_acts import person
from connectors.tokens import Tokens
from streams.secrecy.sealing import Keys

NUMBER, OLD_FORM = "11010519491231002X", "110105491231002"


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tokens:
    monkeypatch.setenv("HUB_KEYS", str(tmp_path))
    return Tokens(Keys(tmp_path, create=True))


def told(number: str, *words: str) -> Result:
    return CliRunner().invoke(person, ["token", "--purpose", "services", *words], input=f"{number}\n")


@pytest.mark.parametrize("written", [NUMBER, NUMBER.lower(), OLD_FORM, f" {NUMBER} "])
def test_the_token_is_the_connectors_however_the_number_is_written(tokens: Tokens, written: str) -> None:
    expected = tokens.token("services", NUMBER)
    assert told(written).stdout == f"{expected}\n"
    assert json.loads(told(written, "--json").stdout) == {"token": expected, "earlier": []}


def test_a_phone_has_a_token_of_its_own(tokens: Tokens) -> None:
    expected = tokens.token("services", "19012345678")
    assert told("190-1234-5678", "--by", "phone").stdout == f"{expected}\n"


@pytest.mark.parametrize("number", ["110105194912310021", "", "张三"])
def test_what_is_no_number_is_refused_and_not_repeated(tokens: Tokens, number: str) -> None:
    tokens.token("services", NUMBER)
    refused = told(number)
    assert refused.exit_code == 2
    assert not number or number not in refused.output


def test_without_the_keys_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_KEYS", str(tmp_path))
    assert told(NUMBER).exit_code == 1
    assert list(tmp_path.iterdir()) == []
