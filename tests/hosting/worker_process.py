"""A Faust worker process as tests use it."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from streams.embedded.child import Child, Command
from tests.hosting.patiently import patiently

CHECKOUT = Path(__file__).resolve().parents[2]


class WorkerProcess:
    """Hosts only the processors and agents in `parts`, on the cluster and namespace that `environment` names."""

    def __init__(
        self,
        worker: str,
        parts: Sequence[str],
        home: Path,
        environment: Mapping[str, str],
        module: str = "tests.hosting.launch",
    ) -> None:
        self._worker = worker
        self.home = home / environment.get("HUB_SLOT", "0")
        command = Command(
            (sys.executable, "-m", module, worker, *parts),
            {"HUB_HOME": str(self.home), "HUB_SECRETS": str(home / "secrets"), "HUB_WORKER": worker, **environment},
            CHECKOUT,
        )
        self.child = Child("worker", command, log_path=self.home / "worker.log", pid_path=self.home / "worker.pid")

    @property
    def port_path(self) -> Path:
        return self.home / "run" / f"{self._worker}.port"

    def start(self, *, ready: bool = True) -> None:
        self.port_path.unlink(missing_ok=True)
        self.child.start()
        patiently(self.port_path.exists)
        if ready:
            patiently(lambda: self.health()["ready"])

    def health(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.get("/health/ready")[1])
        return answer

    def get(self, path: str) -> tuple[int, bytes]:
        address = f"http://127.0.0.1:{self.port_path.read_text().strip()}{path}"
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def log(self) -> str:
        return self.child.log_path.read_text() if self.child.log_path.exists() else ""
