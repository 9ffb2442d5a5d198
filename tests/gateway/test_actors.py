"""Tokens that are looked up after their first check: nothing that a fresh check would refuse gets through."""

import time
from pathlib import Path

import jwt
import pytest

from connectors.actors import PRIVATE_KEY, PUBLIC_KEY, Actor, TokenRefused, issue_token, make_keys
from streams.secrecy import actors
from streams.secrecy.actors import LEEWAY_SECONDS, Actors
from streams.secrecy.secret_store import SecretMissing, SecretStore

VALID_SECONDS = 3_600
ON_DUTY = Actor(unit="500117-GA", post="值班岗", officer="0117", shift="白班", role="responder", purpose="dispatch")


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    make_keys(tmp_path)
    return tmp_path


def signed(secrets: Path, issued_at_seconds: int, actor: Actor = ON_DUTY) -> str:
    key = (secrets / PRIVATE_KEY).read_bytes()
    token = issue_token(actor, key, issued_at_seconds=issued_at_seconds, valid_seconds=VALID_SECONDS)
    return f"Bearer {token}"


def count_checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signature is checked from now on."""
    checked: list[str] = []
    decode = jwt.decode

    def counting(token: str, *arguments: object, **settings: object) -> object:
        checked.append(token)
        return decode(token, *arguments, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(jwt, "decode", counting)
    return checked


def test_a_shifts_token_is_checked_once(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked, tells = count_checks(monkeypatch), Actors(SecretStore(secrets))
    token = signed(secrets, int(time.time()))

    assert [tells.identify(token).actor for _ in range(3)] == [ON_DUTY] * 3
    assert len(checked) == 1


def test_a_known_token_expires_like_any_other(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tells, issued_at = Actors(SecretStore(secrets)), int(time.time()) - VALID_SECONDS + 60
    token = signed(secrets, issued_at)
    tells.identify(token)
    ends_at = issued_at + VALID_SECONDS + LEEWAY_SECONDS

    monkeypatch.setattr(time, "time", lambda: ends_at - 1.0)
    assert tells.identify(token).actor == ON_DUTY
    monkeypatch.setattr(time, "time", lambda: float(ends_at))
    with pytest.raises(TokenRefused, match="expired"):
        tells.identify(token)


def test_an_expired_token_is_refused_however_often_it_comes(secrets: Path) -> None:
    tells = Actors(SecretStore(secrets))
    token = signed(secrets, int(time.time()) - VALID_SECONDS - LEEWAY_SECONDS - 1)

    for _ in range(2):
        with pytest.raises(TokenRefused) as refused:
            tells.identify(token)
        assert refused.value.reason == "token_expired"


def test_with_another_key_old_tokens_are_refused_at_once(secrets: Path) -> None:
    tells = Actors(SecretStore(secrets))
    token = signed(secrets, int(time.time()))
    tells.identify(token)

    for name in (PUBLIC_KEY, PRIVATE_KEY):
        (secrets / name).unlink()
    make_keys(secrets)

    with pytest.raises(TokenRefused) as refused:
        tells.identify(token)
    assert refused.value.reason == "token_wrong"
    assert tells.identify(signed(secrets, int(time.time()))).actor == ON_DUTY


def test_without_a_key_nobody_is_known(secrets: Path) -> None:
    tells = Actors(SecretStore(secrets))
    token = signed(secrets, int(time.time()))
    tells.identify(token)
    (secrets / PUBLIC_KEY).unlink()

    with pytest.raises(SecretMissing):
        tells.identify(token)


def test_of_many_tokens_the_oldest_are_forgotten(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors, "KNOWN_TOKENS", 2)
    tells, now = Actors(SecretStore(secrets)), int(time.time())
    tokens = [signed(secrets, now - seconds) for seconds in range(3)]
    for token in tokens:
        tells.identify(token)
    checked = count_checks(monkeypatch)

    tells.identify(tokens[2])
    assert not checked
    tells.identify(tokens[0])
    assert len(checked) == 1
