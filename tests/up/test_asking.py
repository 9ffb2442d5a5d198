"""The last questions of a run, put to a Kafka that is just starting again, or never does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.city.ledger import Ledger
from connectors.city.provision import Media
from connectors.city.rows import HandOver
from streams.embedded.kafka import KafkaBroker
from streams.embedded.ports import Ports
from streams.topic_reader import NotReadable
from streams.up.asking import NotAnswered, ask_until_answered
from streams.up.city import CityFailed, run_module

ROW = HandOver(at_seconds=0, system="ga_alarm110", record_no="JQ1", version="1", row={})


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[KafkaBroker]:
    """A broker that was killed; it starts again on the same port."""
    broker = KafkaBroker(tmp_path / "kafka", ports=Ports(tmp_path / "ports.json"))
    broker.start()
    broker.kill()
    broker.wait()
    yield broker
    broker.kill()


def test_a_comparison_waits_for_a_kafka_that_starts_again(
    broker: KafkaBroker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger(Media(tmp_path).ledger) as ledger:
        ledger.handed_over(ROW, 1, 1)
    variables = {"HUB_HOME": str(tmp_path), "HUB_KAFKA": broker.bootstrap_servers}
    said = ask_until_answered(
        lambda: run_module("connectors.city.comparison", "--patience", "0", variables=variables, within_seconds=60),
        "comparison",
        within_seconds=60,
        pause=lambda _: broker.start(),
    )
    assert json.loads(said)["lost"] == 1
    assert capsys.readouterr().err.count("the comparison is asked for again") == 1


def test_a_kafka_that_stays_away_is_told_in_one_line() -> None:
    def ask() -> str:
        raise NotReadable("Kafka does not answer")

    with pytest.raises(NotAnswered, match=r"^no comparison within 0 s: Kafka does not answer$"):
        ask_until_answered(ask, "comparison", within_seconds=0, pause=lambda _: None)


def test_what_is_not_kafkas_fault_is_not_asked_again() -> None:
    with pytest.raises(CityFailed, match=r"No module named connectors\.city\.nothing"):
        ask_until_answered(
            lambda: run_module("connectors.city.nothing", variables={}, within_seconds=60),
            "comparison",
            within_seconds=60,
            pause=lambda _: pytest.fail("asked again"),
        )
