"""A real Prometheus over a real hub: every process is scraped, and every alert finds the series that it asks for."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest

from streams.topology import load_topology
from tests.ops.alert_rules import assert_alerts_can_be_asked, prometheus_over
from tests.ops.prometheus_server import PrometheusServer
from tests.up.hub_process import HubProcess

pytestmark = [pytest.mark.timeout(900), pytest.mark.whole_machine]

CALM = "15"
"""How many times its pace a city is played at that need only be heard."""


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrometheusServer]:
    """Over a hub that runs in the folder as in a checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    hub = HubProcess(folder / ".hub", "--speed", CALM)
    try:
        hub.until_it_runs()
        with prometheus_over(folder) as server:
            yield server
        hub.interrupt()
        hub.finish(within_seconds=60)
    finally:
        hub.kill()


def seen(server: PrometheusServer, selector: str) -> list[dict[str, Any]]:
    """What the selector has shown in the last minutes: on a busy machine the newest scrape may just have failed."""
    return server.query(f"last_over_time({selector}[5m])")


def labels(server: PrometheusServer, selector: str, name: str) -> set[str]:
    return {sample["metric"][name] for sample in seen(server, selector)}


def test_every_alert_can_be_asked(prometheus: PrometheusServer) -> None:
    assert_alerts_can_be_asked(prometheus)


def test_every_partition_of_every_processor_shows_its_lag(prometheus: PrometheusServer) -> None:
    topology = load_topology()
    expected = {
        (name, str(partition))
        for name, wiring in topology.processors.items()
        for partition in range(topology.topics[wiring.reads].partitions)
    }
    shown = seen(prometheus, "hub_processor_lag_seconds")
    assert {(sample["metric"]["processor"], sample["metric"]["partition"]) for sample in shown} == expected


def test_every_source_shows_how_it_is_heard(prometheus: PrometheusServer) -> None:
    for metric in ("hub_source_silent_timestamp_seconds", "hub_source_fresh_items"):
        assert labels(prometheus, metric, "system") == load_topology().connectors.keys()
    items = prometheus.query("sum(max by (system) (last_over_time(hub_source_contract_items[5m])))")
    assert items[0]["value"][1] == "356"


def test_every_process_says_what_it_is_and_of_which_version(prometheus: PrometheusServer) -> None:
    assert labels(prometheus, "hub_build_info", "role") == {"worker", "connectors", "gateway", "wall"}
    assert labels(prometheus, "hub_build_info", "version") == {version("hub")}
    codes = labels(prometheus, 'hub_build_info{process="worker-hub"}', "code")
    assert len(codes) == len(load_topology().processors)
