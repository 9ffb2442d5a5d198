"""A tenth of a log is poison: it ends sealed in quarantine with its reason and place, and all the rest is applied."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median

import pytest

from streams.contract import Fact, Output, Tables
from streams.engine.partitioner import partition_of
from streams.engine.quarantine import TOPIC
from streams.facts.quarantine import Held
from streams.kafka import KafkaException, open_producer
from streams.secrecy.sealing import Keys, SealBroken, Sealer
from streams.topics import ensure_topics
from streams.topology import Topology
from tests.conftest import Cluster
from tests.engine.toy import ACCOUNTS_LOG, Account, Accounts, Added, Alarm, Summed, Totals, toy_topology
from tests.eventually import eventually
from tests.faults import ledger
from tests.faults.ledger import CODEC
from tests.faults.records import Pair, added, append, encoded
from tests.faults.running import workers

RECORDS = 2_000
OFFERED, OFFERED_SECONDS = 20_000, 10.0
"""Good records of the run that is timed, and within how many seconds they come."""
SHORTEST_POLL_SECONDS = 0.001
GOODPUT_SHARE = 0.95
"""The pass mark: with a tenth of poison good records go through at so much of the clean run's rate."""
LARGE_ONES = 3
LARGE_BYTES = 5_000_000
LARGEST_BYTES = 6_000_000


def with_large_records(topology: Topology) -> Topology:
    """The topology with an accounts' log that takes large records, and a quarantine that takes them sealed."""
    sizes = {ACCOUNTS_LOG: LARGEST_BYTES, TOPIC: LARGEST_BYTES + 1_000_000}
    topics = {
        name: replace(topic, max_bytes=sizes.get(name, topic.max_bytes)) for name, topic in topology.topics.items()
    }
    return replace(topology, topics=topics)


Spoil = Callable[[bytes, Random], bytes]
"""Makes something bad of a good record's bytes."""

LARGE: tuple[str, Spoil] = ("wrong_magic", lambda _, random: b"\2" + random.randbytes(LARGE_BYTES))
POISONS: tuple[tuple[str, Spoil], ...] = (
    ("wrong_magic", lambda _, random: b"\1" + random.randbytes(random.randint(1, 300))),
    ("unknown_schema", lambda good, random: b"\0" + random.randbytes(4) + good[5:]),
    ("malformed", lambda good, _: good[:-2]),
    ("trailing_bytes", lambda good, random: good + random.randbytes(3)),
)
"""The reason it must get, and how it is made."""


