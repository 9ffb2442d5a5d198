"""OpenSSH's server with a folder of its own, on a free port of loopback; it serves files over SFTP, to be read only."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from streams.embedded.ports import HOST, free_port
from tests.eventually import eventually

START_SECONDS = 20.0
UNPRIVILEGED = "daemon"
CONFIGURATION = """
ListenAddress {host}
Port {port}
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
PasswordAuthentication yes
UsePAM no
StrictModes no
Subsystem sftp internal-sftp -R
ForceCommand internal-sftp -R
"""


class SftpServer:
    """Started, stopped and started again over the same `files`; the server refuses whatever would change them."""

    def __init__(self) -> None:
        """It runs as whoever tests, or as `daemon` where that is root; an account cannot let in another."""
        self.user = UNPRIVILEGED if os.getuid() == 0 else _own_name()
        self._as: dict[str, Any] = (
            {"user": self.user, "group": UNPRIVILEGED, "extra_groups": []} if os.getuid() == 0 else {}
        )
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="hub-sftp-"))
        self.files = self._folder / "files"
        self.files.mkdir()
        self._folder.chmod(0o755)
        self.new_key("user_key")
        shutil.copy(self._folder / "user_key.pub", self._folder / "authorized_keys")
        self.new_key("host_key")
        text = CONFIGURATION.format(host=HOST, port=self.port, folder=self._folder)
        (self._folder / "sshd_config").write_text(text)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"sftp://{HOST}:{self.port}{self.files}"

    @property
    def host_key(self) -> str:
        """Kind and key, as ssh-keyscan shows them."""
        return " ".join((self._folder / "host_key.pub").read_text().split()[:2])

    @property
    def user_key(self) -> str:
        return (self._folder / "user_key").read_text()

    def new_key(self, name: str) -> None:
        """Another key in the place of the one that was there."""
        for path in (self._folder / name, self._folder / f"{name}.pub"):
            path.unlink(missing_ok=True)
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(self._folder / name)]
        subprocess.run(command, check=True)
        if self._as:
            shutil.chown(self._folder / name, self.user)

    def forget_users(self) -> None:
        """Nobody is let in any more."""
        (self._folder / "authorized_keys").write_text("")

    def start(self) -> None:
        """Start it; returns when it greets."""
        sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
        assert sshd, "openssh-server is missing"
        log = (self._folder / "log").open("ab")
        command = [sshd, "-D", "-e", "-f", str(self._folder / "sshd_config")]
        self._process = subprocess.Popen(command, stderr=log, **self._as)
        eventually(self._greets, within_seconds=START_SECONDS)

    def stop(self) -> None:
        """Ends it and cuts every connection."""
        if self._process is not None:
            connections = self._connections()
            self._process.kill()
            self._process.wait()
            self._process = None
            self._signal(connections, signal.SIGKILL)

    def freeze(self) -> None:
        """Connections stay open, and nothing more comes over them."""
        self._signal(self._connections(), signal.SIGSTOP)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def _connections(self) -> list[int]:
        """The processes that serve connections; each is in a session of its own, and some have children."""
        assert self._process is not None
        found = [self._process.pid]
        for process in found:
            with suppress(FileNotFoundError):
                found += map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())
        return found[1:]

    def _signal(self, processes: list[int], number: signal.Signals) -> None:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def _greets(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=5) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False


def _own_name() -> str:
    return subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def sftp_server() -> Iterator[SftpServer]:
    """A server that answers; gone when the block ends."""
    server = SftpServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()
