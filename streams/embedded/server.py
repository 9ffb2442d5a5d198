"""What the embedded servers share: a port that stays, a start that waits for an answer, a reason for an end."""

import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from streams.embedded.child import STOP_SECONDS, Child, last_lines
from streams.embedded.errors import EmbeddedError
from streams.embedded.ports import HOST, Ports

PORT_ATTEMPTS = 3
POLL_SECONDS = 0.05
SEARCHED_LINES = 200
FULL_BELOW_BYTES = 1_000_000


class ServerFailed(EmbeddedError):
    """A server did not start, or ended by itself; the text carries the reason and the end of its log."""


class PortTaken(ServerFailed):
    """Another server took the port between its choice and the start."""


class Server(ABC):
    """A server process on 127.0.0.1 over one folder.

    The first start chooses the ports (the folder's last ones where they are free); later starts of the same object
    use them again. Methods may be called from any thread, one at a time.
    """

    name: str
    title: str
    port_names: tuple[str, ...]
    ready_seconds = 60.0

    def __init__(self, folder: Path, *, log_path: Path | None = None, ports: Ports | None = None) -> None:
        self.folder = folder
        self.log_path = log_path or folder / f"{self.name}.log"
        self._ports = ports or Ports(folder / "ports.json")
        self._chosen: tuple[int, ...] = ()
        self._child: Child | None = None

    @abstractmethod
    def _prepare(self, ports: Sequence[int]) -> Child:
        """Write what the server needs to start on these ports, one a name, and return it, not yet started."""

    @abstractmethod
    def answers(self) -> bool:
        """Does it serve requests now?"""

    @property
    def port(self) -> int:
        """Where it listens; ServerFailed before the first start."""
        if not self._chosen:
            raise ServerFailed(f"{self.title} has no port before its first start")
        return self._chosen[0]

    @property
    def pid(self) -> int | None:
        """The process id while it runs, else None."""
        return self._child.pid if self._child is not None else None

    def start(self) -> None:
        """Start it and return when it answers; does nothing while it runs.

        ServerFailed with the reason where it ends instead, does not answer in time, or its folder takes no files.
        """
        if self.pid is not None:
            return
        if self._chosen:
            self._start_once()
            return
        for attempt in range(1, PORT_ATTEMPTS + 1):
            try:
                self._choose_ports()
                self._start_once()
            except PortTaken:
                self._chosen = ()
                if attempt == PORT_ATTEMPTS:
                    raise
            else:
                return

    def stop(self, within_seconds: float = STOP_SECONDS) -> None:
        """End it in order; what does not end within `within_seconds` is killed."""
        if self._child is not None:
            self._child.stop(within_seconds)

    def kill(self) -> None:
        """SIGKILL."""
        if self._child is not None:
            self._child.kill()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing is answered."""
        if self._child is not None:
            self._child.pause()

    def resume(self) -> None:
        """SIGCONT."""
        if self._child is not None:
            self._child.resume()

    def wait(self, within_seconds: float | None = None) -> int | None:
        """Wait for its end: the exit code, None if it still runs after `within_seconds`."""
        return self._child.wait(within_seconds) if self._child is not None else None

    def why_ended(self) -> str:
        """For the operator: how it ended and what it said last; '' while it runs."""
        exit_code = self.wait(0)
        return "" if exit_code is None else str(self._failure(exit_code))

    def _choose_ports(self) -> None:
        try:
            self._chosen = tuple(self._ports.take(name) for name in self.port_names)
        except OSError as error:
            raise self._unwritable(error) from error

    def _start_once(self) -> None:
        try:
            self._child = self._prepare(self._chosen)
            self._child.start()
        except OSError as error:
            raise self._unwritable(error) from error
        give_up_at = time.monotonic() + self.ready_seconds
        while not self.answers():
            exit_code = self._child.wait(POLL_SECONDS)
            if exit_code is not None:
                raise self._failure(exit_code)
            if time.monotonic() > give_up_at:
                self.kill()
                raise ServerFailed(
                    f"{self.title} did not answer within {self.ready_seconds:.0f} s; "
                    f"the end of {self.log_path}:\n{last_lines(self.log_path)}"
                )

    def _unwritable(self, error: OSError) -> ServerFailed:
        return ServerFailed(f"{self.title} cannot start: {error.filename or self.folder}: {error.strerror}")

    def _failure(self, exit_code: int) -> ServerFailed:
        logs = {self.log_path} if self._child is None else {self.log_path, self._child.log_path}
        said = "\n".join(last_lines(path, SEARCHED_LINES) for path in logs)
        shown = "\n".join(filter(None, map(last_lines, logs)))
        if "No space left on device" in said or _is_full(self.folder):
            return ServerFailed(f"{self.title} ended: the disk of {self.folder} is full; free some space\n{shown}")
        if "Address already in use" in said:
            return PortTaken(f"{self.title} cannot listen on {HOST}: another server holds its port\n{shown}")
        return ServerFailed(f"{self.title} ended with status {exit_code}; the end of {self.log_path}:\n{shown}")


class SettableServer(Server):
    """A server whose own settings, by name, may be given; they go before those that its start writes."""

    def __init__(
        self,
        folder: Path,
        *,
        log_path: Path | None = None,
        ports: Ports | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(folder, log_path=log_path, ports=ports)
        self._settings = dict(settings or {})


def _is_full(folder: Path) -> bool:
    """A JVM that cannot fill a page of a mapped file dies of a memory fault and never speaks of the disk."""
    return shutil.disk_usage(folder).free < FULL_BELOW_BYTES
