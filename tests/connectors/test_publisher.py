"""From a batch of rows to Kafka, and back to whoever waits for receipts."""

import csv
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from confluent_kafka import Producer

from connectors.contract import Batch, Connector, RawRow, Whereabouts
from connectors.coordinates import Datum, Point, from_cgcs2000
from connectors.kafka import Stopped
from connectors.publisher import Manner
from connectors.surroundings import CITIES
from connectors.systems import fleet
from connectors.topic_reading import headers_of, read_topic
from streams import cloudevents
from streams.codec import Origin
from streams.contract import Fact
from streams.facts.incidents import Reported
from streams.facts.sources import Observed
from streams.metrics import REGISTRY
from streams.secrecy.sealing import KeyMissing
from tests.conftest import PrivateBrokers
from tests.connectors.conftest import CURSORS, INCIDENTS, QUARANTINE, SOURCES, Hub, Publishers, hub_on
from tests.connectors.fleet_samples import AFTERWARDS, NOW, accepted, codec, intake, samples
from tests.eventually import eventually

ALARM = samples()["ga_alarm110"]
REQUEST = samples()["zz_community_e"]
GO = threading.Event()


def observations(hub: Hub) -> list[Observed]:
    return [codec().decode(message.value() or b"") for message in hub.records(SOURCES)]


def test_a_row_its_facts_and_what_the_batch_shows_reach_kafka(hub: Hub, publishers: Publishers) -> None:
    (receipt,) = publishers.of(hub, "ga_alarm110", lambda: NOW).publish(Batch([ALARM.row()]), GO)
    assert receipt.status == "accepted"
    assert hub.rows("ga_alarm110") == ["ga_alarm110:JQ2026112200001:1"]
    (fact,) = hub.facts("ga_alarm110")
    assert isinstance(fact, Reported)
    assert (fact.id, fact.incident_class, fact.urgency) == ("ga_alarm110:JQ2026112200001:1#1", "burst_main", "urgent")
    assert (fact.region, fact.located_by, fact.place_code) == ("500117001020008", "place", "RD00101")
    (seen,) = observations(hub)
    assert (seen.rows, seen.facts, seen.wrong, seen.fresh_seconds) == (1, 1, 0, 5)
    assert set(seen.items) == {item.name for item in fleet()["ga_alarm110"].contract.items}


def test_a_batch_says_which_items_its_rows_left_out_and_what_is_expected_at_the_departments_pace(
    hub: Hub, publishers: Publishers
) -> None:
    located, by_code = ALARM.row(), ALARM.row(alarm_no="JQ2026112200009", geo_point=None)
    publishers.of(hub, "ga_alarm110", manner=Manner(pace=60)).publish(Batch([located, by_code]), GO)
    (seen,) = observations(hub)
    assert seen.lacking == {"place_code": 0, "geo_point": 1}
    assert seen.rows_per_day == 60 * 620


def test_a_system_whose_rows_have_every_item_says_nothing_of_items_left_out(hub: Hub, publishers: Publishers) -> None:
    publishers.of(hub, "cg_municipal_iot").publish(Batch([]), GO)
    (seen,) = observations(hub)
    assert seen.lacking is None


def test_a_source_row_is_a_cloudevent(hub: Hub, publishers: Publishers) -> None:
    publishers.of(hub, "ga_alarm110").publish(Batch([ALARM.row()]), GO)
    (message,) = hub.records("hub.source.ga_alarm110.v1")
    event = cloudevents.attributes(headers_of(message))
    assert (event["id"], event["source"], event["type"], event["subject"]) == (
        "ga_alarm110:JQ2026112200001:1",
        "ga_alarm110",
        "hub.incident.reported",
        "JQ2026112200001",
    )
    assert event["time"] == "2026-11-22T00:00:00.000Z"
    assert message.key() == b"ga_alarm110"


def test_facts_of_a_district_lie_where_faust_and_java_would_put_them(hub: Hub, publishers: Publishers) -> None:
    publishers.of(hub, "ga_alarm110").publish(Batch([ALARM.row()]), GO)
    topic = hub.topology.topic_name(INCIDENTS)
    murmur2 = Producer({"bootstrap.servers": hub.bootstrap, "partitioner": "murmur2_random"})
    placed: list[int | None] = []
    murmur2.produce(topic, b"", b"500117", on_delivery=lambda _, message: placed.append(message.partition()))
    murmur2.flush(10)
    assert [message.partition() for message in hub.records(INCIDENTS) if message.value()] == placed


