"""A partition has the keys of those looked up together of whom its next records speak."""

import sqlite3
from pathlib import Path

from streams.codec import Codec
from streams.contract import Processor
from streams.engine.engine import LogPartition, Partition, Versions
from streams.facts.people import Resident
from streams.processors.person_profiles import PersonProfiles
from streams.processors.situation import Situation
from streams.secrecy.person_key_store import DATABASE, PersonKeyStore
from tests.benchmarks.people_facts import facts

APPENDED_AT = 1_795_000_000_000


def partition(processor: Processor, codec: Codec) -> Partition:
    ports = {port: port for port in processor.ports}
    return Partition(processor, ports, codec, LogPartition("log", 0, 1), Versions("", ""))


def test_what_is_expected_is_opened_without_a_look_up_for_each_record(tmp_path: Path) -> None:
    writer = Codec.load(persons=PersonKeyStore(tmp_path, create=True, renews=True))
    said = [fact for fact in facts(9) if isinstance(fact, Resident)]
    records = [(fact.key.encode(), writer.encode(fact)) for fact in said]
    state = partition(PersonProfiles(), Codec.load(persons=PersonKeyStore(tmp_path, create=False, renews=False)))
    state.expect([*(key for key, _ in records), None, b"\xff"])
    with sqlite3.connect(tmp_path / DATABASE) as database:
        database.execute("DELETE FROM keys")
    database.close()
    for offset, (key, data) in enumerate(records):
        assert state.apply(offset, APPENDED_AT, key, data)
    assert state.held == []
    latest = {f"residents/{fact.token}": fact for fact in said}
    assert {full_key: state.tables.get(full_key) for full_key in latest} == latest


def test_who_reads_nothing_of_persons_looks_up_no_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    state = partition(Situation(), Codec.load(persons=PersonKeyStore(folder, create=False, renews=False)))
    state.expect([b"500117", b"services:1:0a"])
    assert not folder.exists()
