"""Persons as tokens."""

import hmac
import time
from pathlib import Path

import pytest

from connectors.tokens import LOOK_SECONDS, TAKEN_UP_SECONDS, Tokens
from streams.secrecy.sealing import KeyMissing, Keys

PHONE = "13800138000"


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


def test_a_new_key_counts_for_everybody_a_minute_after_it_was_made_and_the_older_token_is_told(tmp_path: Path) -> None:
    (tmp_path / "token.requests.1").write_text("00" * 32)
    now = time.time()
    running = Tokens(Keys(tmp_path, create=False), lambda: now)
    first = running.token("requests", PHONE)
    assert running.earlier("requests", PHONE) == []
    assert Keys(tmp_path, create=False).make_next("token.requests") == 2
    now += TAKEN_UP_SECONDS - 5
    assert running.token("requests", PHONE) == first
    assert Tokens(Keys(tmp_path, create=False), lambda: now).token("requests", PHONE) == first
    now += LOOK_SECONDS + 5
    assert running.token("requests", PHONE).startswith("requests:2:")
    assert running.earlier("requests", PHONE) == [first]
    Keys(tmp_path, create=False).destroy_version("token.requests", 1)
    now += LOOK_SECONDS
    assert running.earlier("requests", PHONE) == []
