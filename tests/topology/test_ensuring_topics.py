"""`ensure_topics` on a real broker."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from streams.kafka import Topics
from streams.topics import Drift, ensure_topics
from streams.topology import Topic, Topology, load_topology
from tests.conftest import Cluster

DAYS_30 = str(30 * 86_400_000)


@pytest.fixture
def topology(namespace: str) -> Topology:
    return load_topology(environment={"HUB_NAMESPACE": namespace})


def settings_on(cluster: Cluster, topology: Topology, name: str) -> dict[str, str]:
    full_name = topology.topic_name(name)
    return dict(Topics(cluster.bootstrap_servers).describe([full_name])[full_name].settings)


def with_topic(topology: Topology, topic: Topic) -> Topology:
    return replace(topology, topics={**topology.topics, topic.name: topic})


def test_every_topic_and_every_changelog_is_created_and_a_second_time_nothing_differs(
    kafka_broker: Cluster, topology: Topology
) -> None:
    assert ensure_topics(topology, kafka_broker.bootstrap_servers) == []
    wanted = {topology.topic_name(name) for name in [*topology.topics, *topology.changelogs]}
    there = Topics(kafka_broker.bootstrap_servers).describe(wanted)
    assert there.keys() == wanted
    assert {name: topic.identity for name, topic in there.items()} == {
        name: topic.identity for name, topic in Topics(kafka_broker.bootstrap_servers).describe(wanted).items()
    }
    assert ensure_topics(topology, kafka_broker.bootstrap_servers) == []


def test_workers_that_start_at_the_same_moment_do_not_disturb_each_other(
    kafka_broker: Cluster, topology: Topology
) -> None:
    with ThreadPoolExecutor(4) as workers:
        started = [workers.submit(ensure_topics, topology, kafka_broker.bootstrap_servers) for _ in range(4)]
        assert [start.result() for start in started] == [[], [], [], []]


def test_the_broker_stamps_every_topic_by_its_own_setting(kafka_broker: Cluster, topology: Topology) -> None:
    ensure_topics(topology, kafka_broker.bootstrap_servers)
    names = [topology.topic_name(name) for name in [*topology.topics, *topology.changelogs]]
    described = Topics(kafka_broker.bootstrap_servers).describe(names)
    assert {topic.settings["message.timestamp.type"] for topic in described.values()} == {"LogAppendTime"}


def test_logs_keep_what_the_topology_says_and_a_changelog_is_compacted_in_small_segments(
    kafka_broker: Cluster, topology: Topology
) -> None:
    ensure_topics(topology, kafka_broker.bootstrap_servers)
    matters = settings_on(kafka_broker, topology, "hub.log.matters.v1")
    assert (matters["cleanup.policy"], matters["retention.ms"]) == ("delete", "-1")
    assert settings_on(kafka_broker, topology, "hub.log.sources.v1")["retention.ms"] == DAYS_30
    changelog = settings_on(kafka_broker, topology, "hub.changelog.dispatch.v1")
    assert changelog["cleanup.policy"] == "compact"
    assert (changelog["segment.bytes"], changelog["segment.ms"], changelog["min.cleanable.dirty.ratio"]) == (
        "67108864",
        "600000",
        "0.2",
    )


def test_in_simulated_time_writers_stamp_records_and_age_drops_none(kafka_broker: Cluster, topology: Topology) -> None:
    simulated = replace(topology, clock="simulated")
    ensure_topics(simulated, kafka_broker.bootstrap_servers)
    sources = settings_on(kafka_broker, simulated, "hub.log.sources.v1")
    assert (sources["message.timestamp.type"], sources["retention.ms"]) == ("CreateTime", "-1")


def test_a_topic_that_differs_is_shown_and_left_as_it_is(kafka_broker: Cluster, topology: Topology) -> None:
    ensure_topics(topology, kafka_broker.bootstrap_servers)
    log = topology.topics["hub.log.sources.v1"]
    changed = with_topic(topology, replace(log, partitions=2, retention_days=7, max_bytes=2_000_000))
    name = topology.topic_name(log.name)
    drifts = [drift for drift in ensure_topics(changed, kafka_broker.bootstrap_servers) if drift.topic == name]
    assert drifts == [
        Drift(name, "partitions", "2", "1"),
        Drift(name, "max.message.bytes", "2000000", "1048588"),
        Drift(name, "retention.ms", str(7 * 86_400_000), DAYS_30),
    ]
    assert settings_on(kafka_broker, topology, log.name)["retention.ms"] == DAYS_30


def test_looking_only_names_what_is_missing_and_creates_nothing(kafka_broker: Cluster, topology: Topology) -> None:
    drifts = ensure_topics(topology, kafka_broker.bootstrap_servers, create=False)
    assert {drift.topic for drift in drifts} == {
        topology.topic_name(name) for name in [*topology.topics, *topology.changelogs]
    }
    assert {(drift.setting, drift.found) for drift in drifts} == {("topic", "missing")}
    assert Topics(kafka_broker.bootstrap_servers).describe([drift.topic for drift in drifts]) == {}