def test_a_receipt_says_where_the_row_is(hub: Hub, publishers: Publishers) -> None:
    rows = [REQUEST.row(request_no=f"SQ{number}") for number in range(3)]
    receipts = publishers.of(hub, "zz_community_e").publish(Batch(rows), GO)
    for number, receipt in enumerate(receipts):
        assert receipt.id == "e-1"
        found = {message.offset(): message for message in hub.records("hub.source.zz_community_e.v1")}[receipt.offset]
        assert (found.topic(), found.partition()) == (receipt.topic, receipt.partition)
        assert cloudevents.attributes(headers_of(found))["subject"] == f"SQ{number}"


def test_a_row_that_comes_again_gets_the_first_receipt_and_is_not_written_again(
    hub: Hub, publishers: Publishers
) -> None:
    publisher = publishers.of(hub, "zz_community_e")
    first, within_the_batch = publisher.publish(Batch([REQUEST.row(), REQUEST.row()]), GO)
    (later,) = publisher.publish(Batch([REQUEST.row()]), GO)
    assert (within_the_batch.status, later.status) == ("duplicate", "duplicate")
    assert {(receipt.topic, receipt.partition, receipt.offset) for receipt in (first, within_the_batch, later)} == {
        (first.topic, first.partition, first.offset)
    }
    assert len(hub.rows("zz_community_e")) == len(hub.facts("zz_community_e")) == 1


def test_another_content_under_the_same_version_is_held_as_a_conflict(hub: Hub, publishers: Publishers) -> None:
    publisher = publishers.of(hub, "zz_community_e")
    publisher.publish(Batch([REQUEST.row()]), GO)
    (receipt,) = publisher.publish(Batch([REQUEST.row(request_class="A2")]), GO)
    assert receipt.status == "quarantined"
    assert [held.reason for held in hub.held()] == ["conflict"]


def test_an_old_row_of_a_person_whose_key_was_destroyed_is_known_again_and_kept_nowhere(
    hub: Hub, publishers: Publishers
) -> None:
    publisher = publishers.of(hub, "zz_community_e")
    row = REQUEST.row(requester_phone="13700001111")
    (first,) = publisher.publish(Batch([row]), GO)
    keys = codec().contents.keys
    assert keys is not None
    keys.destroy(accepted(intake("zz_community_e", hub.surroundings.keys).take(row, NOW)).row.values["requester_token"])
    (again,) = publisher.publish(Batch([row]), GO)
    assert (again.status, again.offset) == ("duplicate", first.offset)
    assert (len(hub.rows("zz_community_e")), hub.held()) == (1, [])
    assert len(hub.rows("zz_community_e")) == 1


def test_a_wrong_row_is_held_for_its_owner_and_the_rest_goes_on(hub: Hub, publishers: Publishers) -> None:
    wrong = ALARM.row(alarm_no="JQ2", alarm_class="9999")
    rows = [ALARM.row(alarm_no="JQ1"), wrong, ALARM.row(alarm_no="JQ3")]
    receipts = publishers.of(hub, "ga_alarm110").publish(Batch(rows), GO)
    assert [receipt.status for receipt in receipts] == ["accepted", "quarantined", "accepted"]
    assert hub.rows("ga_alarm110") == ["ga_alarm110:JQ1:1", "ga_alarm110:JQ3:1"]
    (held,) = hub.held()
    assert (held.stage, held.reason, held.owner, held.topic) == ("connector", "code_table", "ga_alarm110", "sample")
    assert held.detail == "alarm_class[code_table] 警情类别代码代码不在代码表中"
    assert hub.payloads() == [wrong.raw]
    assert [(seen.rows, seen.wrong) for seen in observations(hub)] == [(2, 1)]


def test_a_held_row_shows_nothing_on_kafka(hub: Hub, publishers: Publishers) -> None:
    publishers.of(hub, "zz_community_e").publish(Batch([REQUEST.row(requester_phone="13912345678", version=0)]), GO)
    everything = [message for topic in hub.topology.topics for message in hub.records(topic)]
    assert everything
    for message in everything:
        assert b"13912345678" not in (message.value() or b"") + repr(message.headers()).encode()
    assert b"13912345678" in hub.payloads()[0]


def test_the_same_wrong_row_found_at_every_poll_is_held_once(hub: Hub, publishers: Publishers) -> None:
    publisher = publishers.of(hub, "ga_public_order")
    row = samples()["ga_public_order"].row(update_time=None)
    receipts = [publisher.publish(Batch([row]), GO)[0] for _ in range(3)]
    assert {(receipt.status, receipt.offset) for receipt in receipts} == {("quarantined", receipts[0].offset)}
    assert len(hub.held()) == 1


