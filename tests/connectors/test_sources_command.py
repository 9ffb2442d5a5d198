"""`hub sources`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connectors.authorisation import VIEW
from connectors.catalogue import load_catalogue
from connectors.commands.sources import sources
from streams.facts.views import Source
from streams.kafka import open_producer
from streams.processors.sources import never_seen
from streams.topic_reader import read_topic
from streams.topics import ensure_topics
from streams.topology import Topology, load_topology
from tests.conftest import Cluster
from tests.connectors.fleet_samples import codec
from tests.part_topologies import without_connectors

SEEN_AT = 1_795_305_600_000
MINUTE = 60_000


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sources, arguments)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HUB_KAFKA", raising=False)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))


@pytest.fixture
def topology(kafka_broker: Cluster, namespace: str, monkeypatch: pytest.MonkeyPatch) -> Topology:
    """Of a hub on the shared broker, whose topics are there; the command finds it by the environment."""
    monkeypatch.setenv("HUB_KAFKA", kafka_broker.bootstrap_servers)
    monkeypatch.setenv("HUB_NAMESPACE", namespace)
    topology = load_topology()
    ensure_topics(without_connectors(topology), kafka_broker.bootstrap_servers)
    return topology


def test_the_catalogue_has_its_two_totals() -> None:
    catalogue = load_catalogue()
    assert (len(catalogue), sum(len(system.items) for system in catalogue.values())) == (67, 356)


def test_every_system_and_item_under_contract_is_listed_with_its_owner() -> None:
    result = run("--json")
    assert result.exit_code == 0
    listing = json.loads(result.stdout)
    assert listing["systems"] == {"in_catalogue": 67, "under_contract": 67, "authorised": 67, "live": 0}
    assert listing["items"] == {"in_catalogue": 356, "under_contract": 356, "seen": 0, "fresh": 0}
    alarm = next(source for source in listing["sources"] if source["system"] == "ga_alarm110")
    assert (alarm["department"], alarm["reader"], alarm["fresh_seconds"]) == ("公安局(指挥中心)", "kafka", 5)
    assert (alarm["zone"], alarm["passage"], alarm["state"]) == ("公安信息网", "单向光闸", None)
    assert alarm["items"][0] == {
        "name": "alarm_no",
        "title": "警情编号",
        "class": "inner",
        "owner": "公安局(指挥中心)",
        "fresh_seconds": 5,
        "newest_at": None,
        "state": "not_seen_yet",
    }


ALARMS_AS_SHOWN = Source(
    system="ga_alarm110",
    state="fresh",
    last_seen_at=SEEN_AT,
    newest_at=SEEN_AT - 1000,
    rows=7,
    facts=6,
    wrong=1,
    late=2,
    items={"alarm_no": SEEN_AT - 1000},
    fresh_seconds=5,
    as_of=SEEN_AT,
    unlocated=3,
    suspected_datum="BD-09",
    skewed_devices=4,
    hearing="live",
    hearing_since=SEEN_AT - 1000,
    late_at=SEEN_AT + 300_000,
)


def test_without_a_cluster_it_says_what_it_cannot_know() -> None:
    result = run()
    assert result.exit_code == 0
    assert "HUB_KAFKA" in result.stderr
    assert "67/67 个系统" in result.stdout


def test_with_a_cluster_it_says_when_each_was_seen(
    kafka_broker: Cluster, topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.commands.sources.wall_clock", lambda: SEEN_AT + MINUTE)
    producer = open_producer(kafka_broker.bootstrap_servers)
    for value in (b"junk", codec().encode(ALARMS_AS_SHOWN)):
        producer.produce(topology.topic_name(VIEW), value, ALARMS_AS_SHOWN.system)
    producer.flush(20)
    result = run("--json")
    assert result.exit_code == 0
    listing = json.loads(result.stdout)
    assert (listing["systems"]["live"], listing["items"]["seen"]) == (1, 1)
    alarm = next(found for found in listing["sources"] if found["system"] == "ga_alarm110")
    assert (alarm["rows"], alarm["wrong"], alarm["late"], alarm["state"]) == (7, 1, 2, "fresh")
    assert alarm["last_seen_at"] == "2026-11-22T08:00:00.000+08:00"
    assert (alarm["unlocated"], alarm["suspected_datum"], alarm["skewed_devices"]) == (3, "BD-09", 4)
    assert (alarm["hearing"], alarm["period_seconds"], listing["items"]["fresh"]) == ("live", 300, 1)
    shown = run("--items").stdout
    assert "数据盲区:1/356 项新鲜" in shown
    assert "坐标疑似为 BD-09,与契约不符" in shown
    assert "4 台设备时钟偏差超过 60 秒" in shown


def test_an_item_is_fresh_missing_blind_or_not_seen_yet(
    kafka_broker: Cluster, topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer = open_producer(kafka_broker.bootstrap_servers)
    came = dict.fromkeys(("alarm_no", "geo_point"), SEEN_AT)
    shown = replace(ALARMS_AS_SHOWN, items=came, missing=("geo_point",), silent_at=SEEN_AT + 15 * MINUTE)
    producer.produce(topology.topic_name(VIEW), codec().encode(shown), shown.system)
    producer.flush(20)

    def states(now: int) -> list[str]:
        monkeypatch.setattr("connectors.commands.sources.wall_clock", lambda: now)
        listed = json.loads(run("show", "ga_alarm110", "--json").stdout)
        states = {item["name"]: item["state"] for item in listed["items"]}
        since = listed["hearing_since"][11:16]
        return [listed["hearing"], since, *(states[name] for name in ("alarm_no", "geo_point", "place_code"))]

    assert states(SEEN_AT + MINUTE) == ["live", "07:59", "fresh", "missing", "not_seen_yet"]
    assert states(SEEN_AT + 5 * MINUTE) == ["late", "08:05", "blind", "missing", "not_seen_yet"]
    assert states(SEEN_AT + 20 * MINUTE) == ["silent", "08:15", "blind", "missing", "not_seen_yet"]
    assert "数据项 geo_point 坐标 不再随行而来" in run().stdout


def test_a_cluster_that_does_not_answer_is_a_finding(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_KAFKA", f"127.0.0.1:{free_port}")
    monkeypatch.setattr("connectors.topic_reading.CALL_SECONDS", 1.0)
    result = run()
    assert result.exit_code == 1
    assert "not known" in result.stderr


def test_one_system_is_shown_with_its_agreement_and_the_ways_back() -> None:
    shown = run("show", "zw_hotline12345")
    assert shown.exit_code == 0
    assert "合数协〔2025〕018号" in shown.stdout
    assert "已授权" in shown.stdout
    hotline, alarm = (json.loads(run("show", name, "--json").stdout) for name in ("zw_hotline12345", "ga_alarm110"))
    assert (hotline["reply"], hotline["write_back"]) == ("topic", "topic")
    assert (alarm["reply"], alarm["write_back"], alarm["passage"]) == ("none", "none", "单向光闸")


def test_a_suspended_system_is_no_longer_counted_as_authorised(kafka_broker: Cluster, topology: Topology) -> None:
    producer = open_producer(kafka_broker.bootstrap_servers)
    suspended = replace(never_seen("ga_alarm110"), authorisation="suspended")
    producer.produce(topology.topic_name(VIEW), codec().encode(suspended), "ga_alarm110")
    producer.flush(20)
    listing = json.loads(run("--json").stdout)
    assert listing["systems"] == {"in_catalogue": 67, "under_contract": 67, "authorised": 66, "live": 0}
    alarm = next(found for found in listing["sources"] if found["system"] == "ga_alarm110")
    assert (alarm["authorisation"], alarm["state"], alarm["last_seen_at"]) == ("suspended", None, None)
    assert "已暂停" in run("show", "ga_alarm110").stdout


def test_who_replaced_the_key_of_a_system_is_shown(kafka_broker: Cluster, topology: Topology) -> None:
    producer = open_producer(kafka_broker.bootstrap_servers)
    replaced = replace(
        never_seen("zz_community_e"), key_rotated_at=SEEN_AT, key_rotated_by="值班处", old_key_until=SEEN_AT + MINUTE
    )
    producer.produce(topology.topic_name(VIEW), codec().encode(replaced), replaced.system)
    producer.flush(20)
    assert json.loads(run("show", "zz_community_e", "--json").stdout)["push_key"] == {
        "rotated_at": "2026-11-22T08:00:00.000+08:00",
        "rotated_by": "值班处",
        "old_key_until": "2026-11-22T08:01:00.000+08:00",
    }
    assert "由值班处更换" in run("show", "zz_community_e").stdout
    assert json.loads(run("show", "ga_antifraud", "--json").stdout)["push_key"] is None
    assert "未更换过" in run("show", "ga_antifraud").stdout


def test_a_decision_is_a_signed_fact_of_the_log(kafka_broker: Cluster, topology: Topology) -> None:
    for decision in ("suspend", "authorise", "revoke"):
        done = run(decision, "ga_alarm110", "--by", " 值班处 ", "--reason", "协议到期", "--json")
        assert done.exit_code == 0, done.stderr
    log = read_topic(kafka_broker.bootstrap_servers, topology.topic_name("hub.log.sources.v1"))
    facts = [codec().decode(message.value() or b"") for message in log]
    assert [fact.authorisation for fact in facts] == ["suspended", "authorised", "revoked"]
    assert {(fact.key, fact.agreement_no, fact.by, fact.reason) for fact in facts} == {
        ("ga_alarm110", "合数协〔2025〕001号", "值班处", "协议到期")
    }
    assert len({fact.id for fact in facts}) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("suspend", "ga_alarm11", "--by", "值班处", "--reason", "协议到期"),
        ("suspend", "ga_alarm110", "--by", " ", "--reason", "协议到期"),
        ("suspend", "ga_alarm110", "--by", "值班处", "--reason", ""),
        ("suspend", "ga_alarm110", "--by", "值班处"),
        ("suspend", "ga_alarm110", "--by", "值班处", "--reason", "协议到期"),
    ],
    ids=["unknown system", "nobody signed", "no reason", "reason forgotten", "no cluster"],
)
def test_a_decision_that_is_not_whole_is_wrong_use(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_decision_that_kafka_does_not_take_is_a_finding(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_KAFKA", f"127.0.0.1:{free_port}")
    monkeypatch.setattr("connectors.commands.decisions.WRITE_SECONDS", 0.5)
    done = run("suspend", "ga_alarm110", "--by", "值班处", "--reason", "协议到期")
    assert done.exit_code == 1
    assert "not written" in done.stderr
