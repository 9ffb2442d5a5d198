"""A whole hub as `hub up` starts it, to be measured from end to end: where it listens, what its processes cost."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from streams.embedded.running import Running
from tests.benchmarks.bench import Bench
from tests.benchmarks.measured_process import EngineFailed
from tests.up.hub_process import HubProcess

ALMOST_SILENT = 0.1
"""The departments' media are there and their units answer, but a tenth of a real city happens: next to nothing."""
CITY = frozenset({"city", "mosquitto", "sshd"})
"""Processes that stand for the departments and are no part of the hub."""
KAFKA = "kafka"
STOP_SECONDS = 60.0
MIB = 1024 * 1024
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class WholeHub:
    """One that runs. `pids` are its processes by name, without those of the simulated city."""

    running: Running
    home: Path
    pids: Mapping[str, int]

    def cpu_seconds(self) -> dict[str, float]:
        """What each process has used so far."""
        return {name: cpu_seconds(pid) for name, pid in self.pids.items()}

    def resident_bytes(self) -> dict[str, int]:
        """The memory that each process holds now; pages that several share count for each."""
        return {name: _resident_bytes(pid) for name, pid in self.pids.items()}


@dataclass(frozen=True)
class Cost:
    """What processes cost over some time, by name: per cent of a core, MiB held at its end."""

    percent: Mapping[str, float]
    mebibytes: Mapping[str, float]


def cost_of(hub: WholeHub, seconds: float) -> Cost:
    """Of each process, while nothing is asked of it."""
    before, began = hub.cpu_seconds(), time.monotonic()
    settle(seconds)
    passed = time.monotonic() - began
    percent = {name: (used - before[name]) * 100 / passed for name, used in hub.cpu_seconds().items()}
    return Cost(percent, {name: held / MIB for name, held in hub.resident_bytes().items()})


@contextmanager
def whole_hub(bench: Bench, name: str, speed: float = ALMOST_SILENT) -> Iterator[WholeHub]:
    """Runs, its city at so many times its pace, from its readiness to the end of `with`; EngineFailed where it does not
    start.
    """
    home = bench.folder / name
    process = HubProcess(home, "--speed", f"{speed:g}")
    try:
        running = _until_it_runs(process)
        paths = [path for path in home.rglob("*.pid") if path.stem not in CITY]
        pids = {path.stem: int(path.read_text().split()[0]) for path in paths} | {"hub up": _holder(home)}
        yield WholeHub(running, home, pids)
        process.interrupt()
        process.finish(STOP_SECONDS)
    finally:
        process.kill()


def _until_it_runs(process: HubProcess) -> Running:
    try:
        return process.until_it_runs()
    except AssertionError as error:
        raise EngineFailed(f"the hub did not start: {error}") from error


def _holder(home: Path) -> int:
    """The process that holds the data folder: `hub up` itself."""
    return int((home / "hub.lock").read_text(encoding="ascii"))


def settle(seconds: float) -> None:
    """Let start-up work end: imports, first polls, the first compaction."""
    time.sleep(seconds)


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, user and system, with what its ended children used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS_A_SECOND


def _resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))
