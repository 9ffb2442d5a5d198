"""Keys outside Kafka and what is sealed with them."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.codec import Origin
from streams.secrecy.sealing import HeldBytes, KeyMissing, Keys, SealBroken, Sealer


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    return Sealer(Keys(tmp_path, create=True))


def test_the_cipher_is_the_standards() -> None:
    """RFC 8998, A.1: SM4-GCM."""
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    encryptor = Cipher(SM4(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    sealed = encryptor.update(plain) + encryptor.finalize()
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(payload=st.binary(max_size=500))
def test_what_is_sealed_opens_for_its_owner(sealer: Sealer, payload: bytes) -> None:
    sealed = sealer.seal("ga_alarm110", "topic[0]@7", "payload", payload)
    assert sealer.unseal("ga_alarm110", "topic[0]@7", "payload", sealed) == payload
    assert sealed == sealer.seal("ga_alarm110", "topic[0]@7", "payload", payload)


@pytest.mark.parametrize(
    ("owner", "identity", "field"),
    [
        ("zz_community_e", "topic[0]@7", "payload"),
        ("ga_alarm110", "topic[0]@8", "payload"),
        ("ga_alarm110", "topic[0]@7", "key"),
        ("ga_alarm110", "topic[0]@", "7payload"),
    ],
)
def test_it_opens_for_nothing_else(sealer: Sealer, owner: str, identity: str, field: str) -> None:
    sealed = sealer.seal("ga_alarm110", "topic[0]@7", "payload", b"secret")
    sealer.seal(owner, identity, field, b"other")
    with pytest.raises(SealBroken):
        sealer.unseal(owner, identity, field, sealed)


def test_changed_bytes_do_not_open(sealer: Sealer) -> None:
    sealed = sealer.seal("ga_alarm110", "a", "payload", b"secret")
    for content in (sealed.content[:-1] + bytes([sealed.content[-1] ^ 1]), sealed.content[:10], b""):
        with pytest.raises(SealBroken):
            sealer.unseal("ga_alarm110", "a", "payload", replace(sealed, content=content))
    with pytest.raises(SealBroken):
        sealer.unseal("ga_alarm110", "a", "payload", replace(sealed, algorithm="none"))


def test_held_bytes_come_back_for_repair(sealer: Sealer) -> None:
    held = sealer.hold("connector", "not_json", "不是JSON", HeldBytes("ga_alarm110", Origin("dept", 0, 7), b"{x"), 1)
    assert b"{x" not in held.sealed
    assert sealer.payload_of(held) == b"{x"


def test_a_key_that_is_destroyed_takes_what_it_sealed_along(tmp_path: Path) -> None:
    sealed = Sealer(Keys(tmp_path, create=True)).seal("ga_alarm110", "a", "payload", b"secret")
    (tmp_path / "quarantine.ga_alarm110.1").unlink()
    with pytest.raises(KeyMissing):
        Sealer(Keys(tmp_path, create=True)).unseal("ga_alarm110", "a", "payload", sealed)


def test_after_a_rotation_the_old_version_still_opens(tmp_path: Path) -> None:
    sealed = Sealer(Keys(tmp_path, create=True)).seal("ga_alarm110", "a", "payload", b"secret")
    (tmp_path / "quarantine.ga_alarm110.2").write_text("11" * 32)
    rotated = Sealer(Keys(tmp_path, create=False))
    assert rotated.seal("ga_alarm110", "a", "payload", b"secret").key_version == 2
    assert rotated.unseal("ga_alarm110", "a", "payload", sealed) == b"secret"


def test_a_made_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Keys(folder, create=True).current("token.requests")
    assert stat.S_IMODE((folder / "token.requests.1").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["token.requests.1"]


def test_processes_that_make_a_key_at_once_end_with_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        made = threads.map(lambda _: Keys(tmp_path, create=True).current("token.requests").secret, range(64))
        assert len(set(made)) == 1


@pytest.mark.parametrize("content", ["", "not hex", "00" * 31])
def test_a_file_that_holds_no_key_is_named_without_its_content(tmp_path: Path, content: str) -> None:
    (tmp_path / "token.requests.1").write_text(content)
    with pytest.raises(KeyMissing, match=r"token\.requests\.1"):
        Keys(tmp_path, create=True).current("token.requests")
