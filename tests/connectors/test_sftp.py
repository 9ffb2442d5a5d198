"""Files that lie on a department's SFTP server: the real one of OpenSSH, on loopback, which lets nobody write."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Reader, SourceAway
from connectors.readers.file_drop import FileReader
from connectors.readers.formats import lines_of
from connectors.readers.formats.line import Line
from connectors.readers.means import Means, WrongSetting
from connectors.readers.opening import open_reader
from connectors.readers.sftp import account_of, is_sftp, sftp_folder
from streams.secrecy.sealing import Keys
from streams.secrecy.secret_store import SecretStore
from tests.connectors.conftest import Hub, Running
from tests.connectors.reading import reading
from tests.connectors.sftp_server import CutServer, sftp_server
from tests.connectors.test_file_drop import (
    CONTRACT,
    HEADER,
    NOV_21,
    NOV_22,
    drop,
    fingerprint,
    first_dump,
    is_read,
    line,
    told,
)
from tests.connectors.test_file_formats import archive, sheet
from tests.eventually import eventually

SYSTEM = "ga_dangerous_goods"
SECRET = "their_folder"
SETTINGS = {"folder": f"secret:{SECRET}", "pattern": "*.csv", "encoding": "gb18030", "every_seconds": 0.02}
FIELDS = [item.source_field for item in CONTRACT.all_items if item.name != "change"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.file_drop.SETTLE_SECONDS", 0.02)


@pytest.fixture
def server() -> Iterator[CutServer]:
    with sftp_server() as server:
        yield server


@pytest.fixture
def reader(server: CutServer, tmp_path: Path) -> Callable[..., Reader]:
    """The reader that the settings in the topology open, with the server's account or another one."""

    def opened(account: str | None = None) -> Reader:
        (tmp_path / SECRET).write_text(server.account if account is None else account)
        means = Means("", SecretStore(tmp_path), Keys(tmp_path / "keys", create=True))
        return open_reader("file_drop", CONTRACT, SETTINGS, means)

    return opened


def test_a_dump_is_read_where_it_lies_and_nothing_there_is_changed(
    server: CutServer, reader: Callable[..., Reader]
) -> None:
    drop(server.files, NOV_21, line("A"), line("B"))
    with reading(reader()) as read:
        rows = read.rows(2)
        drop(server.files, NOV_22, line("A"), line("B", "不合格"), line("C"))
        assert told(read.rows(2)) == [("B", "changed"), ("C", "new")]
    assert told(rows) == [("A", "new"), ("B", "new")]
    assert str(rows[1].origin) == f"{NOV_21}[0]@3"
    assert sorted(path.name for path in server.files.iterdir()) == [NOV_21, NOV_22]


def test_of_a_dump_over_sftp_the_cursor_is_good_for_the_same_files_on_a_disk(server: CutServer, tmp_path: Path) -> None:
    """A department that moves its folder to a server sends nothing again."""
    folder = tmp_path / "local"
    folder.mkdir()
    cursor = first_dump(folder)
    drop(server.files, NOV_21, line("A"), line("B"), line("C"))
    drop(server.files, NOV_22, line("A"), line("B"), line("C"), line("D"))
    with reading(plain_reader(server), cursor) as read:
        assert told(read.rows(1)) == [("D", "new")]


def test_a_link_out_of_the_folder_is_left_alone(server: CutServer, reader: Callable[..., Reader]) -> None:
    (server.files / NOV_21).symlink_to("/etc/passwd")
    drop(server.files, NOV_22, line("A"))
    with reading(reader()) as read:
        assert {row.version for row in read.rows(1)} == {NOV_22}


def test_a_server_with_another_key_is_not_spoken_to(server: CutServer, reader: Callable[..., Reader]) -> None:
    drop(server.files, NOV_21, line("A"))
    agreed = reader()
    server.stop()
    server.change_host_key()
    server.start()
    with reading(agreed) as read, pytest.raises(SourceAway, match="another host key than the one agreed on"):
        read.next()


