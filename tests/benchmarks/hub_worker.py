"""One worker process of the hub on one processor, that a case may kill, start again, and look into."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from prometheus_client.parser import text_string_to_metric_families

from streams.embedded.child import Child, Command, last_lines
from streams.embedded.ports import HOST
from tests.benchmarks.bench import METRICS_PORT
from tests.benchmarks.measured_process import LOG_NAME, EngineFailed, python_program
from tests.benchmarks.peers.job import Job

POLL_SECONDS = 0.02
ANSWER_SECONDS = 30.0


class HubWorker:
    """Runs `processor` (`module:class`) on a job, from `with` to its end."""

    def __init__(self, processor: str, job: Job) -> None:
        program = python_program("tests.benchmarks.peers.hub", processor, job.argument())
        folder = Path(job.folder)
        self._port_path = folder / METRICS_PORT
        command = Command(program.arguments, program.environment, folder)
        log_path, pid_path = folder / LOG_NAME, folder / "engine.pid"
        self._child = Child("hub worker", command, log_path=log_path, pid_path=pid_path)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.stop()

    def start(self) -> None:
        self._port_path.unlink(missing_ok=True)
        self._child.start()

    def kill(self) -> None:
        self._child.kill()

    def wait_until(self, condition: Callable[[], object], within_seconds: float) -> None:
        """Wait while the worker lives; EngineFailed with the end of its log where it ends or takes too long."""
        give_up_at = time.monotonic() + within_seconds
        while not condition():
            if self._child.wait(POLL_SECONDS) is not None:
                raise EngineFailed(self._child.why_ended())
            if time.monotonic() > give_up_at:
                raise EngineFailed(f"not within {within_seconds:.0f} s:\n{last_lines(self._child.log_path)}")

    def is_up(self) -> bool:
        """Whether it exports figures yet."""
        return self._port_path.exists()

    def resident_bytes(self) -> int:
        """The memory it holds now."""
        status = Path(f"/proc/{self._child.pid}/status").read_text(encoding="ascii")
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def processor_seconds(self) -> float:
        """The CPU that it has used so far."""
        fields = Path(f"/proc/{self._child.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def figure(self, sample: str) -> float:
        """The sum over all labels of one sample that the worker exports."""
        port = int(self._port_path.read_text())
        text = httpx.get(f"http://{HOST}:{port}/metrics", timeout=ANSWER_SECONDS).text
        families = text_string_to_metric_families(text)
        return sum(one.value for family in families for one in family.samples if one.name == sample)
