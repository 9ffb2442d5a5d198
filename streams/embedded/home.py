"""The data folder of an embedded hub: one hub at a time, a place for each kind of data, ports that stay the same."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from streams.embedded.child import Child, Command
from streams.embedded.errors import EmbeddedError
from streams.embedded.ports import Ports

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = ("kafka", "redis", "secrets", "keys", "logs", "run")
PRIVATE_FOLDERS = ("secrets", "keys")


class HomeInUse(EmbeddedError):
    """Another hub runs on this data folder."""


class HomeUnusable(EmbeddedError):
    """The data folder cannot be made or written."""


def default_home() -> Path:
    """HUB_HOME, else `.hub` in the checkout."""
    return Path(os.environ.get("HUB_HOME") or CHECKOUT / ".hub").absolute()


def secrets_folder() -> Path:
    """HUB_SECRETS, else that of the data folder."""
    return Path(os.environ.get("HUB_SECRETS") or default_home() / "secrets")


def keys_folder() -> Path:
    """HUB_KEYS, else that of the data folder."""
    return Path(os.environ.get("HUB_KEYS") or default_home() / "keys")


def anchors_folder() -> Path:
    """HUB_ANCHORS, else that of the data folder."""
    return Path(os.environ.get("HUB_ANCHORS") or default_home() / "anchors")


class Home:
    """A data folder that this process holds from construction to `close`, or to its own end, however that comes.

    HomeInUse names the process that holds it; HomeUnusable says why it cannot be written.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or default_home()
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._lock = self._locked()
            for name in FOLDERS:
                (self.root / name).mkdir(exist_ok=True)
            for name in PRIVATE_FOLDERS:
                (self.root / name).chmod(0o700)
        except OSError as error:
            raise HomeUnusable(f"the data folder {self.root} cannot be used: {error.strerror}") from error
        self.ports = Ports(self.run / "ports.json")

    @property
    def kafka(self) -> Path:
        return self.root / "kafka"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        return self.root / "run"

    def child(self, name: str, command: Command) -> Child:
        """A child process whose log and pid file lie in this folder."""
        return Child(name, command, log_path=self.logs / f"{name}.log", pid_path=self.run / f"{name}.pid")

    def close(self) -> None:
        """Let the next hub have it."""
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _locked(self) -> IO[str]:
        lock = (self.root / "hub.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise HomeInUse(
                f"the data folder {self.root} is in use by the hub with process id {holder}: "
                "stop that one, or name another folder in HUB_HOME"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        return lock