def with_password(server: CutServer, password: str) -> str:
    address, host_key, _ = server.account.split("\n", 2)
    return f"{address.replace('@', f':{password}@')}\n{host_key}"


def test_a_key_that_the_server_does_not_know_is_refused(server: CutServer, reader: Callable[..., Reader]) -> None:
    stranger = reader()
    with reading(reader(with_password(server, "wrong"))) as read, pytest.raises(SourceAway, match="Authentication"):
        read.next()
    server.forget_users()
    with reading(stranger) as read, pytest.raises(SourceAway, match="Authentication"):
        read.next()


def test_a_server_that_is_down_is_said_and_when_it_is_back_nothing_is_missing(
    server: CutServer, reader: Callable[..., Reader]
) -> None:
    drop(server.files, NOV_21, line("A"))
    with reading(reader()) as read:
        assert told(read.rows(1)) == [("A", "new")]
        server.stop()
        drop(server.files, NOV_22, line("A"), line("B"))
        with pytest.raises(SourceAway):
            read.next()
    with reading(reader(), read.cursor) as again, pytest.raises(SourceAway, match="connect"):
        again.next()
    server.start()
    with reading(reader(), read.cursor) as again:
        assert told(again.rows(1)) == [("B", "new")]


def many_lines() -> list[str]:
    return [line(f"R{number:05}") for number in range(12_000)]


def test_a_connection_cut_in_the_middle_of_a_file_gives_no_cursor_and_then_every_line_once(
    server: CutServer, reader: Callable[..., Reader]
) -> None:
    drop(server.files, NOV_21, *many_lines())
    with reading(reader()) as read:
        first = read.next().rows
        server.stop()
        with pytest.raises(SourceAway, match=NOV_21):
            read.rows(12_000)
    assert not is_read(read)
    server.start()
    with reading(reader()) as again:
        rows = again.rows(12_000)
    assert told(rows) == [(f"R{number:05}", "new") for number in range(12_000)]
    assert [(row.version, row.raw) for row in rows[: len(first)]] == [(row.version, row.raw) for row in first]