def poisoned(
    random: Random, records: int = RECORDS, large_ones: int = LARGE_ONES
) -> tuple[list[Pair], dict[bytes, str]]:
    """Good records and bad ones among them; the reason of each bad one's bytes."""
    pairs = encoded(added(number) for number in range(records))
    reasons: dict[bytes, str] = {}
    for position in sorted(random.sample(range(records), records // 10), reverse=True):
        key, good = pairs[position]
        reason, spoil = LARGE if len(reasons) < large_ones else random.choice(POISONS)
        bad = spoil(good, random)
        reasons[bad] = reason
        pairs.insert(position, (key, bad))
    return pairs, reasons


def held_records(bootstrap: str, topology: Topology) -> list[Held]:
    return [one for one in ledger.values(bootstrap, topology, TOPIC) if isinstance(one, Held)]


def test_poison_ends_in_quarantine_and_harms_no_other_record(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    bootstrap = kafka_broker.bootstrap_servers
    topology = with_large_records(toy_topology(namespace))
    ensure_topics(topology, bootstrap)
    pairs, reasons = poisoned(Random(13))
    with workers(topology, bootstrap, tmp_path / "keys") as made:
        made.start()
        made.start(Totals())
        append(bootstrap, topology.topic_name(ACCOUNTS_LOG), pairs)
        eventually(lambda: ledger.applied_records(bootstrap, topology) >= RECORDS, within_seconds=60)
        eventually(lambda: len(held_records(bootstrap, topology)) >= len(reasons), within_seconds=30)
        sealer = made.sealer
    total = ledger.grand_total(bootstrap, topology)
    assert total is not None
    assert (total.records, total.total) == (RECORDS, sum(range(RECORDS)))
    assert_sealed_in_their_places(bootstrap, topology, sealer, reasons)


def good_records_a_second(kafka_broker: Cluster, topology: Topology, folder: Path, pairs: list[Pair]) -> float:
    """Of `pairs` spread evenly over some seconds: from the first that is sent to the last good one that is applied."""
    bootstrap = kafka_broker.bootstrap_servers
    ensure_topics(topology, bootstrap)
    with workers(topology, bootstrap, folder) as made:
        running = made.start(), made.start(Totals())
        eventually(lambda: all(worker.is_ready for worker in running), within_seconds=60)
        producer, log, began = open_producer(bootstrap), topology.topic_name(ACCOUNTS_LOG), time.monotonic()
        for number, (key, data) in enumerate(pairs):
            # A poll may come back early, and then the clean run would be offered more a second than the other.
            while (early := began + OFFERED_SECONDS * number / len(pairs) - time.monotonic()) > SHORTEST_POLL_SECONDS:
                producer.poll(early)
            producer.produce(log, data, key)
        producer.flush()
        eventually(lambda: ledger.applied_records(bootstrap, topology) >= OFFERED, within_seconds=60)
        return OFFERED / (time.monotonic() - began)


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_poison_takes_little_of_what_good_records_get(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    goodputs: dict[str, list[float]] = {"clean": [], "poisoned": []}
    for number in range(3):
        for name, found in goodputs.items():
            topology = toy_topology(f"{namespace}{name}{number}.")
            pairs, _ = poisoned(Random(number), OFFERED, large_ones=0)
            good = encoded(added(number) for number in range(OFFERED))
            offered = pairs if name == "poisoned" else good
            found.append(good_records_a_second(kafka_broker, topology, tmp_path / f"{name}{number}", offered))
    share = median(goodputs["poisoned"]) / median(goodputs["clean"])
    print(f"good records a second: {goodputs}, {share:.3f} of the clean run")
    assert share >= GOODPUT_SHARE


def assert_sealed_in_their_places(
    bootstrap: str, topology: Topology, sealer: Sealer, reasons: dict[bytes, str]
) -> None:
    """Each bad record is held once, under its reason and place, and opens to the very bytes that stand there."""
    places = {
        (message.partition(), message.offset()): message.value()
        for message in ledger.committed(bootstrap, topology, ACCOUNTS_LOG)
    }
    found = {}
    for held in held_records(bootstrap, topology):
        payload = sealer.payload_of(held)
        assert payload == places[held.partition, held.offset]
        assert (held.stage, held.topic, held.owner) == ("decode", ACCOUNTS_LOG, "accounts")
        assert payload not in held.sealed
        found[payload] = held.reason
    assert found == reasons


def test_what_is_held_opens_with_its_owners_key_only(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    bootstrap, topology = kafka_broker.bootstrap_servers, toy_topology(namespace)
    ensure_topics(topology, bootstrap)
    with workers(topology, bootstrap, tmp_path / "keys") as made:
        made.start()
        append(bootstrap, topology.topic_name(ACCOUNTS_LOG), [("account-1", b"nobody may read this")])
        (held,) = eventually(lambda: held_records(bootstrap, topology), within_seconds=30)
        assert made.sealer.payload_of(held) == b"nobody may read this"
    stranger = Sealer(Keys(tmp_path / "others", create=True))
    for sealer, owner in ((stranger, "accounts"), (made.sealer, "totals")):
        sealer.seal(owner, "any", "payload", b"makes the owner a key")
        with pytest.raises(SealBroken):
            sealer.payload_of(replace(held, owner=owner))


class Loud(Accounts):
    """Says some things very loud."""

    def on_record(self, now: int, record: Added, tables: Tables) -> Iterator[Output]:
        yield from super().on_record(now, record, tables)
        if record.order == "shout":
            yield Output("alarms", record.key, Alarm(name="x" * 1_100_000, fired_at=now, records=1))


MISPLACED: dict[str, tuple[str, Fact, int]] = {
    "no_id": ("account-1", replace(added(1), id=""), 0),
    "wrong_key": ("account-2", added(1), 0),
    "wrong_partition": ("account-1", added(1), 1),
    "unexpected_kind": ("all", Summed(id="row:1", key="all", occurred_at=1, account="account-1", change=1), 0),
}
"""The reason, and key, fact and partition that do not belong together; the home of account-1 is partition 0."""


def test_what_does_not_belong_where_it_stands_is_set_aside(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    bootstrap, topology = kafka_broker.bootstrap_servers, toy_topology(namespace)
    ensure_topics(topology, bootstrap)
    assert partition_of("account-1", 2) == 0
    with workers(topology, bootstrap, tmp_path) as made:
        made.start()
        made.start(Totals())
        for key, fact, partition in MISPLACED.values():
            append(bootstrap, topology.topic_name(ACCOUNTS_LOG), [(key, CODEC.encode(fact))], partition)
        append(bootstrap, topology.topic_name(ACCOUNTS_LOG), encoded([added(1)]))
        eventually(lambda: ledger.applied_records(bootstrap, topology) == 1, within_seconds=60)
        eventually(lambda: len(held_records(bootstrap, topology)) == len(MISPLACED), within_seconds=30)
    found = {held.reason: held.stage for held in held_records(bootstrap, topology)}
    assert found == dict.fromkeys(MISPLACED, "apply")
    assert ledger.grand_total(bootstrap, topology) == Account(total=1, records=1)


def test_what_would_outgrow_kafkas_records_is_set_aside_and_stops_nothing(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    bootstrap, topology = kafka_broker.bootstrap_servers, toy_topology(namespace)
    ensure_topics(topology, bootstrap)
    long_id = replace(added(1), id="x" * 900_000)
    facts = [added(2), added(3, order="shout"), long_id, added(4)]
    with workers(topology, bootstrap, tmp_path) as made:
        made.start(Loud())
        made.start(Totals())
        append(bootstrap, topology.topic_name(ACCOUNTS_LOG), encoded(facts))
        eventually(lambda: len(held_records(bootstrap, topology)) == 2, within_seconds=60)
        eventually(lambda: ledger.applied_records(bootstrap, topology) == 2, within_seconds=60)
    reasons = {held.reason for held in held_records(bootstrap, topology)}
    assert reasons == {"OutputTooLarge", "long_id"}
    assert ledger.grand_total(bootstrap, topology) == Account(total=6, records=2)


def test_a_record_of_five_megabytes_is_refused_where_the_topic_does_not_take_it(
    kafka_broker: Cluster, namespace: str
) -> None:
    bootstrap, topology = kafka_broker.bootstrap_servers, toy_topology(namespace)
    ensure_topics(topology, bootstrap)
    log = topology.topic_name(ACCOUNTS_LOG)
    with pytest.raises(KafkaException, match="MSG_SIZE_TOO_LARGE"):
        append(bootstrap, log, [("account-1", b"x" * LARGE_BYTES)])
    append(bootstrap, log, encoded([added(1)]))
    assert len(ledger.values(bootstrap, topology, ACCOUNTS_LOG)) == 1
