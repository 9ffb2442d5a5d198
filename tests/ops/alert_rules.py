"""The alert rules as they stand, and a Prometheus over a running hub to ask them of."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from streams.metrics import CATALOGUE
from tests.eventually import eventually
from tests.ops.prometheus_server import CONFIGURATION, PrometheusServer

RULE_FILES = sorted((CONFIGURATION / "alerts").glob("*.yml"))
SELECTOR = re.compile(r"\b(?:hub|process)_[a-z_]+(?:\{[^}]*\})?")
SCRAPED_SECONDS = 30.0


def read_alerts() -> dict[str, Mapping[str, Any]]:
    groups = [group for path in RULE_FILES for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


ALERTS = read_alerts()


def metric_of(selector: str) -> str:
    """The catalogue's name of what a selector asks for."""
    name = selector.partition("{")[0]
    return name if name in CATALOGUE else re.sub(r"_(bucket|sum|count)$", "", name)


@contextmanager
def prometheus_over(folder: Path) -> Iterator[PrometheusServer]:
    """A Prometheus that has scraped every process that `folder`/.hub/run/targets.json names."""
    groups = json.loads((folder / ".hub" / "run" / "targets.json").read_text(encoding="utf-8"))
    urls = {f"http://{address}/metrics" for group in groups for address in group["targets"]}
    server = PrometheusServer(folder)
    server.start()
    try:
        eventually(
            lambda: {target["scrapeUrl"] for target in server.targets() if target["health"] == "up"} == urls,
            within_seconds=SCRAPED_SECONDS,
        )
        yield server
    finally:
        server.stop()


def assert_alerts_can_be_asked(server: PrometheusServer) -> None:
    """Each series that an alert asks for is there, so that no alert is silent for a misspelt name or label."""
    for name, rule in ALERTS.items():
        for selector in SELECTOR.findall(rule["expr"]):
            assert server.series(selector), f"{name} asks for {selector}, which nothing exports"
        server.query(rule["expr"])
