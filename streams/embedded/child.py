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

STOP_SECONDS = 10.0
LEFTOVER_SECONDS = 10.0
LARGEST_LOG_BYTES = 10_000_000
TAIL_BYTES = 32_768
SHOWN_LINES = 12

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Command:
    """What to run. `environment` is added to this process's own; `folder` is where it runs."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


class Child:
    """A command that can be started, stopped, killed, paused, and started again.

    `log_path` takes what it prints. `pid_path` names it while it runs, so that the next hub on the same data
    ends what an earlier one may have left behind.
    """

    def __init__(self, name: str, command: Command, *, log_path: Path, pid_path: Path) -> None:
        self.name = name
        self.command = command
        self.log_path = log_path
        self._pid_path = pid_path
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs, else None."""
        process = self._process
        return None if process is None or _ended(process, within_seconds=0) else process.pid

    def start(self) -> None:
        """Start it; does nothing while it runs. OSError where its log or pid file cannot be written."""
        if self.pid is not None:
            return
        end_leftover(self._pid_path)
        for path in (self.log_path, self._pid_path):
            path.parent.mkdir(parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LARGEST_LOG_BYTES:
            self.log_path.replace(self.log_path.with_name(self.log_path.name + ".1"))
        self._process = _LAUNCHER.submit(self._launch).result()
        self._pid_path.write_text(_identity(self._process.pid))

    def _launch(self) -> Process:
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                leashed(self.command.arguments),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.command.folder,
                env={**os.environ, **self.command.environment},
                process_group=0,
            )

    def wait(self, within_seconds: float | None = None) -> int | None:
        """Wait for its end: the exit code (minus the signal's number for a signal), None if it still runs.

        What is left of its process group is killed.
        """
        process = self._process
        if process is None or not _ended(process, within_seconds):
            return None
        if process.returncode is None:
            # Before the process is reaped: until then its number cannot name another group.
            _signal(process, signal.SIGKILL)
        exit_code = process.wait()
        if _read_identity(self._pid_path).startswith(f"{process.pid} "):
            self._pid_path.unlink(missing_ok=True)
        return exit_code

    def stop(self, within_seconds: float = STOP_SECONDS) -> None:
        """Ask it to end (TERM), and kill it where it has not ended within `within_seconds`."""
        if self._process is None:
            return
        _signal(self._process, signal.SIGTERM)
        _signal(self._process, signal.SIGCONT)
        if self.wait(within_seconds) is None:
            self.kill()

    def kill(self) -> None:
        """End it and its group at once (KILL)."""
        if self._process is None:
            return
        _signal(self._process, signal.SIGKILL)
        self.wait()

    def pause(self) -> None:
        """Hold it where it is (STOP): it keeps its sockets and answers nothing. Returns when all its threads stand."""
        if self._process is not None:
            _signal(self._process, signal.SIGSTOP)
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """Let a paused one go on (CONT)."""
        if self._process is not None:
            _signal(self._process, signal.SIGCONT)

    def why_ended(self) -> str:
        """For the operator: how it ended and what it said last; '' while it runs."""
        exit_code = self.wait(0)
        if exit_code is None:
            return ""
        return f"{self.name} ended with status {exit_code}; the end of {self.log_path}:\n{last_lines(self.log_path)}"


def leashed(arguments: Sequence[str]) -> list[str]:
    """The command that runs `arguments` and ends when the thread that started it ends, however that one ends."""
    return [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *arguments]


def last_lines(path: Path, count: int = SHOWN_LINES) -> str:
    """The last `count` lines of a log file without the frames of Java's stack traces, '' where there is no file."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    telling = [line for line in lines if not line.startswith("\tat ")]
    return "\n".join(telling[-count:])


def end_leftover(pid_path: Path) -> None:
    """Kill the process that `pid_path` names if that very process still runs, and wait until it is gone."""
    identity = _read_identity(pid_path)
    if not identity:
        return
    pid = int(identity.split()[0])
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        try:
            if _identity(pid) == identity:
                os.killpg(pid, signal.SIGKILL)
                _readable(descriptor, LEFTOVER_SECONDS)
        finally:
            os.close(descriptor)
    pid_path.unlink()


def _identity(pid: int) -> str:
    """The id and the kernel's start time of a process, which together name one process for good."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return f"{pid} {status.rpartition(')')[2].split()[19]}"


def _read_identity(pid_path: Path) -> str:
    try:
        return pid_path.read_text()
    except FileNotFoundError:
        return ""


def _signal(process: Process, number: signal.Signals) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)


def _ended(process: Process, within_seconds: float | None) -> bool:
    """Has it ended? Does not reap it."""
    if process.returncode is not None:
        return True
    try:
        descriptor = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return True
    try:
        return _readable(descriptor, within_seconds)
    finally:
        os.close(descriptor)


def _readable(descriptor: int, within_seconds: float | None) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(None if within_seconds is None else within_seconds * 1000))
