"""A replay after a person's key was destroyed: what it cannot read is set apart, and neither missed nor wrong."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streams.codec import Codec
from streams.engine.engine import Emission, LogPartition, Partition
from streams.engine.memory import IN_MEMORY, MemoryHub
from streams.engine.published import Published, digest
from streams.engine.quarantine import SealingQuarantine
from streams.engine.replay import Replay
from streams.engine.shadow import Owned, Shadow, Span
from streams.engine.simulation import KafkaHub
from streams.engine.unreadable import Unreadable
from streams.engine.versions import versions_of
from streams.facts.people import Help, HelpContent
from streams.processors.person_profiles import PersonProfiles
from streams.secrecy.person_keys import MemoryPersonKeys
from streams.secrecy.sealing import Keys, Sealer
from streams.topology import Topology
from tests.conftest import Cluster
from tests.processors.kit import MATTERS, START_AT, topology

PEOPLE = "hub.log.people.v1"
ANNA, BERT = "services:1:0a", "services:1:0b"


class Message:
    """A record of the memory log as Kafka hands it over."""

    def __init__(self, offset: int, record: Any) -> None:
        self._offset, self._record = offset, record

    def offset(self) -> int:
        return self._offset

    def timestamp(self) -> tuple[int, int]:
        return 1, self._record.at

    def key(self) -> bytes | None:
        return self._record.key  # type: ignore[no-any-return]

    def value(self) -> bytes | None:
        return self._record.data  # type: ignore[no-any-return]


def called(token: str, number: int, *, answered: bool = False) -> Help:
    trace = f"mz_elder_call:HJ{number}:{answered:d}"
    content = HelpContent(region="500117001001", answered=answered, unit=None)
    return Help(
        id=f"{trace}#1", key=token, trace=trace, occurred_at=START_AT, token=token, system="mz_elder_call",
        record_no=f"HJ{number}", content=content, recorded_at=START_AT + number,
    )  # fmt: skip


def people_alone(namespace: str) -> Topology:
    """The people log and its owner, and what that one writes."""
    whole = topology()
    wiring = whole.processors["person_profiles"]
    used = {wiring.reads, *wiring.ports.values(), "hub.quarantine.v1"}
    topics = {name: topic for name, topic in whole.topics.items() if name in used}
    alone = replace(whole, topics=topics, connectors={}, processors={"person_profiles": wiring}, agents={})
    return alone.with_namespace(namespace)


class Story:
    """Calls for help of two persons in one partition, and the shadow of who heard them."""

    def __init__(self) -> None:
        self.keys = MemoryPersonKeys()
        self.codec = Codec.load(persons=self.keys)
        wiring = topology()
        people = replace(wiring.topics[PEOPLE], partitions=1)
        self.topology = replace(wiring, topics={**wiring.topics, PEOPLE: people})
        self.hub = MemoryHub(self.topology, {"person_profiles": PersonProfiles()}, self.codec, START_AT)

    def call(self, token: str, number: int, *, answered: bool = False) -> None:
        self.hub.publish(PEOPLE, called(token, number, answered=answered))
        self.hub.settle()

    def shadow(self, lost: int | None = None) -> Shadow:
        """Of all that was published but the `lost`-th order."""
        published = Published(self.topology, self.topology.processors["person_profiles"], self.codec)
        for number, value in enumerate(self.hub.appended(MATTERS)):
            if number != lost:
                published.digests[MATTERS, self.codec.decode(value.data or b"").id] = digest(value.data or b"")
        (owner,) = self.hub.owners
        log = LogPartition(PEOPLE, 0, 1)
        partition = Partition(PersonProfiles(), owner.wiring.ports, self.codec, log, IN_MEMORY)
        span = Span(0, 0, "memory", "memory", is_current=True)
        owned = Owned(0, len(owner.log.records) - 1, [span], published, frozenset(), {})
        unreadable = Unreadable(self.codec, ("hub.audit.v1",), partition.output_ids)
        return Shadow(owned, partition, unreadable, self._read)

    def _read(self, start: int) -> Iterator[Any]:
        (owner,) = self.hub.owners
        yield [Message(offset, record) for offset, record in enumerate(owner.log.records) if offset >= start]


@pytest.fixture
def story() -> Story:
    story = Story()
    for token, number in ((ANNA, 1), (BERT, 2), (ANNA, 3)):
        story.call(token, number)
    story.call(ANNA, 1, answered=True)
    return story


def test_while_all_can_be_read_nothing_is_set_apart(story: Story) -> None:
    shadow = story.shadow()
    shadow.replay()
    (span,) = shadow.spans
    assert (span.records, span.outputs, span.differences) == (4, 4, ())
    assert (span.unreadable, span.set_apart, shadow.is_readable) == (0, 0, True)


def test_what_was_published_of_a_person_whose_key_was_destroyed_is_set_apart_and_not_made_again(story: Story) -> None:
    story.keys.destroy(ANNA)
    shadow = story.shadow()
    made = shadow.replay()
    (span,) = shadow.spans
    assert (span.records, span.outputs, span.differences, shadow.missing) == (4, 1, (), [])
    assert (span.unreadable, span.set_apart, shadow.is_readable) == (3, 3, False)
    kept = [key for key in made.rows if key.startswith("calls/")]
    assert kept == [f"calls/{BERT}/mz_elder_call/HJ2"]


def test_what_is_missing_of_others_is_found_and_published_again_all_the_same(story: Story) -> None:
    story.keys.destroy(ANNA)
    shadow = story.shadow(lost=1)
    shadow.replay()
    again: list[Emission] = []
    assert shadow.repair(lambda outputs, _: again.extend(outputs)) == 1
    assert [story.codec.decode(one.value or b"").record_no for one in again] == ["HJ2"]


def test_what_is_missing_of_the_person_is_never_published_again(story: Story) -> None:
    story.keys.destroy(ANNA)
    shadow = story.shadow(lost=0)
    shadow.replay()
    assert shadow.missing == []
    assert shadow.spans[0].differences == ()


def test_what_is_said_of_the_person_anew_may_build_on_what_is_gone_and_is_set_apart_too(story: Story) -> None:
    before = len(story.hub.appended(MATTERS))
    story.keys.destroy(ANNA)
    story.call(ANNA, 4)
    assert len(story.hub.appended(MATTERS)) == before + 1
    shadow = story.shadow(lost=before)
    shadow.replay()
    (span,) = shadow.spans
    assert (span.unreadable, span.set_apart, span.differences) == (3, 4, ())


def test_links_of_a_chain_after_one_that_is_gone_are_set_apart_and_those_before_are_not() -> None:
    keys = MemoryPersonKeys()
    codec = Codec.load(persons=keys)
    content = HelpContent(region="500117", answered=False, unit=None)
    said = {
        token: codec.encode(
            Help(
                id="row#1", key=token, occurred_at=1, token=token, system="mz_elder_call", record_no="HJ1",
                content=content, recorded_at=1,
            )
        )
        for token in (ANNA, BERT)
    }  # fmt: skip
    keys.destroy(ANNA)
    unreadable = Unreadable(codec, ("hub.audit.v1",), lambda *_: iter(()))
    apart = []
    for token in (BERT, ANNA, BERT, ANNA):
        unreadable.begin(token.encode())
        codec.decode(said[token])
        unreadable.end(token.encode())
        apart.append((unreadable.is_apart("hub.audit.v1"), unreadable.is_apart(MATTERS)))
    assert apart == [(False, False), (True, True), (True, False), (True, True)]


def test_on_kafka_the_audit_after_it_takes_the_tables_over_and_the_next_one_judges_them_again(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    keys = MemoryPersonKeys()
    codec, topology = Codec.load(persons=keys), people_alone(namespace)
    quarantine = SealingQuarantine(codec, Sealer(Keys(tmp_path, create=True)))
    people, servers = PersonProfiles(), kafka_broker.bootstrap_servers
    with KafkaHub.running(topology, {"person_profiles": people}, codec, servers, quarantine, START_AT) as hub:
        for token, number in ((ANNA, 1), (BERT, 2)):
            hub.publish(PEOPLE, called(token, number))
        hub.settle()
        versions = versions_of(people, hub.topology.processors["person_profiles"])
        replay = Replay(hub.topology, people, versions, codec, servers)
        assert replay.audit({}).is_equal
        keys.destroy(ANNA)
        after = replay.audit({})
        assert (after.is_equal, after.differences, after.repaired) == (True, (), 0)
        assert (sum(span.unreadable for span in after.spans), sum(span.set_apart for span in after.spans)) == (1, 1)
        (number,) = after.adopted
        assert after.not_judged == {number}
        hub.publish(PEOPLE, called(BERT, 3))
        hub.settle()
        following = replay.audit({cut.partition: cut for cut in after.cuts})
    assert (following.is_equal, following.adopted, following.not_judged) == (True, frozenset(), frozenset())
