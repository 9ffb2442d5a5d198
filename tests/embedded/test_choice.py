"""Which Kafka and which Redis: the environment first, then what is on the machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.embedded import choice
from streams.embedded.choice import NamedKafka, NamedRedis, choose_kafka, choose_redis
from streams.embedded.docker_kafka import docker_answers
from streams.embedded.home import Home
from streams.embedded.kafka import KafkaBroker, NoKafka
from streams.embedded.redis import RedisServer


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.delenv("HUB_KAFKA", raising=False)
    monkeypatch.delenv("HUB_REDIS", raising=False)
    with Home(tmp_path) as home:
        yield home


def test_a_named_cluster_comes_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_KAFKA", "kafka.example:9092")
    chosen = choose_kafka(home)
    assert isinstance(chosen, NamedKafka)
    assert chosen.bootstrap_servers == "kafka.example:9092"


def test_a_named_server_has_no_end_of_its_own(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_REDIS", "redis://redis.example:6379/0")
    chosen = choose_redis(home)
    assert isinstance(chosen, NamedRedis)
    chosen.start()
    assert chosen.wait(within_seconds=0) is None
    chosen.stop()
    assert chosen.wait() == 0


def test_the_local_jars_come_before_a_container(home: Home) -> None:
    assert isinstance(choose_kafka(home), KafkaBroker)
    assert isinstance(choose_redis(home), RedisServer)


def test_without_jars_and_docker_one_line_says_what_is_missing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "KAFKA_JARS", tmp_path)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-docker.sock")
    assert not docker_answers()
    with pytest.raises(NoKafka, match="make setup") as refusal:
        choose_kafka(home)
    assert "\n" not in str(refusal.value)
