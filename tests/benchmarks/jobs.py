"""Fresh topics for one run of one engine, and how far it has come with them."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.kafka import KafkaException, TopicPartition, Topics, open_consumer
from tests.benchmarks.bench import GROUP_PREFIX
from tests.benchmarks.peers.job import Job
from tests.benchmarks.topic_reader import topic_names
from tests.delete_topic import delete_topic

APPEND_TIME = {"message.timestamp.type": "LogAppendTime"}
COMPACTED = {**APPEND_TIME, "cleanup.policy": "compact"}
LOOK_SECONDS = 10.0


@contextmanager
def fresh_topic(bootstrap: str, name: str, partitions: int) -> Iterator[str]:
    """A log of its own name, with append times; deleted afterwards."""
    topics, topic = Topics(bootstrap), f"{name}.{uuid.uuid4().hex[:8]}"
    topics.create(topic, partitions, APPEND_TIME)
    yield topic
    delete_topic(bootstrap, topic)


@contextmanager
def fresh_job(bootstrap: str, log: str, partitions: int, folder: Path) -> Iterator[Job]:
    """Topics to write to; afterwards they and whatever the engine made for its group are deleted."""
    topics, run = Topics(bootstrap), uuid.uuid4().hex[:8]
    views, changelog = f"bench.view.{run}", f"bench.changelog.{run}"
    folder.mkdir(parents=True, exist_ok=True)
    topics.create(views, partitions, APPEND_TIME)
    topics.create(changelog, partitions, COMPACTED)
    yield Job(bootstrap, f"{GROUP_PREFIX}bench_{run}", log, views, changelog, partitions, str(folder))
    for name in topic_names(bootstrap):
        if run in name:
            delete_topic(bootstrap, name)


def read_to_its_end(job: Job) -> Callable[[], bool]:
    """Whether the job's group has committed all that is in the log now."""
    partitions = range(job.partitions)
    ends = Topics(job.bootstrap).end_offsets(job.log, partitions, committed=True)
    observer = open_consumer(job.bootstrap, job.group, isolation_level="read_uncommitted")
    wanted = [TopicPartition(job.log, partition) for partition in partitions]

    def is_read() -> bool:
        try:
            answers = observer.committed(wanted, timeout=LOOK_SECONDS)
        except KafkaException:  # the group's coordinator is just being found or moved
            return False
        return all(answer.offset >= ends[answer.partition] or ends[answer.partition] == 0 for answer in answers)

    return is_read
