"""Alerts: each has cases, a runbook and a real Prometheus that answers it from the hub's own catalogue."""

import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.embedded.ports import HOST
from streams.metrics import CATALOGUE
from streams.up.scraping import write_targets
from tests.eventually import eventually
from tests.ops.alert_rules import (
    ALERTS,
    RULE_FILES,
    SCRAPED_SECONDS,
    SELECTOR,
    assert_alerts_can_be_asked,
    metric_of,
    prometheus_over,
)
from tests.ops.prometheus_server import CONFIGURATION, REPOSITORY, PrometheusServer
from tests.ops.running_exporter import RunningExporter

RUNBOOKS = REPOSITORY / "ops" / "runbooks"
CASES = CONFIGURATION / "cases"
SECTIONS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]


def commands() -> set[str]:
    """The names of the `hub` commands."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["entry-points"]["hub.commands"])


def write_hub_of(folder: Path, exporter: RunningExporter) -> None:
    """A folder that looks like a checkout whose hub consists of one process."""
    run = folder / ".hub" / "run"
    run.mkdir(parents=True)
    write_targets(run / "targets.json", {"worker": exporter.address})


@pytest.fixture(scope="module")
def exporter() -> Iterator[RunningExporter]:
    with RunningExporter() as running:
        yield running


@pytest.fixture(scope="module")
def prometheus(exporter: RunningExporter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrometheusServer]:
    folder = tmp_path_factory.mktemp("prometheus")
    write_hub_of(folder, exporter)
    with prometheus_over(folder) as server:
        yield server


def firing(server: PrometheusServer) -> dict[str, dict[str, str]]:
    """The annotations of what fires, by alert and subject."""
    return {
        f"{alert['labels']['alertname']} {alert['labels'].get('processor') or alert['labels'].get('system')}": alert[
            "annotations"
        ]
        for alert in server.alerts()
        if alert["state"] == "firing"
    }


def test_every_alert_can_be_asked_of_the_real_catalogue(prometheus: PrometheusServer) -> None:
    assert_alerts_can_be_asked(prometheus)


@pytest.mark.parametrize(
    ("figure", "alert", "said"),
    [
        ("lag", "HubProcessorLagging dispatch", "处理环节 dispatch 已落后"),
        ("overdue", "HubClockLate dispatch", "处理环节 dispatch 的时限计时迟于到期时刻 5 秒以上"),
        ("silent", "HubSourceSilent ga_alarm110", "来源系统 ga_alarm110 静默:已"),
    ],
)
def test_an_alert_fires_in_prometheus_and_stops(
    exporter: RunningExporter, prometheus: PrometheusServer, figure: str, alert: str, said: str
) -> None:
    exporter.set(figure, seconds_ago=-100)
    eventually(lambda: alert not in firing(prometheus), within_seconds=SCRAPED_SECONDS)
    exporter.set(figure, seconds_ago=100)
    eventually(lambda: alert in firing(prometheus), within_seconds=SCRAPED_SECONDS)
    assert firing(prometheus)[alert]["summary"].startswith(said)
    exporter.set(figure, seconds_ago=-100)
    eventually(lambda: alert not in firing(prometheus), within_seconds=SCRAPED_SECONDS)


def test_a_process_that_is_killed_is_seen_as_down(tmp_path: Path) -> None:
    with RunningExporter() as exporter:
        write_hub_of(tmp_path, exporter)
        with prometheus_over(tmp_path) as server:
            exporter.kill()
            eventually(lambda: server.query('up{process="worker"} == 0'), within_seconds=SCRAPED_SECONDS)


def run_promtool(*arguments: str) -> None:
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_configuration_is_valid() -> None:
    run_promtool("check", "config", str(CONFIGURATION / "prometheus.yml"))


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.name)
def test_the_rules_are_valid(path: Path) -> None:
    run_promtool("check", "rules", str(path))


def case_files(name: str) -> list[Path]:
    """Those of an alert: one, and another `<alert>.<what>.yml` where some of its cases are looked at less often."""
    return sorted([*CASES.glob(f"{name}.yml"), *CASES.glob(f"{name}.*.yml")])


@pytest.mark.parametrize("name", ALERTS)
def test_the_cases_of_an_alert_hold(name: str, tmp_path: Path) -> None:
    for path in case_files(name):
        cases = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert cases["rule_files"] == ["../alerts/hub.yml"]
        # Beside the rules that they ask about alone: to evaluate all of them for hours takes a minute.
        asked = {case["alertname"] for test in cases["tests"] for case in test["alert_rule_test"]}
        rules = {"groups": [{"name": name, "rules": [ALERTS[one] for one in asked]}]}
        alone = write_yaml(tmp_path / "alerts.yml", rules)
        run_promtool("test", "rules", str(write_yaml(tmp_path / path.name, {**cases, "rule_files": [str(alone)]})))


def write_yaml(path: Path, content: Mapping[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_a_case_of_silence_and_one_of_firing(name: str) -> None:
    tests = [test for path in case_files(name) for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]]
    cases = [bool(case["exp_alerts"]) for test in tests for case in test["alert_rule_test"]]
    assert {True, False} <= set(cases)


def test_each_alert_has_a_runbook_and_each_runbook_and_case_file_an_alert() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == ALERTS.keys()
    assert {path.name.partition(".")[0] for path in CASES.glob("*.yml")} == ALERTS.keys()
    assert {name: rule["annotations"]["runbook"] for name, rule in ALERTS.items()} == {
        name: f"ops/runbooks/{name}.md" for name in ALERTS
    }


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_is_named_by_subject_and_condition_and_speaks_chinese_to_officers(name: str) -> None:
    assert re.fullmatch(r"Hub([A-Z][a-z]+){2,}", name)
    assert re.search(r"[\u4e00-\u9fff]", ALERTS[name]["annotations"]["summary"])
    assert ALERTS[name]["labels"]["severity"] in {"page", "notify"}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_asks_only_for_metrics_of_the_catalogue(name: str) -> None:
    selectors = SELECTOR.findall(ALERTS[name]["expr"])
    assert selectors
    assert {metric_of(selector) for selector in selectors} <= CATALOGUE.keys()


@pytest.mark.parametrize("name", ALERTS)
def test_a_runbook_has_its_sections_and_names_only_what_exists(name: str) -> None:
    text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    named = {metric_of(selector) for selector in SELECTOR.findall(text) if not selector.startswith("process_")}
    assert named <= CATALOGUE.keys()
    assert set(re.findall(r"(?:^\s+|`)hub ([a-z]+)", text, re.MULTILINE)) <= commands()
    assert set(re.findall(r"\bHub[A-Z][A-Za-z]+\b", text)) <= ALERTS.keys()


def test_targets_are_on_this_machine_only(prometheus: PrometheusServer) -> None:
    assert all(target["discoveredLabels"]["__address__"].startswith(f"{HOST}:") for target in prometheus.targets())
