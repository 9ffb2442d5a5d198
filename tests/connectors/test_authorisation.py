"""A system that is not authorised: its connector stops where it is, others go on, and nothing is lost or doubled."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from connectors.authorisation import VIEW, Authorisations
from connectors.contract import Contract
from connectors.contract_digest import digest
from connectors.runner import PULLING
from connectors.systems import fleet
from connectors.vocabulary import Authorisation
from streams.embedded.mosquitto import MosquittoServer
from streams.facts.sources import Decision
from streams.facts.views import Source
from streams.kafka import open_producer
from tests.connectors.conftest import Hub, Running
from tests.connectors.departments import call, dump
from tests.connectors.fleet_samples import codec, samples
from tests.eventually import eventually

ALARMS = 10_000
STOPPED: tuple[Decision, ...] = ("suspended", "revoked")


def show(hub: Hub, authorisation: Decision | None, system: str = "ga_alarm110") -> None:
    """The view shows this decision on a system."""
    source = Source(
        system=system, state="fresh", last_seen_at=1, newest_at=1, rows=0, facts=0, wrong=0, late=0, items={},
        fresh_seconds=5, as_of=1, authorisation=authorisation,
    )  # fmt: skip
    write(hub, codec().encode(source), system)


def write(hub: Hub, value: bytes, key: str) -> None:
    producer = open_producer(hub.bootstrap)
    producer.produce(hub.topology.topic_name(VIEW), value, key)
    assert producer.flush(20) == 0


def has_read_a_file(hub: Hub, tmp_path: Path, number: int) -> bool:
    """Whether the connector of another system takes a file dropped now: so it is not disturbed, and time has passed."""
    name = f"危爆物品检查_2026112{number}.csv"
    dump(tmp_path / "goods", name, number)  # one line more than the file before
    return bool(eventually(lambda: any(name in row for row in hub.rows("ga_dangerous_goods")), within_seconds=30))


@contextmanager
def device(broker: MosquittoServer) -> Iterator[Callable[[int], None]]:
    """A device that tells of its reading under a sequence number; the broker has it when the call returns."""
    client = paho.Client(CallbackAPIVersion.VERSION2, "device")
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    good = samples()["cg_municipal_iot"].good

    def says(sequence: int) -> None:
        told = client.publish("iot/municipal/WM00101", json.dumps({**good, "sequence": sequence}), qos=1)
        told.wait_for_publish(30)

    yield says
    client.disconnect()
    client.loop_stop()


@pytest.fixture
def goods(alarms: Hub, tmp_path: Path) -> Hub:
    """Alarms, and the folder of a department whose authorisation stands."""
    (tmp_path / "goods").mkdir()
    alarms.secret("ga_dangerous_goods_folder", str(tmp_path / "goods"))
    return alarms.with_settings("ga_dangerous_goods", every_seconds=1)


def test_suspended_amid_its_rows_a_system_stops_and_goes_on_gap_free_when_authorised(
    goods: Hub, running: Running, tmp_path: Path
) -> None:
    call(goods, *range(ALARMS))
    runner = running.start(goods, *PULLING)
    eventually(lambda: goods.count("ga_alarm110"))
    show(goods, "suspended")
    eventually(lambda: not runner.authorisations.permits("ga_alarm110"))
    assert has_read_a_file(goods, tmp_path, 1)
    taken = goods.count("ga_alarm110")
    assert taken < ALARMS
    assert goods.cursor("ga_alarm110") == f'{{"0": {taken}}}'
    assert has_read_a_file(goods, tmp_path, 2)
    assert goods.count("ga_alarm110") == taken

    show(goods, "authorised")
    eventually(lambda: goods.cursor("ga_alarm110") == f'{{"0": {ALARMS}}}', within_seconds=60)
    expected = {f"ga_alarm110:JQ{number}:1" for number in range(ALARMS)}
    assert Counter(goods.rows("ga_alarm110")) == dict.fromkeys(expected, 1)
    assert Counter(fact.id for fact in goods.facts("ga_alarm110")) == dict.fromkeys((f"{row}#1" for row in expected), 1)


@pytest.mark.parametrize("decision", STOPPED)
def test_a_process_that_starts_later_leaves_a_stopped_system_alone_and_does_not_call_it_a_fault(
    goods: Hub, running: Running, tmp_path: Path, decision: Decision
) -> None:
    show(goods, decision)
    call(goods, 1)
    runner = running.start(goods, *PULLING)
    assert has_read_a_file(goods, tmp_path, 1)
    assert goods.rows("ga_alarm110") == []
    assert not [reason for reason in runner.not_ready() if "ga_alarm110" in reason]
    show(goods, "authorised")
    eventually(lambda: goods.rows("ga_alarm110") == ["ga_alarm110:JQ1:1"])


def test_what_a_device_says_meanwhile_waits_at_its_broker(
    goods: Hub, broker: MosquittoServer, running: Running, tmp_path: Path
) -> None:
    goods.secret("cg_municipal_iot_broker", broker.url)
    runner = running.start(goods, *PULLING)
    with device(broker) as says:
        eventually(lambda: (says(1), goods.rows("cg_municipal_iot"))[1])
        show(goods, "suspended", "cg_municipal_iot")
        eventually(lambda: not runner.authorisations.permits("cg_municipal_iot"))
        says(2)
        assert has_read_a_file(goods, tmp_path, 1)
        assert {row.rpartition(":")[2] for row in goods.rows("cg_municipal_iot")} == {"1"}
        show(goods, "authorised", "cg_municipal_iot")
        eventually(lambda: len(goods.rows("cg_municipal_iot")) > 1)
    assert [row.rpartition(":")[2] for row in goods.rows("cg_municipal_iot")] == ["1", "2"]


def test_deciding_the_same_again_and_again_disturbs_nothing(goods: Hub, running: Running) -> None:
    running.start(goods, *PULLING)
    for number in range(20):
        show(goods, "authorised" if number % 2 else None)
        call(goods, number)
    eventually(lambda: goods.cursor("ga_alarm110") == '{"0": 20}')
    assert goods.rows("ga_alarm110") == [f"ga_alarm110:JQ{number}:1" for number in range(20)]


def stands(hub: Hub, contract: Contract) -> bool:
    name = hub.topology.topic_name(VIEW)
    authorisations = Authorisations(hub.bootstrap, name, codec(), [contract], {contract.system: digest(contract)})
    authorisations.recall()
    return authorisations.permits(contract.system)


@pytest.mark.parametrize("word", ["pending", "suspended", "revoked"])
def test_the_contracts_own_word_holds_until_a_decision(hub: Hub, word: Authorisation) -> None:
    contract = replace(fleet()["ga_alarm110"].contract, authorisation=word)
    assert not stands(hub, contract)
    show(hub, None)
    assert not stands(hub, contract)
    show(hub, "authorised")
    assert stands(hub, contract)


def test_a_record_of_the_view_that_is_none_changes_nothing(hub: Hub) -> None:
    show(hub, "suspended")
    write(hub, b"junk", "ga_alarm110")
    show(hub, "suspended", "a system of another hub")
    assert not stands(hub, fleet()["ga_alarm110"].contract)
