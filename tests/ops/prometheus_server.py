"""A real Prometheus with the repository's own configuration, scraping whatever processes a test names."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from streams.embedded.child import Child, Command
from streams.embedded.ports import HOST
from streams.embedded.server import Server

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIGURATION = REPOSITORY / "ops" / "prometheus"
INTERVAL = "10s"
TEST_INTERVAL = "1s"
ANSWER_SECONDS = 5.0


class PrometheusServer(Server):
    """Scrapes each second what `folder`/.hub/run/targets.json names, as a checkout's Prometheus scrapes its hub."""

    name = "prometheus"
    title = "Prometheus"
    port_names = ("prometheus",)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._configuration = folder / "ops" / "prometheus"
        shutil.copytree(CONFIGURATION, self._configuration)
        configured = self._configuration / "prometheus.yml"
        configured.write_text(configured.read_text().replace(INTERVAL, TEST_INTERVAL))

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/-/ready", timeout=ANSWER_SECONDS).is_success
        except httpx.TransportError:
            return False

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The instant vector that the expression has now; AssertionError with Prometheus' words if it is wrong."""
        return list(self._ask("query", query=expression)["result"])

    def series(self, selector: str) -> list[dict[str, str]]:
        """The label sets of all series that the selector matches."""
        return list(self._ask("series", **{"match[]": selector}))

    def targets(self) -> list[dict[str, Any]]:
        """What it scrapes, with the health of each."""
        return list(self._ask("targets", state="active")["activeTargets"])

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts that are pending or firing."""
        return list(self._ask("alerts")["alerts"])

    def _ask(self, what: str, **parameters: str) -> Any:
        answer = httpx.get(f"{self.url}/api/v1/{what}", params=parameters, timeout=ANSWER_SECONDS)
        assert answer.is_success, f"{what} {parameters}: {answer.text}"
        return answer.json()["data"]

    def _prepare(self, ports: Sequence[int]) -> Child:
        (port,) = ports
        command = (
            "prometheus",
            f"--config.file={self._configuration / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
            "--log.level=warn",
        )
        return Child(self.name, Command(command), log_path=self.log_path, pid_path=self.folder / "prometheus.pid")
