"""One child process: in a process group of its own, on the leash of this process, its output in a log file."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from streams.embedded import leash

# Linux ends a leashed child when the *thread* that started it ends, so one thread that lives as long
# as the process starts them all, whichever thread asks.
_LAUNCHER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="launcher")

LARGEST_LOG_BYTES = 10_000_000
TAIL_BYTES = 16_384
LEFTOVER_SECONDS = 10.0


@dataclass(frozen=True)
class Command:
    """What to run. `environment` is added to this process's own."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


class Child:
    """A command that can be started, ended, killed, paused, and started again.

    `log_path` takes what it prints; `pid_path` names it while it runs, so that the next hub on the same
    data can end one that was left over.
    """

    def __init__(self, name: str, command: Command, *, log_path: Path, pid_path: Path) -> None:
        self.name = name
        self.command = command
        self.log_path = log_path
        self._pid_path = pid_path
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs, else None."""
        return self._process.pid if self._process is not None and self.running else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How the last run ended (negative: minus the signal), None before that."""
        return self._process.poll() if self._process is not None else None

    def start(self) -> None:
        """Start it; does nothing while it runs. A run left over from an earlier hub is ended first."""
        if self.running:
            return
        end_leftover(self._pid_path)
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LARGEST_LOG_BYTES:
            self.log_path.replace(self.log_path.with_name(self.log_path.name + ".1"))
        self._process = _LAUNCHER.submit(self._launch).result()
        _write_pid(self._pid_path, self._process.pid)

    def _launch(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *self.command.arguments]
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.command.folder,
                env={**os.environ, **self.command.environment},
                process_group=0,
            )

    def wait(self, within_seconds: float | None = None) -> int | None:
        """Wait for the end and return the exit code; None if it still runs after `within_seconds`."""
        if self._process is None:
            return None
        if not _ends_within(self._process, within_seconds):
            return None
        # Before the process is reaped, while its number cannot belong to another group.
        self._signal(signal.SIGKILL)
        exit_code = self._process.wait()
        self._pid_path.unlink(missing_ok=True)
        return exit_code

    def stop(self, within_seconds: float = 10.0) -> None:
        """Ask it to end (TERM), and kill it where it has not within `within_seconds`."""
        if not self.running:
            return
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)
        if self.wait(within_seconds) is None:
            self.kill()

    def kill(self) -> None:
        """End it and its group at once (KILL)."""
        if self.running:
            self._signal(signal.SIGKILL)
        self.wait()

    def pause(self) -> None:
        """Hold it where it is (STOP): it keeps its sockets and answers nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def last_lines(self, count: int = 12) -> str:
        """The end of its log, '' where there is none."""
        return last_lines(self.log_path, count)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def last_lines(path: Path, count: int) -> str:
    """The last `count` lines of a log file, '' where it does not exist."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-count:])


def end_leftover(pid_path: Path) -> None:
    """Kill the process that `pid_path` names if that very process still runs, and wait until it is gone."""
    try:
        number, started = pid_path.read_text().split()
    except (FileNotFoundError, ValueError):
        return
    pid = int(number)
    if _start_of(pid) == started:
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(pid)
            try:
                os.killpg(pid, signal.SIGKILL)
                _readable_within(descriptor, LEFTOVER_SECONDS)
            finally:
                os.close(descriptor)
    pid_path.unlink(missing_ok=True)


def _write_pid(path: Path, pid: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{pid} {_start_of(pid)}\n")


def _start_of(pid: int) -> str | None:
    """When the kernel started the process (its own ticks): with the id, what names one process for good."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return status.rpartition(")")[2].split()[19]


def _ends_within(process: "subprocess.Popen[bytes]", within_seconds: float | None) -> bool:
    if process.poll() is not None:
        return True
    try:
        descriptor = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return True
    try:
        return _readable_within(descriptor, within_seconds)
    finally:
        os.close(descriptor)


def _readable_within(descriptor: int, within_seconds: float | None) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(None if within_seconds is None else within_seconds * 1000))
