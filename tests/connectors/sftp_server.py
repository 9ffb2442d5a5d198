"""The hub's own OpenSSH server with a folder of files; tests cut its connections, and change its keys."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from streams.embedded.openssh import SftpServer
from tests.passable import passable_folder

DROPPED = "files"


class CutServer(SftpServer):
    """Started, stopped and started again over the same `files`; a stop cuts its connections as well."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "sshd", settings={"PasswordAuthentication": "yes"})
        self.files = folder / DROPPED
        self.files.mkdir()

    @property
    def account(self) -> str:
        """The text that a connector's secret holds."""
        address, host_key, key = self.access.read_text().split("\n", 2)
        return "\n".join([f"{address.rstrip('/')}{self.files}", host_key, key])

    def change_host_key(self) -> None:
        """Another key from the next start on."""
        (self.folder / "host_key.pub").unlink()

    def forget_users(self) -> None:
        """Nobody is let in any more."""
        (self.folder / "authorized_keys").write_text("")

    def stop(self, within_seconds: float = 0) -> None:
        """Ends it and cuts every connection."""
        connections = self.connections()
        super().stop(within_seconds)
        _signal(connections, signal.SIGKILL)

    def freeze(self) -> None:
        """Connections stay open, and nothing more comes over them."""
        _signal(self.connections(), signal.SIGSTOP)

    def connections(self) -> list[int]:
        """The processes that serve connections; each is in a session of its own, and some have children."""
        found = [self.pid] if self.pid else []
        for process in found:
            with suppress(FileNotFoundError):
                found += map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())
        return found[1:]


def _signal(processes: list[int], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


@contextmanager
def sftp_server() -> Iterator[CutServer]:
    """A server that answers; gone when the block ends."""
    with passable_folder() as folder:
        server = CutServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
