"""Persons as tokens."""

import hmac
from pathlib import Path

import pytest

from connectors.tokens import Tokens
from streams.secrecy.sealing import KeyMissing, Keys


def test_the_same_person_has_the_same_token_within_a_purpose(tmp_path: Path) -> None:
    first, second = (Tokens(Keys(tmp_path, create=True)) for _ in range(2))
    assert first.token("requests", "13800138000") == second.token("requests", "13800138000")


def test_another_purpose_has_another_token(tmp_path: Path) -> None:
    tokens = Tokens(Keys(tmp_path, create=True))
    one, other = tokens.token("requests", "13800138000"), tokens.token("services", "13800138000")
    assert one.rpartition(":")[2] != other.rpartition(":")[2]


def test_a_token_is_hmac_sm3_and_says_purpose_and_key_version(tmp_path: Path) -> None:
    (tmp_path / "token.requests.3").write_text("00" * 32)
    token = Tokens(Keys(tmp_path, create=False)).token("requests", "13800138000")
    assert token == "requests:3:" + hmac.new(bytes(32), b"13800138000", "sm3").hexdigest()[:40]


def test_a_purpose_that_is_not_on_the_list_has_no_token(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="purpose"):
        Tokens(Keys(tmp_path, create=True)).token("scoring", "13800138000")  # type: ignore[arg-type]


def test_without_a_key_there_is_no_token(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match=r"token\.requests"):
        Tokens(Keys(tmp_path, create=False)).token("requests", "13800138000")
