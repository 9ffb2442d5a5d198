"""Connectors side by side in one process, killed and started again."""

import json
import random
import sqlite3
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from connectors.runner import PULLING
from connectors.surroundings import Surroundings
from streams.embedded.child import Child, Command
from streams.embedded.mosquitto import MosquittoServer
from tests.conftest import PrivateBrokers
from tests.connectors.conftest import Hub, Running, five_connectors
from tests.connectors.departments import MIDNIGHT, call, create, dump, file_cases, topic_of
from tests.connectors.fleet_samples import samples
from tests.eventually import eventually

ALARMS, LINES, CASES, KILLS = 2000, 1000, 9000, 3


def test_what_is_read_goes_all_the_way_and_the_cursor_follows(alarms: Hub, running: Running) -> None:
    call(alarms, 1, 2)
    running.start(alarms, *PULLING)
    eventually(lambda: alarms.cursor("ga_alarm110") == '{"0": 2}')
    assert alarms.rows("ga_alarm110") == ["ga_alarm110:JQ1:1", "ga_alarm110:JQ2:1"]
    assert [fact.id for fact in alarms.facts("ga_alarm110")] == ["ga_alarm110:JQ1:1#1", "ga_alarm110:JQ2:1#1"]


def test_a_restarted_runner_reads_nothing_twice(alarms: Hub, running: Running) -> None:
    call(alarms, 1)
    running.start(alarms, *PULLING)
    eventually(lambda: alarms.cursor("ga_alarm110") == '{"0": 1}')
    running.stop()
    call(alarms, 2)
    running.start(alarms, *PULLING)
    eventually(lambda: alarms.cursor("ga_alarm110") == '{"0": 2}')
    assert alarms.rows("ga_alarm110") == ["ga_alarm110:JQ1:1", "ga_alarm110:JQ2:1"]


def test_a_connector_that_fails_says_why_and_stops_no_other(alarms: Hub, running: Running, tmp_path: Path) -> None:
    runner = running.start(alarms, *PULLING)
    call(alarms, 1)
    eventually(lambda: alarms.rows("ga_alarm110"))
    eventually(lambda: "ga_public_order_database" in runner.states["ga_public_order"].fault)
    assert runner.states["ga_alarm110"].fault == ""
    database = tmp_path / "cases.sqlite3"
    with sqlite3.connect(database) as connection:
        row = samples()["ga_public_order"].good
        connection.execute(f"CREATE TABLE case_summary ({', '.join(row)})")
        connection.execute("CREATE INDEX by_update ON case_summary (update_time)")
        connection.execute(f"INSERT INTO case_summary VALUES ({', '.join('?' * len(row))})", list(row.values()))  # noqa: S608
    alarms.secret("ga_public_order_database", f"sqlite:///{database}")
    eventually(lambda: runner.states["ga_public_order"].fault == "", within_seconds=20)
    eventually(lambda: alarms.rows("ga_public_order") == ["ga_public_order:AJ2026112200007:2026-11-22 08:00:00"])


def test_five_systems_of_five_media_run_in_one_process_and_end_with_it(
    alarms: Hub, running: Running, broker: MosquittoServer, tmp_path: Path
) -> None:
    dump(tmp_path / "goods", "危爆物品检查_20261122.csv", 1)
    with sqlite3.connect(tmp_path / "cases.sqlite3") as connection:
        connection.execute(f"CREATE TABLE case_summary ({', '.join(samples()['ga_public_order'].good)})")
        connection.execute("CREATE INDEX by_update ON case_summary (update_time)")
    alarms.secret("ga_public_order_database", f"sqlite:///{tmp_path / 'cases.sqlite3'}")
    alarms.secret("ga_dangerous_goods_folder", str(tmp_path / "goods"))
    alarms.secret("cg_municipal_iot_broker", broker.url)
    threads_before = threading.active_count()
    runner = running.start(alarms, *PULLING, "http_push")
    eventually(lambda: not runner.not_ready(), within_seconds=20)
    eventually(lambda: alarms.rows("ga_dangerous_goods"), within_seconds=20)
    running.stop()
    assert threading.active_count() == threads_before


