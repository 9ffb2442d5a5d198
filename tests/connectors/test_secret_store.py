"""Secrets in files: a changed one counts at once, whatever was read before."""

import os
import time
from pathlib import Path

import pytest

from streams.secrecy.secret_store import SETTLED_NANOSECONDS, SecretMissing, SecretStore


def write(path: Path, content: bytes, age_nanoseconds: int = 0) -> None:
    """A file that was changed so long ago."""
    path.write_bytes(content)
    changed_at = time.time_ns() - age_nanoseconds
    os.utime(path, ns=(changed_at, changed_at))


def test_a_secret_is_read_without_the_newline_at_its_end(tmp_path: Path) -> None:
    write(tmp_path / "key", b"one\ntwo\r\n")
    assert SecretStore(tmp_path).read("key") == b"one\ntwo"


def test_a_secret_that_was_replaced_counts_at_once(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    write(tmp_path / "key", b"old", 10 * SETTLED_NANOSECONDS)
    assert store.read("key") == b"old"
    write(tmp_path / "new", b"new", 10 * SETTLED_NANOSECONDS)
    (tmp_path / "new").rename(tmp_path / "key")
    assert store.read("key") == b"new"


def test_a_secret_changed_twice_in_one_tick_of_the_file_systems_clock_counts_too(tmp_path: Path) -> None:
    store, changed_at = SecretStore(tmp_path), time.time_ns()
    for content in (b"one", b"two"):
        (tmp_path / "key").write_bytes(content)
        os.utime(tmp_path / "key", ns=(changed_at, changed_at))
        assert store.read("key") == content


def test_a_secret_that_is_gone_is_missing_though_it_was_read_before(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    write(tmp_path / "key", b"old", 10 * SETTLED_NANOSECONDS)
    store.read("key")
    (tmp_path / "key").unlink()
    with pytest.raises(SecretMissing, match="key"):
        store.read("key")


@pytest.mark.parametrize("name", ["", ".", "..", "../key", "/etc/passwd", "a/b"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secrets").mkdir()
    write(tmp_path / "key", b"outside")
    with pytest.raises(SecretMissing):
        SecretStore(tmp_path / "secrets").read(name)
