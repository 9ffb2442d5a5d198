"""`hub token issue` signs what the gateway believes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.actors import PUBLIC_KEY, Actor, ActorCheck, make_keys
from connectors.commands.token import token

RUNNER = CliRunner()


def issue(*arguments: str) -> tuple[int, str]:
    result = RUNNER.invoke(token, ["issue", "--unit", "500117-emergency", "--officer", "0117", *arguments])
    return result.exit_code, result.output.strip()


def test_an_issued_token_names_its_actor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_keys(tmp_path)
    monkeypatch.setenv("HUB_SECRETS", str(tmp_path))
    code, issued = issue("--post", "值班岗", "--shift", "夜班")
    assert code == 0
    identified = ActorCheck((tmp_path / PUBLIC_KEY).read_bytes()).identify(f"Bearer {issued}")
    assert identified.actor == Actor("500117-emergency", "值班岗", "0117", "夜班", "responder", "dispatch")


def test_a_link_signs_in_by_its_fragment_which_no_server_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_keys(tmp_path)
    monkeypatch.setenv("HUB_SECRETS", str(tmp_path))
    code, link = issue("--page", "http://127.0.0.1:8080/duty/")
    assert code == 0
    address, _, issued = link.partition("#token=")
    assert address == "http://127.0.0.1:8080/duty/"
    assert ActorCheck((tmp_path / PUBLIC_KEY).read_bytes()).identify(f"Bearer {issued}").actor.officer == "0117"


def test_without_a_key_it_says_which_secret_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_SECRETS", str(tmp_path))
    code, said = issue()
    assert code == 1
    assert "actor_private_key" in said