def test_a_row_too_large_is_held_by_its_beginning(hub: Hub, publishers: Publishers) -> None:
    row = RawRow(b"x" * 5_000_000, None, Origin("dept", 0, 7))
    (receipt,) = publishers.of(hub, "ga_alarm110").publish(Batch([row]), GO)
    assert receipt.status == "quarantined"
    (held,) = hub.held()
    assert (held.reason, held.offset) == ("too_large", 7)
    assert "5000000" in held.detail
    assert len(hub.payloads()[0]) == 512 * 1024


def test_a_fault_in_a_mapping_holds_its_row_and_does_not_show_it(
    hub: Hub, publishers: Publishers, caplog: pytest.LogCaptureFixture
) -> None:
    sound = fleet()["ga_alarm110"]
    nothing: dict[str, list[Fact]] = {}
    broken = Connector(sound.contract, lambda row: nothing[row.record_no], sound.event_type)
    (receipt,) = publishers.of(hub, broken).publish(Batch([ALARM.row()]), GO)
    assert receipt.status == "quarantined"
    (held,) = hub.held()
    assert held.reason == "mapping"
    assert held.detail.startswith("mapping failed: KeyError in test_publisher.py:")
    assert "JQ2026112200001" not in held.detail + caplog.text


def test_a_missing_key_is_not_the_rows_fault(hub: Hub, publishers: Publishers, tmp_path: Path) -> None:
    publisher = publishers.of(hub, "zz_community_e")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "token.requests.1").write_text("damaged")
    with pytest.raises(KeyMissing):
        publisher.publish(Batch([REQUEST.row()]), GO)
    assert hub.held() == []


def test_late_rows_are_counted(hub: Hub, publishers: Publishers) -> None:
    publishers.of(hub, "ga_alarm110", lambda: NOW).publish(Batch([ALARM.row()]), GO)
    assert [seen.late for seen in observations(hub)] == [1]
    in_time = ALARM.row(alarm_no="JQ9", alarm_time="2026-11-22 11:58:30", record_time="2026-11-22 11:58:31")
    publishers.of(hub, "ga_alarm110", lambda: NOW).publish(Batch([in_time]), GO)
    assert [seen.late for seen in observations(hub)] == [1, 0]


def test_the_same_batch_again_is_the_same_observation(hub: Hub, publishers: Publishers) -> None:
    """As after a crash between the acknowledgement and the cursor: the log's owner drops it by its id."""
    for _ in range(2):
        publishers.of(hub, "ga_alarm110", lambda: NOW).publish(Batch([ALARM.row()]), GO)
    first, second = observations(hub)
    assert first == second


def test_a_source_that_was_asked_in_vain_is_seen_too(hub: Hub, publishers: Publishers) -> None:
    publishers.of(hub, "ga_public_order").publish(Batch(()), GO)
    assert [(seen.rows, seen.wrong) for seen in observations(hub)] == [(0, 0)]


def test_that_there_was_nothing_new_is_told_four_times_while_data_stay_fresh(hub: Hub, publishers: Publishers) -> None:
    """ga_public_order is fresh for ten minutes."""
    moment = [NOW]
    publisher = publishers.of(hub, "ga_public_order", lambda: moment[0])
    for _ in range(301):
        publisher.publish(Batch(()), GO)
        moment[0] += 2_000
    told = [seen.occurred_at - NOW for seen in observations(hub)]
    assert told == [0, 150_000, 300_000, 450_000, 600_000]


def test_a_cursor_is_remembered_after_its_rows(hub: Hub, publishers: Publishers) -> None:
    publishers.of(hub, "ga_alarm110").publish(Batch([ALARM.row()], cursor='{"0": 1}'), GO)
    eventually(lambda: hub.cursor("ga_alarm110") == '{"0": 1}')


