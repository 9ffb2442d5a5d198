"""The embedded SFTP server, tried on the real thing."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.embedded import programs
from streams.embedded.openssh import NoOpenSsh, SftpServer
from tests.connectors.sftp_server import CutServer, sftp_server


@pytest.fixture
def server() -> Iterator[CutServer]:
    with sftp_server() as server:
        yield server


def test_it_runs_under_an_account_without_rights(server: CutServer) -> None:
    assert server.pid is not None
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_keys_and_address_outlive_it_and_nobody_else_reads_the_access(server: CutServer) -> None:
    access = server.access.read_text()
    assert f"@127.0.0.1:{server.port}/" in access.splitlines()[0]
    server.stop()
    server.start()
    assert server.access.read_text() == access
    assert stat.S_IMODE(server.access.stat().st_mode) == 0o600


def test_a_pair_of_keys_that_was_left_half_made_is_made_again(server: CutServer) -> None:
    host_key = server.access.read_text().splitlines()[1]
    server.stop()
    server.change_host_key()
    server.start()
    assert server.access.read_text().splitlines()[1] != host_key


def test_a_missing_server_is_one_line_that_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoOpenSsh, match=r"apt-get install openssh-server") as missing:
        SftpServer(tmp_path / "sshd").start()
    assert "\n" not in str(missing.value)


def test_an_account_without_a_name_gets_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 987_654_321)
    with pytest.raises(NoOpenSsh, match="account with a name"):
        SftpServer(tmp_path / "sshd").start()
