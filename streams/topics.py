"""The topology's topics on a cluster: what is missing is created, what differs is shown, nothing is deleted."""

from dataclasses import dataclass

from streams.durations import DAY_MILLISECONDS
from streams.kafka import TopicDescription, Topics
from streams.topology import Clock, Topic, Topology

COMPACTION = {
    # Only closed segments are compacted: small ones, so that a restore reads few rows twice (design 2.7).
    "segment.bytes": str(64 * 1024 * 1024),
    "segment.ms": str(10 * 60 * 1000),
    "min.cleanable.dirty.ratio": "0.2",
}


@dataclass(frozen=True)
class Drift:
    """Where the cluster differs from the topology: a setting's name or `partitions`, as wanted and as found.

    A topic that is missing has the `setting` "topic".
    """

    topic: str
    setting: str
    wanted: str
    found: str


def topic_settings(topic: Topic, clock: Clock) -> dict[str, str]:
    """Kafka's settings of a topic. `retention.ms` -1 keeps everything.

    The partition clock is the broker's append time, so every topic has LogAppendTime by its own setting; in simulated
    time writers stamp records, in the past, and no record is old enough to be dropped.
    """
    settings = {
        "message.timestamp.type": "LogAppendTime" if clock == "broker" else "CreateTime",
        "cleanup.policy": "compact" if topic.compacted else "delete",
        "max.message.bytes": str(topic.max_bytes),
    }
    if topic.compacted:
        return settings | COMPACTION
    days = None if clock == "simulated" else topic.retention_days
    kept = -1 if days is None else round(days * DAY_MILLISECONDS)
    return settings | {"retention.ms": str(kept), "retention.bytes": "-1"}


def ensure_topics(topology: Topology, bootstrap: str, *, create: bool = True) -> list[Drift]:
    """Create what is missing, then say how the topics that were there differ from the topology.

    With `create` False missing topics are drift too. Raises KafkaException if the cluster does not answer, and
    TopicsUnknown if it does not show what was created.
    """
    wanted = {topology.topic_name(name): topic for name, topic in {**topology.topics, **topology.changelogs}.items()}
    cluster = Topics(bootstrap)
    there = cluster.describe(wanted)
    missing = wanted.keys() - there.keys()
    if create:
        # Another worker that starts at the same moment may be faster.
        cluster.create_missing(
            {name: (wanted[name].partitions, topic_settings(wanted[name], topology.clock)) for name in sorted(missing)}
        )
    drifts = [] if create else [Drift(name, "topic", "present", "missing") for name in sorted(missing)]
    for name, found in there.items():
        drifts += _drifts(found, wanted[name].partitions, topic_settings(wanted[name], topology.clock))
    return drifts


def _drifts(found: TopicDescription, partitions: int, settings: dict[str, str]) -> list[Drift]:
    pairs = [("partitions", str(partitions), str(found.partitions))]
    pairs += [(setting, wanted, found.settings.get(setting, "")) for setting, wanted in settings.items()]
    return [Drift(found.name, setting, wanted, is_there) for setting, wanted, is_there in pairs if wanted != is_there]