class Process:
    """`python -m connectors` of a hub, to be killed."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        environment = {
            "HUB_KAFKA": hub.bootstrap,
            "HUB_HOME": str(hub.surroundings.home),
            "HUB_NAMESPACE": hub.topology.namespace,
            "HUB_GA_ALARM110_TOPIC": topic_of(hub),
        }
        self.port_path = hub.surroundings.home / "run" / "connectors.port"
        command = Command([sys.executable, "-m", "connectors"], environment, Path(__file__).parents[2])
        self.child = Child("connectors", command, log_path=folder / "log", pid_path=folder / "pid")
        self.child.start()


@pytest.fixture
def processes() -> Iterator[list[Process]]:
    started: list[Process] = []
    yield started
    for process in started:
        process.child.kill()


def test_a_departments_broker_that_is_killed_and_comes_back_is_read_on_without_a_gap(
    alarms: Hub, running: Running, private_broker: PrivateBrokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.topic_reading.PARTITIONS_EVERY_SECONDS", 1.0)
    monkeypatch.setattr("connectors.topic_reading.CALL_SECONDS", 2.0)
    broker = private_broker()
    create(broker.bootstrap_servers, topic_of(alarms), partitions=1)
    hub = alarms.with_settings("ga_alarm110", bootstrap=broker.bootstrap_servers)
    police = replace(hub, surroundings=replace(hub.surroundings, bootstrap=broker.bootstrap_servers))
    call(police, 1, 2)
    runner = running.start(hub, *PULLING)
    eventually(lambda: hub.cursor("ga_alarm110") == '{"0": 2}', within_seconds=30)
    broker.kill()
    eventually(lambda: "does not answer" in runner.states["ga_alarm110"].fault, within_seconds=30)
    broker.start()
    call(police, 3, 4)
    eventually(lambda: hub.cursor("ga_alarm110") == '{"0": 4}', within_seconds=60)
    assert hub.rows("ga_alarm110") == [f"ga_alarm110:JQ{number}:1" for number in (1, 2, 3, 4)]
    assert runner.states["ga_alarm110"].fault == ""


def test_killed_at_any_moment_no_row_is_lost_or_doubled_and_facts_that_come_twice_say_the_same(
    alarms: Hub, processes: list[Process], tmp_path: Path
) -> None:
    chance = random.Random(20261122)
    alarms.secret("ga_dangerous_goods_folder", str(tmp_path / "goods"))
    dump(tmp_path / "goods", "危爆物品检查_20261122.csv", LINES)
    call(alarms, *range(ALARMS))
    expected = {
        "ga_alarm110": {f"ga_alarm110:JQ{number}:1" for number in range(ALARMS)},
        "ga_dangerous_goods": {f"ga_dangerous_goods:JC{number}:危爆物品检查_20261122.csv" for number in range(LINES)},
    }
    for _ in range(KILLS):
        process = Process(alarms, tmp_path)
        processes.append(process)
        enough = alarms.count("ga_alarm110") + chance.randrange(1, ALARMS // 3)
        eventually(partial(has_rows, alarms, enough), within_seconds=60)
        process.child.kill()
    processes.append(Process(alarms, tmp_path))
    eventually(lambda: alarms.cursor("ga_alarm110") == f'{{"0": {ALARMS}}}', within_seconds=60)
    eventually(lambda: len(bodies(alarms, "ga_dangerous_goods")) == LINES, within_seconds=60)
    for system, ids in expected.items():
        assert Counter(alarms.rows(system)) == dict.fromkeys(ids, 1)
        said = bodies(alarms, system)
        assert said.keys() == {f"{row}#1" for row in ids}
        assert max(map(len, said.values())) == 1, "what comes twice says the same"
    assert alarms.held() == []


def test_killed_while_a_table_is_read_for_the_first_time_no_row_is_lost_or_doubled(
    hub: Hub, processes: list[Process], tmp_path: Path
) -> None:
    """The page on its way, and the one read ahead of it, are read again from the last cursor."""
    chance = random.Random(20261122)
    hub.secret("ga_public_order_database", file_cases(tmp_path / "cases.sqlite3", range(CASES)))
    for _ in range(KILLS):
        process = Process(hub, tmp_path)
        processes.append(process)
        enough = min(CASES, len(hub.rows("ga_public_order")) + chance.randrange(1, CASES // KILLS))
        eventually(partial(lambda many: hub.count("ga_public_order") >= many, enough), within_seconds=60)
        process.child.kill()
    processes.append(Process(hub, tmp_path))
    eventually(lambda: "02:29:59" in (hub.cursor("ga_public_order") or ""), within_seconds=60)
    ids = {f"ga_public_order:AJ{number:05}:{MIDNIGHT + timedelta(seconds=number)}" for number in range(CASES)}
    assert Counter(hub.rows("ga_public_order")) == dict.fromkeys(ids, 1)
    said = bodies(hub, "ga_public_order")
    assert said.keys() == {f"{row}#1" for row in ids}
    assert max(map(len, said.values())) == 1, "what comes twice says the same"
    assert hub.held() == []


def has_rows(hub: Hub, many: int) -> bool:
    return hub.count("ga_alarm110") >= min(many, ALARMS)


def bodies(hub: Hub, system: str) -> dict[str, set[str]]:
    """What was said under each fact's id."""
    said: dict[str, set[str]] = {}
    for fact in hub.facts(system):
        said.setdefault(fact.id, set()).add(repr(fact))
    return said


def test_the_process_serves_its_health_and_metrics_and_ends_when_asked(
    alarms: Hub, processes: list[Process], tmp_path: Path
) -> None:
    process = Process(alarms, tmp_path)
    processes.append(process)
    eventually(process.port_path.exists, within_seconds=30)
    port = process.port_path.read_text().strip()
    call(alarms, 1)
    eventually(lambda: alarms.rows("ga_alarm110"), within_seconds=20)

    def fetch(page: str) -> str:
        try:
            return str(urllib.request.urlopen(f"http://127.0.0.1:{port}{page}").read().decode())
        except urllib.error.HTTPError as refused:
            return str(refused.read().decode())

    assert json.loads(fetch("/health/live")) == {"live": True}
    assert any("ga_dangerous_goods_folder" in reason for reason in json.loads(fetch("/health/ready"))["reasons"])
    metrics = Counter(line for line in fetch("/metrics").splitlines() if line.startswith("hub_source_rows_total"))
    assert metrics['hub_source_rows_total{system="ga_alarm110"} 1.0'] == 1
    process.child.stop()
    assert process.child.wait(0) == 0
    assert not process.port_path.exists()


def test_without_kafka_connectors_say_so_keep_trying_and_can_be_stopped(
    free_port: int, running: Running, tmp_path: Path
) -> None:
    address = f"127.0.0.1:{free_port}"
    surroundings = Surroundings(address, tmp_path, tmp_path / "secrets", tmp_path / "keys", 0)
    runner = running.start(Hub(five_connectors(), surroundings), *PULLING)
    eventually(lambda: all("cannot be read" in reason for reason in runner.not_ready()), within_seconds=30)
    assert len(runner.not_ready()) == 4
    running.stop()