def test_while_kafka_is_away_rows_wait_and_nobody_gets_a_receipt(
    private_broker: PrivateBrokers,
    publishers: Publishers,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("connectors.kafka.COMPLAIN_EVERY_SECONDS", 1.0)
    broker = private_broker()
    hub = hub_on(broker.bootstrap_servers, "", tmp_path)
    publisher = publishers.of(hub, "ga_alarm110")
    publisher.publish(Batch([ALARM.row(alarm_no="JQ0")]), GO)
    broker.kill()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(publisher.publish, Batch([ALARM.row(alarm_no=f"JQ{n}") for n in range(1, 200)]), GO)
        eventually(lambda: "Kafka has not acknowledged" in caplog.text, within_seconds=20)
        assert not waiting.done()
        broker.start()
        assert Counter(receipt.status for receipt in waiting.result(60)) == {"accepted": 199}
    assert Counter(hub.rows("ga_alarm110")) == {f"ga_alarm110:JQ{number}:1": 1 for number in range(200)}


def test_a_stop_while_kafka_is_away_gives_no_receipt_and_writes_no_cursor(
    private_broker: PrivateBrokers, publishers: Publishers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.kafka.LAST_WAIT_SECONDS", 0.5)
    broker = private_broker()
    hub = hub_on(broker.bootstrap_servers, "", tmp_path)
    publisher = publishers.of(hub, "ga_alarm110")
    broker.kill()
    stop = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(publisher.publish, Batch([ALARM.row()], cursor="{}"), stop)
        stop.set()
        with pytest.raises(Stopped):
            waiting.result(20)
    broker.start()
    assert list(read_topic(hub.bootstrap, CURSORS)) == []


def test_rows_known_to_kafka_are_known_to_the_next_process(hub: Hub, publishers: Publishers) -> None:
    rows = [REQUEST.row(), REQUEST.event("request.rated")]
    first = publishers.of(hub, "zz_community_e").publish(Batch(rows), GO)
    later = publishers.of(hub, "zz_community_e")
    later.recall(hub.records("hub.source.zz_community_e.v1"))
    again = later.publish(Batch(rows), GO)
    assert [receipt.status for receipt in again] == ["duplicate", "duplicate"]
    assert [receipt.offset for receipt in again] == [receipt.offset for receipt in first]
    assert QUARANTINE not in {receipt.topic for receipt in again}
    assert len(hub.rows("zz_community_e")) == 2


def test_a_row_whose_facts_were_cut_off_by_a_kill_gets_them_when_it_comes_again(
    hub: Hub, publishers: Publishers
) -> None:
    whole = publishers.of(hub, "zz_community_e")
    cut_off = publishers.of(hub, Connector(fleet()["zz_community_e"].contract, lambda _: ()))
    cut_off.publish(Batch([REQUEST.row()]), GO)
    assert hub.facts("zz_community_e") == []
    whole.recall(hub.records("hub.source.zz_community_e.v1"))
    for _ in range(2):
        (receipt,) = whole.publish(Batch([REQUEST.row()]), GO)
        assert receipt.status == "duplicate"
    assert len(hub.rows("zz_community_e")) == len(hub.facts("zz_community_e")) == 1


def alarms_at_registered_places(datum: Datum, count: int = 30) -> list[RawRow]:
    """An alarm at each of some places, in a datum that is not asked about."""
    with (CITIES / "hechuan" / "places.csv").open(encoding="utf-8") as lines:
        places = list(csv.DictReader(line for line in lines if not line.startswith("#")))[:count]
    rows = []
    for place in places:
        shown = from_cgcs2000(Point(float(place["longitude"]), float(place["latitude"])), datum)
        point, code = f"{shown.longitude:.6f},{shown.latitude:.6f}", place["place_code"]
        rows.append(ALARM.row(alarm_no=f"JQ{datum}{code}", place_code=code, geo_point=point))
    return rows


def suspected_places() -> float | None:
    return REGISTRY.get_sample_value("hub_source_wrong_datum_places", {"system": "ga_alarm110"})


def test_positions_in_another_datum_than_agreed_are_told_of_and_left_as_they_are(
    hub: Hub, publishers: Publishers
) -> None:
    publisher = publishers.of(hub, "ga_alarm110")
    publisher.publish(Batch(alarms_at_registered_places("GCJ-02")), GO)
    assert (observations(hub)[-1].suspected_datum, suspected_places()) == (None, 0)
    rows = alarms_at_registered_places("BD-09")
    publisher.publish(Batch(rows), GO)
    assert (observations(hub)[-1].suspected_datum, suspected_places()) == ("BD-09", 30)
    assert all(isinstance(fact, Reported) and fact.located_by == "place" for fact in hub.facts("ga_alarm110"))


def test_rows_that_should_say_where_and_do_not_are_counted(hub: Hub, publishers: Publishers) -> None:
    publisher = publishers.of(hub, "ga_alarm110", lambda: NOW)
    nowhere = [ALARM.row(alarm_no=f"JQ{number}", place_code=None, geo_point=None) for number in range(2)]
    publisher.publish(Batch([ALARM.row(), *nowhere]), GO)
    assert [seen.unlocated for seen in observations(hub)] == [2]


def test_a_system_that_tells_of_no_place_owes_none(tmp_path: Path) -> None:
    systems = {system for system, one in fleet().items() if one.contract.whereabouts == Whereabouts()}
    assert systems
    for system in systems:
        assert not accepted(intake(system, tmp_path).take(samples()[system].row(), AFTERWARDS)).is_unlocated
