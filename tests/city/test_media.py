"""Each department's medium, tried on the real thing: proof of the hand-over comes, and comes no earlier."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from connectors.city.daily_files import DailyFile, read_lines
from connectors.city.dangerous_goods import COLUMNS, dump_of
from connectors.city.ground import Ground
from connectors.city.kafka import OwnTopic
from connectors.city.media import Broker, Devices, DropFolder, Medium, NotHandedOver, Push, Table, Topic
from connectors.city.rows import Envelope, HandOver
from connectors.systems import fleet
from connectors.times import day_of
from streams.cities.city import CITIES
from streams.embedded.mosquitto import MosquittoServer
from streams.topic_reader import read_topic
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.gateway.test_pushes import request_data
from tests.running_gateway import SYSTEM, Hub


def hand_over(make: Callable[[], Medium], *rows: HandOver) -> None:
    """Hand rows over on a medium, at once; returns when there is proof of all."""

    async def run() -> None:
        medium = make()
        try:
            async with asyncio.timeout(60):
                await asyncio.gather(*(medium.hand_over(row) for row in rows))
        finally:
            await medium.close()

    asyncio.run(run())


def row(system: str, values: dict[str, Any], **parts: Any) -> HandOver:
    return HandOver(at_seconds=0, system=system, record_no="R1", version="1", row=values, **parts)


def test_a_message_stands_in_the_departments_own_topic_under_its_number(kafka_broker: Cluster, namespace: str) -> None:
    topic = f"{namespace}dept.alarms"
    own = OwnTopic(kafka_broker.bootstrap_servers, topic)
    own.create()
    own.close()
    hand_over(lambda: Topic(kafka_broker.bootstrap_servers, topic), row("ga_alarm110", {"alarm_no": "警1"}))
    (message,) = read_topic(kafka_broker.bootstrap_servers, topic)
    assert message.key() == b"R1"
    assert message.value() == '{"alarm_no": "警1"}'.encode()


def test_a_department_begins_while_its_kafka_is_away_and_holds_on_to_its_rows(free_port: int) -> None:
    async def begin() -> None:
        topic = Topic(f"127.0.0.1:{free_port}", "dept.alarms")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(topic.hand_over(row("ga_alarm110", {"alarm_no": "警1"})), timeout=0.1)

    asyncio.run(begin())


@pytest.mark.parametrize("envelope", ["structured", "binary", "batch"])
def test_the_gateway_takes_a_push_in_every_envelope(hub: Hub, envelope: Envelope) -> None:
    data = request_data()
    pushed = row(SYSTEM, data, event_type="request.submitted", envelope=envelope)
    hand_over(lambda: Push(hub.url, SYSTEM, lambda: hub.key), pushed)
    ids = [dict(record.headers() or [])["ce_id"].decode() for record in hub.records(f"hub.source.{SYSTEM}.v1")]
    assert ids.count(f"{SYSTEM}:{data['request_no']}:1") == 1


def test_a_push_that_is_the_senders_fault_is_given_up(hub: Hub) -> None:
    pushed = row(SYSTEM, request_data(), event_type="request.submitted", envelope="structured")
    with pytest.raises(NotHandedOver, match="401"):
        hand_over(lambda: Push(hub.url, SYSTEM, lambda: b"a key of nobody"), pushed)


def test_a_case_is_committed_and_changed_in_place(tmp_path: Path) -> None:
    path = tmp_path / "cases.sqlite3"
    case = {"case_no": "AJ1", "case_class": "盗窃", "accept_time": "2026-11-22 08:00:00", "place_code": None,
            "case_status": "1", "is_deleted": 0, "update_time": "2026-11-22 08:00:00"}  # fmt: skip
    later = {**case, "case_status": "9", "update_time": "2026-11-22 09:00:00"}
    contract = fleet()["ga_public_order"].contract
    hand_over(lambda: Table(path, "case_summary", contract), row("ga_public_order", case))
    hand_over(lambda: Table(path, "case_summary", contract), row("ga_public_order", later))
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT * FROM case_summary").fetchall() == [tuple(later.values())]


def test_a_row_that_is_entered_twice_stands_twice_until_it_is_changed(tmp_path: Path) -> None:
    path, contract = tmp_path / "clues.sqlite3", fleet()["rs_wage_clue"].contract
    clue = dict.fromkeys((item.source_field for item in contract.all_items), "1")
    entered, changed = row("rs_wage_clue", clue), row("rs_wage_clue", {**clue, "handle_status": "3"})
    stands: list[int] = []

    async def enter() -> None:
        table = Table(path, "wage_clue", contract, entered_twice=True)
        for hand_over in (entered, entered, changed):
            await table.hand_over(hand_over)
            with sqlite3.connect(path) as database:
                stands.append(database.execute("SELECT count(*) FROM wage_clue").fetchone()[0])
        await table.close()

    bounded(enter())
    assert stands == [1, 2, 1]


def test_a_dump_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    dump = dump_of(day_of("2026-11-22"), Ground.load(CITIES / "hechuan"), seed=1)
    seen = asyncio.run(upload(DropFolder(tmp_path, COLUMNS[0]), dump, tmp_path))
    assert seen == [f"{dump.name}.part"]
    assert [path.name for path in tmp_path.iterdir()] == [dump.name]
    assert read_lines(tmp_path / dump.name, COLUMNS[0]) == dump.lines
    assert DropFolder(tmp_path, COLUMNS[0]).newest() == dump.lines
    assert DropFolder(tmp_path, COLUMNS[0]).has(dump)


async def upload(folder: DropFolder, dump: DailyFile, path: Path) -> list[str]:
    """What a watcher sees half-way."""
    uploading = asyncio.create_task(folder.upload(dump, pause_seconds=0.1))
    while not (seen := [file.name for file in path.iterdir()]):
        await asyncio.sleep(0)
    await uploading
    return seen


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoServer]:
    server = MosquittoServer(tmp_path / "mqtt")
    server.start()
    yield server
    server.kill()


def reading(number: int) -> HandOver:
    return row("cg_municipal_iot", {"facility_code": "MH00101", "sequence": number})


def listen(broker: MosquittoServer, received: list[bytes]) -> mqtt.Client:
    """A session that goes on when the broker comes back."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, "test", clean_session=False)
    subscribed: list[int] = []
    client.on_message = lambda _client, _data, message: received.append(bytes(message.payload))

    def subscribe(*_: Any) -> None:
        client.subscribe("iot/municipal/#", qos=1)

    client.on_connect = subscribe
    client.on_subscribe = lambda *_: subscribed.append(1)
    client.reconnect_delay_set(1, 1)
    client.connect_async("127.0.0.1", broker.port)
    client.loop_start()
    eventually(lambda: subscribed)
    return client


def test_readings_reach_whoever_listens_also_across_a_restart_of_the_broker(broker: MosquittoServer) -> None:
    received: list[bytes] = []
    client = listen(broker, received)

    async def hand_over_across_a_restart() -> None:
        connection = Broker("127.0.0.1", broker.port)
        devices = Devices(connection, "iot/municipal/#", "facility_code")
        await devices.hand_over(reading(1))
        await asyncio.to_thread(broker.stop)
        waiting = asyncio.create_task(devices.hand_over(reading(2)))
        await asyncio.to_thread(broker.start)
        await waiting
        await connection.close()

    bounded(hand_over_across_a_restart())
    eventually(lambda: len(set(received)) == 2)
    client.disconnect()
    client.loop_stop()


def bounded(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))
