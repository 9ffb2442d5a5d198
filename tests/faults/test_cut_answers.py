"""A connection breaks while an answer is on its way: who only looks asks again, and never takes silence for nothing."""

from pathlib import Path

import pytest

from streams.kafka import Topics, open_producer
from streams.topic_reader import read_topic
from tests.faults.conftest import Line
from tests.faults.proxy import Api, Direction, Fate, Once
from tests.faults.running import workers
from tests.faults.stage import stage_on

RECORDS = 20


@pytest.fixture
def topic(line: Line, namespace: str) -> str:
    """A topic with some records in its two partitions."""
    name = f"{namespace}written"
    Topics(line.direct).create(name, 2, {})
    producer = open_producer(line.direct)
    for number in range(RECORDS):
        producer.produce(name, b"a record", partition=number % 2)
    assert producer.flush(10) == 0
    return name


@pytest.mark.parametrize("api", [Api.METADATA, Api.DESCRIBE_CONFIGS, Api.LIST_OFFSETS, Api.FETCH])
def test_a_reader_reads_to_the_end_though_an_answer_was_lost(line: Line, topic: str, api: Api) -> None:
    line.proxy.judge = cut = Once(api, Direction.RESPONSE, Fate.CUT)
    assert len(list(read_topic(line.disturbed, topic))) == RECORDS
    assert cut.met


def test_the_ends_are_asked_again(line: Line, topic: str) -> None:
    line.proxy.judge = cut = Once(Api.LIST_OFFSETS, Direction.RESPONSE, Fate.CUT)
    assert Topics(line.disturbed).end_offsets(topic, range(2), committed=False) == {0: RECORDS // 2, 1: RECORDS // 2}
    assert cut.met


def test_a_worker_does_not_take_its_tables_for_empty(line: Line, namespace: str, tmp_path: Path) -> None:
    with stage_on(line.direct, namespace, tmp_path) as stage, workers(stage.topology, line.disturbed, tmp_path) as made:
        stage.work(100).stop()
        line.proxy.judge = cut = Once(Api.LIST_OFFSETS, Direction.RESPONSE, Fate.CUT)
        running = made.start()
        stage.publish(100)
        stage.wait()
        assert cut.met
        assert running.is_alive
