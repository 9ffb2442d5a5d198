"""Records come several times, at once and a day later; one effect each, and what contradicts itself is set aside."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.engine.conftest import START_AT
from tests.engine.toy import ACCOUNTS_LOG, TOTALS_VIEW, Account, Accounts, Totals, toy_topology
from tests.faults.ledger import CODEC
from tests.faults.records import added

RECORDS = 500
CONTRADICTED = 20
DAY = 24 * 3_600_000


@pytest.fixture
def hub(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> Iterator[KafkaHub]:
    quarantine = SealingQuarantine(CODEC, Sealer(Keys(tmp_path, create=True)))
    processors = {"accounts": Accounts(), "totals": Totals()}
    topology = toy_topology(namespace)
    with KafkaHub.running(topology, processors, CODEC, kafka_broker.bootstrap_servers, quarantine, START_AT) as hub:
        yield hub


def publish_one_to_five_times(hub: KafkaHub, random: Random) -> None:
    """Every record, each up to five times, in any order."""
    numbers = [number for number in range(RECORDS) for _ in range(random.randint(1, 5))]
    random.shuffle(numbers)
    for number in numbers:
        hub.publish(ACCOUNTS_LOG, added(number))
    hub.settle()


def test_records_that_come_one_to_five_times_and_again_a_day_later_count_once(hub: KafkaHub) -> None:
    random = Random(11)
    publish_one_to_five_times(hub, random)
    for _ in range(2):
        hub.advance_to(hub.now + DAY)
        hub.restart()
        publish_one_to_five_times(hub, random)
    assert hub.latest(TOTALS_VIEW) == {"all": Account(total=sum(range(RECORDS)), records=RECORDS)}
    assert hub.set_aside() == []


def test_a_record_that_says_something_else_under_a_known_id_is_set_aside(hub: KafkaHub) -> None:
    publish_one_to_five_times(hub, Random(12))
    hub.advance_to(hub.now + DAY)
    hub.restart()
    for number in range(CONTRADICTED):
        hub.publish(ACCOUNTS_LOG, added(number, amount=number + 1))
    hub.settle()
    assert hub.latest(TOTALS_VIEW) == {"all": Account(total=sum(range(RECORDS)), records=RECORDS)}
    assert hub.set_aside() == [("apply", "conflict")] * CONTRADICTED
