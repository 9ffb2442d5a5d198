"""The simulated city's servers: files over SFTP where OpenSSH lets the hub in, from the same folders where not."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.city.provision import OVER_SFTP
from connectors.readers.sftp import is_sftp, sftp_folder
from streams.embedded import openssh
from streams.embedded.home import Home
from streams.embedded.processes import Supervisor
from streams.embedded.programs import installed
from streams.topology import load_topology
from streams.up.city import City, Options, OverSftp
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.passable import passable_folder

FILE = "20251128.csv"


@dataclass(frozen=True)
class Prepared:
    """A city whose departments could hand over now."""

    home: Home
    over_sftp: OverSftp

    def folder(self, system: str) -> str:
        return (self.home.secrets / f"{system}_folder").read_text()

    @property
    def sshd(self) -> int:
        """The process id of the server, 0 where none runs."""
        try:
            said = (self.home.root / "sshd" / "sshd.pid").read_text().split()
        except FileNotFoundError:
            return 0
        return int(said[0]) if said else 0


@pytest.fixture
def data_folder() -> Iterator[Path]:
    with passable_folder() as folder:
        yield folder / "home"


@pytest.fixture
def prepare(data_folder: Path, kafka_broker: Cluster) -> Iterator[Callable[[], Prepared]]:
    with Home(data_folder) as home, Supervisor() as supervisor:

        def prepared() -> Prepared:
            variables = {"HUB_KAFKA": kafka_broker.bootstrap_servers, "HUB_HOME": str(home.root)}
            return Prepared(home, City(home, variables, Options(60, 1)).prepare(supervisor))

        yield prepared


def files_in(folder: str) -> list[str]:
    opened = sftp_folder(folder)
    try:
        return sorted(opened.files())
    finally:
        opened.close()


def test_some_departments_are_read_over_sftp_and_the_others_on_this_machine(prepare: Callable[[], Prepared]) -> None:
    city = prepare()
    assert city.over_sftp == OverSftp(OVER_SFTP)
    systems = [name for name, wiring in load_topology().connectors.items() if wiring.reader == "file_drop"]
    assert [name for name in systems if is_sftp(city.folder(name))] == sorted(OVER_SFTP, key=systems.index)
    for system in OVER_SFTP:
        (city.home.root / "city" / system / FILE).write_text(system)
        assert files_in(city.folder(system)) == [FILE]


def test_a_server_that_is_killed_comes_back_at_the_same_address_with_the_same_key(
    prepare: Callable[[], Prepared],
) -> None:
    city = prepare()
    killed, folder = eventually(lambda: city.sshd), city.folder(OVER_SFTP[0])  # 0 would kill the tests themselves
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: city.sshd not in (0, killed), within_seconds=30)
    eventually(lambda: answers(folder), within_seconds=30)
    assert files_in(folder) == []


def answers(folder: str) -> bool:
    try:
        files_in(folder)
    except Exception:  # noqa: BLE001 - whatever it is, it does not answer
        return False
    return True


def test_where_openssh_is_missing_the_same_folders_are_read_on_this_machine(
    prepare: Callable[[], Prepared], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openssh, "installed", lambda program: None if program == "sshd" else installed(program))
    city = prepare()
    assert city.over_sftp.systems == ()
    assert "apt-get install openssh-server" in str(city.over_sftp)
    assert city.folder(OVER_SFTP[0]) == str(city.home.root / "city" / OVER_SFTP[0])


def test_where_the_account_may_not_look_into_a_folder_it_is_read_on_this_machine_and_the_server_ends(
    prepare: Callable[[], Prepared], data_folder: Path
) -> None:
    closed = data_folder / "city" / OVER_SFTP[1]
    closed.mkdir(parents=True)
    closed.chmod(0)
    city = prepare()
    assert city.over_sftp.systems == ()
    assert OVER_SFTP[1] in str(city.over_sftp)
    assert not is_sftp(city.folder(OVER_SFTP[0]))
    assert city.sshd == 0


def test_a_server_that_cannot_start_is_told_by_its_own_last_word(
    prepare: Callable[[], Prepared], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openssh, "GREETING", b"nothing greets so")
    monkeypatch.setattr(openssh.SftpServer, "ready_seconds", 0.5)
    city = prepare()
    assert "did not answer" in str(city.over_sftp)
    assert "\n" not in str(city.over_sftp)
    assert not is_sftp(city.folder(OVER_SFTP[0]))
