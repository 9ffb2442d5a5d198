"""Worker processes that a test may kill, stop and continue."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class WorkerProcess:
    """The toy's worker as a process of its own, in one slot."""

    bootstrap: str
    namespace: str
    folder: Path
    slot: str = "0"
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        module = "tests.faults.worker_process"
        arguments = [self.bootstrap, self.namespace, str(self.folder / "keys"), self.slot]
        with (self.folder / f"worker-{self.slot}.log").open("ab") as output:
            command = [sys.executable, "-m", module, *arguments]
            self.process = subprocess.Popen(command, cwd=REPOSITORY, stdout=output, stderr=output)

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL, and gone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def resident_bytes(self) -> int:
        """The memory it takes."""
        assert self.process is not None
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def log(self) -> str:
        return (self.folder / f"worker-{self.slot}.log").read_text(encoding="utf-8")


@contextmanager
def worker_process(bootstrap: str, namespace: str, folder: Path, slot: str = "0") -> Iterator[WorkerProcess]:
    """A started worker that is gone when the block ends."""
    worker = WorkerProcess(bootstrap, namespace, folder, slot)
    worker.start()
    try:
        yield worker
    finally:
        if worker.process is not None and worker.process.poll() is None:
            worker.signal(signal.SIGCONT)
            worker.kill()
