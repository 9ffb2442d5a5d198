"""What a run must have come to, whatever went wrong on the way, read from the topics: not the hub's counters."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from streams.engine.reading import batches_to_end
from streams.engine.replay import Replay
from streams.engine.versions import versions_of
from streams.facts.engine import Tick
from streams.kafka import Message, Topics
from streams.topology import Topology
from tests.engine.toy import (
    ACCOUNTS_LOG,
    ALARMS,
    TOTALS_LOG,
    TOTALS_VIEW,
    Account,
    Accounts,
    Alarm,
    Summed,
    Totals,
    toy_codec,
)

CODEC = toy_codec()
FEW_OFFSETS = 100
"""A transaction's end takes an offset too, and an aborted one leaves its records behind."""


def committed(bootstrap: str, topology: Topology, topic: str) -> Iterator[Message]:
    """Every committed record of a topic."""
    starts = dict.fromkeys(range(topology.topics[topic].partitions), 0)
    for messages in batches_to_end(bootstrap, topology.topic_name(topic), starts):
        yield from messages


def values(bootstrap: str, topology: Topology, topic: str) -> list[Any]:
    """Every value of a topic but ticks."""
    decoded = (CODEC.decode(message.value() or b"") for message in committed(bootstrap, topology, topic))
    return [value for value in decoded if not isinstance(value, Tick)]


def grand_total(bootstrap: str, topology: Topology) -> Account | None:
    """The last value of the totals' view, which has one partition: read from near its end, and from further back."""
    topic = topology.topic_name(TOTALS_VIEW)
    end = Topics(bootstrap).end_offsets(topic, (0,), committed=False)[0]
    offsets = FEW_OFFSETS
    while True:
        start = max(0, end - offsets)
        found = [message for messages in batches_to_end(bootstrap, topic, {0: start}) for message in messages]
        if found:
            total: Account = CODEC.decode(found[-1].value() or b"")
            return total
        if start == 0:
            return None
        offsets *= FEW_OFFSETS


def applied_records(bootstrap: str, topology: Topology) -> int:
    """How many records the totals have seen so far."""
    total = grand_total(bootstrap, topology)
    return total.records if total else 0


def assert_applied_once(bootstrap: str, topology: Topology, records: int) -> None:
    """Each received record has gone through both hops exactly once."""
    received = {fact.id for fact in values(bootstrap, topology, ACCOUNTS_LOG)}
    assert len(received) == records
    summed = values(bootstrap, topology, TOTALS_LOG)
    assert all(isinstance(fact, Summed) for fact in summed)
    assert len({fact.id for fact in summed}) == len(summed) == records
    total = grand_total(bootstrap, topology)
    assert total is not None
    assert total.records == records
    assert total.total == sum(fact.change for fact in summed)


def assert_fired_once_and_never_early(bootstrap: str, topology: Topology, due: dict[str, int]) -> None:
    """Each due moment fired once; by the broker's own stamp of the notice, not before it was due."""
    fired: Counter[str] = Counter()
    for message in committed(bootstrap, topology, ALARMS):
        alarm: Alarm = CODEC.decode(message.value() or b"")
        fired[alarm.name] += 1
        assert message.timestamp()[1] >= alarm.fired_at == due[alarm.name]
    assert fired == Counter(due.keys())


def assert_equal_to_a_replay(bootstrap: str, topology: Topology) -> None:
    """Each hop's outputs and tables are those that a replay of the log it really read gives, by id and bytes."""
    for code in (Accounts(), Totals()):
        versions = versions_of(code, topology.processors[code.name])
        report = Replay(topology, code, versions, CODEC, bootstrap).run()
        assert report.is_equal
        assert report.corrections, "no partition's tables could be judged"
        assert sum(span.outputs for span in report.spans if span.is_current) > 0


def log_ends(bootstrap: str, topology: Topology, topic: str) -> int:
    """How many offsets a topic has in all."""
    numbers = range(topology.topics[topic].partitions)
    return sum(Topics(bootstrap).end_offsets(topology.topic_name(topic), numbers, committed=False).values())
