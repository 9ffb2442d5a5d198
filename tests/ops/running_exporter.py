"""Starts `tests/ops/exporter.py` and tells it what to export."""

import subprocess
import sys
from types import TracebackType
from typing import Self

from streams.embedded.ports import HOST
from tests.ops.prometheus_server import REPOSITORY


class RunningExporter:
    """A process of its own with the hub's catalogue, from `with` to its end."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ops.exporter"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        assert self._process.stdout is not None
        self.address = f"{HOST}:{int(self._process.stdout.readline())}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def set(self, figure: str, *, seconds_ago: float) -> None:
        """Put `lag`, `overdue` or `silent` this far into the past; negative is the future."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{figure} {seconds_ago}\n")

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()