def test_a_server_that_freezes_is_given_up_after_a_while(
    server: CutServer, reader: Callable[..., Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.readers.sftp.ANSWER_SECONDS", 2.0)
    drop(server.files, NOV_21, *many_lines())
    with reading(reader()) as read:
        read.next()
        server.freeze()
        with pytest.raises(SourceAway, match=NOV_21):
            read.rows(12_000)


def test_a_server_that_never_greets_is_given_up_after_a_while(
    server: CutServer, reader: Callable[..., Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.readers.sftp.ANSWER_SECONDS", 0.3)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        account = server.account.replace(f":{server.port}/", f":{silent.getsockname()[1]}/")
        with reading(reader(account)) as read, pytest.raises(SourceAway, match="cannot be listed"):
            read.next()


def plain_reader(
    server: CutServer, format_name: str = "csv", pattern: str = "*", before_lines: Callable[[], object] = lambda: None
) -> FileReader:
    """A reader that does something between opening a file and reading its lines."""
    lines = lines_of({"format": format_name, "encoding": "gb18030"}, FIELDS)

    def read_lines(file: IO[bytes], name: str) -> Iterator[Line]:
        before_lines()
        return lines(file, name)

    return FileReader(CONTRACT, sftp_folder(server.account), pattern, read_lines, 0.02, fingerprint)


@pytest.mark.parametrize(
    ("format_name", "name", "content"),
    [
        ("csv", "a.zip", archive({"a.csv": f"{HEADER}\n{line('A')}\n".encode("gb18030")})),
        ("excel", "a.xlsx", sheet(tuple(HEADER.split(",")), tuple(line("A").split(",")))),
    ],
)
def test_an_archive_or_a_workbook_whose_connection_was_cut_is_not_taken_for_a_damaged_one(
    server: CutServer, format_name: str, name: str, content: bytes
) -> None:
    (server.files / name).write_bytes(content)
    cut = plain_reader(server, format_name, before_lines=server.stop)
    with reading(cut) as read, pytest.raises(SourceAway, match=name):
        read.next()
    assert not is_read(read)
    server.start()
    with reading(plain_reader(server, format_name)) as read:
        assert told(read.rows(1)) == [("A", "new")]


HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"


@pytest.mark.parametrize(
    ("account", "says"),
    [
        (f"sftp://host/path\n{HOST_KEY}", "sftp://user@host"),
        (f"sftp://hub:hunter2@host\n{HOST_KEY}", "sftp://user@host"),
        (f"sftp://hub:hunter2@/path\n{HOST_KEY}", "sftp://user@host"),
        (f"sftp://hub:hunter2/3@host/path\n{HOST_KEY}", "sftp://user@host"),
        (f"sftp://hub:hunter2#3@host/path\n{HOST_KEY}", "sftp://user@host"),
        (f"sftp://hub:hunter2@[host/path\n{HOST_KEY}", "sftp://user@host"),
        ("sftp://hub:hunter2@host/path", "host key"),
        ("sftp://hub:hunter2@host/path\nssh-ed25519 nonsense", "host key"),
        (f"sftp://hub@host/path\n{HOST_KEY}", "private key"),
        (f"sftp://hub@host/path\n{HOST_KEY}\nhunter2", "not a private key"),
    ],
)
def test_a_wrong_account_is_named_by_what_is_wrong_and_shown_in_nothing(
    reader: Callable[..., Reader], account: str, says: str
) -> None:
    with pytest.raises(WrongSetting, match=f"{SYSTEM}: folder: .*{says}") as wrong:
        reader(account)
    assert "hunter2" not in str(wrong.value)


def test_an_account_is_read_from_lines_of_any_ending_with_the_usual_port() -> None:
    account = account_of(f"sftp://%68ub:a%2Fb%23@files.example/out/%E5%8D%B1\r\n{HOST_KEY} their comment\r\n")
    assert (account.host, account.port, account.user, account.path) == ("files.example", 22, "hub", "/out/危")
    assert account.password == "a/b#"
    assert account.password not in repr(account)


@given(st.text(), st.text(min_size=1), st.text())
def test_whatever_an_account_says_is_an_account_or_a_value_error(address: str, host_key: str, key: str) -> None:
    text = f"sftp://{address}\n{host_key}\n{key}"
    assert is_sftp(text)
    with suppress(ValueError):
        account_of(text)


@pytest.mark.parametrize("folder", ["sftp://host/path", "ssh://host/path", "simplecache::sftp://host/path"])
def test_no_server_is_reached_without_its_key(tmp_path: Path, folder: str) -> None:
    means = Means("", SecretStore(tmp_path), Keys(tmp_path, create=True))
    with pytest.raises(WrongSetting, match="host"):
        open_reader("file_drop", CONTRACT, {**SETTINGS, "folder": folder}, means)


def test_a_running_connector_goes_on_where_it_was_when_the_server_is_back(
    hub: Hub, running: Running, server: CutServer
) -> None:
    hub.secret(SECRET, server.account)
    runner = running.start(hub.with_settings(SYSTEM, **SETTINGS), "file_drop")
    drop(server.files, NOV_21, line("A"))
    eventually(lambda: hub.rows(SYSTEM), within_seconds=30)
    server.stop()
    eventually(lambda: "cannot be listed" in runner.states[SYSTEM].fault, within_seconds=30)
    drop(server.files, NOV_22, line("A"), line("B"))
    server.start()
    eventually(lambda: len(hub.rows(SYSTEM)) == 2, within_seconds=60)
    assert hub.rows(SYSTEM) == [f"{SYSTEM}:A:{NOV_21}", f"{SYSTEM}:B:{NOV_22}"]
    eventually(lambda: not runner.states[SYSTEM].fault)
