"""Runs one engine as a process of its own and says what it cost. Its output lies in `engine.log` of its folder."""

import os
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.embedded.child import Child, Command, last_lines

REPOSITORY = Path(__file__).resolve().parents[2]
LOG_NAME = "engine.log"
POLL_SECONDS = 0.1
STOP_SECONDS = 30.0


class EngineFailed(Exception):
    """An engine ended by itself or did not finish in time; the text carries the end of its log."""


@dataclass(frozen=True)
class Program:
    """How to start an engine; `environment` is added to this process's own."""

    arguments: Sequence[str]
    environment: Mapping[str, str]


def python_program(module: str, *arguments: str, python: Path = Path(sys.executable)) -> Program:
    """A module of this repository, run by an interpreter that may know nothing else of it."""
    return Program((str(python), "-m", module, *arguments), {"PYTHONPATH": str(REPOSITORY)})


def run_until(program: Program, folder: Path, done: Callable[[], bool], within_seconds: float) -> float:
    """Run it until `done`, then end it (TERM) and wait for its end.

    Returns the CPU seconds, user and system, of its whole life with all its threads and children. This process may
    end no other child meanwhile. Raises EngineFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log_path = folder / LOG_NAME
    command = Command(program.arguments, {**os.environ, **program.environment}, folder)
    child = Child("engine", command, log_path=log_path, pid_path=folder / "engine.pid")
    before = _cpu_seconds_of_ended_children()
    child.start()
    try:
        _wait(child, done, log_path, within_seconds)
    finally:
        child.stop(STOP_SECONDS)
    return _cpu_seconds_of_ended_children() - before


def _wait(child: Child, done: Callable[[], bool], log_path: Path, within_seconds: float) -> None:
    give_up_at = time.monotonic() + within_seconds
    while not done():
        if child.wait(POLL_SECONDS) is not None:
            raise EngineFailed(child.why_ended())
        if time.monotonic() > give_up_at:
            said = last_lines(log_path)
            raise EngineFailed(f"not done within {within_seconds:.0f} s; the end of {log_path}:\n{said}")


def _cpu_seconds_of_ended_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
