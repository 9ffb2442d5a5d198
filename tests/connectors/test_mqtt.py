"""Devices over MQTT, on a real Mosquitto: a message is acknowledged only when Kafka has its row."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from connectors.contract import RawRow
from connectors.readers.mqtt import UNACKNOWLEDGED_MESSAGES, MqttReader
from streams.embedded.mosquitto import MosquittoServer
from tests.eventually import eventually

PROBE = -1


@pytest.fixture
def devices(broker: MosquittoServer) -> Iterator[paho.Client]:
    client = paho.Client(CallbackAPIVersion.VERSION2, "devices", clean_session=False)
    client.max_inflight_messages_set(1000)
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def send(devices: paho.Client, *sequences: int) -> None:
    """Publish readings; returns when the broker has them."""
    sent = [devices.publish("iot/municipal/WM1", json.dumps({"sequence": number}), qos=1) for number in sequences]
    for message in sent:
        message.wait_for_publish(30)


class Listening:
    """A reader under way in a thread of its own; while `kafka` is unset, Kafka acknowledges nothing."""

    def __init__(self, broker: MosquittoServer, devices: paho.Client) -> None:
        self.reader = MqttReader(broker.url, "iot/municipal/#", "hub-test")
        self.rows: list[RawRow] = []
        self.kafka = threading.Event()
        self.kafka.set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        eventually(lambda: self._hears(devices))

    def told(self) -> list[int]:
        """Sequences of what was read, without probes."""
        return [row.values["sequence"] for row in list(self.rows) if row.values and row.values["sequence"] != PROBE]

    def has_some(self) -> bool:
        """Messages have reached the reader, whether it has handed them on or not."""
        return bool(self.told() or self.reader._received.qsize())

    def stop(self, *, killed: bool = False) -> None:
        """Leave; `killed` before Kafka has acknowledged what was read last."""
        self._stop.set()
        self._killed = killed
        self.kafka.set()
        self._thread.join()

    _killed = False

    def _hears(self, devices: paho.Client) -> bool:
        send(devices, PROBE)
        return bool(self.rows)

    def _listen(self) -> None:
        with closing(self.reader.batches(None, self._stop)) as batches:
            for batch in batches:
                self.rows += batch.rows
                self.kafka.wait()
                if self._killed:
                    return


Listen = Callable[[], Listening]


@pytest.fixture
def listen(broker: MosquittoServer, devices: paho.Client) -> Iterator[Listen]:
    started: list[Listening] = []

    def start() -> Listening:
        started.append(Listening(broker, devices))
        return started[-1]

    yield start
    for listening in started:
        listening.stop()


def test_messages_are_rows_in_their_order(devices: paho.Client, listen: Listen) -> None:
    listening = listen()
    send(devices, *range(100))
    eventually(lambda: listening.told() == list(range(100)))
    assert str(listening.rows[-1].origin) == "iot/municipal/WM1[0]@-1"


def test_what_comes_while_the_reader_is_away_waits_for_it(devices: paho.Client, listen: Listen) -> None:
    listen().stop()
    send(devices, 1, 2, 3)
    listening = listen()
    eventually(lambda: listening.told() == [1, 2, 3])


def test_what_kafka_has_does_not_come_again(devices: paho.Client, listen: Listen) -> None:
    first = listen()
    send(devices, 1, 2, 3)
    eventually(lambda: first.told() == [1, 2, 3])
    first.stop()
    second = listen()
    send(devices, 4)
    eventually(lambda: second.told() == [4])


def test_what_kafka_has_not_comes_again(devices: paho.Client, listen: Listen) -> None:
    first = listen()
    first.kafka.clear()
    send(devices, 1, 2, 3)
    eventually(first.has_some)
    first.stop(killed=True)
    second = listen()
    eventually(lambda: set(second.told()) == {1, 2, 3})


def test_a_broker_that_comes_back_brings_everything(
    broker: MosquittoServer, devices: paho.Client, listen: Listen
) -> None:
    listening = listen()
    send(devices, 1)
    eventually(lambda: 1 in listening.told())
    broker.stop()
    broker.start()
    eventually(devices.is_connected)
    send(devices, 2)
    eventually(lambda: 2 in listening.told(), within_seconds=30)


def test_an_acknowledgement_of_the_old_connection_acknowledges_nothing_on_the_new(
    broker: MosquittoServer, devices: paho.Client, listen: Listen
) -> None:
    """Message numbers start again with the broker: an old one would take another message away unread."""
    first = listen()
    first.kafka.clear()
    send(devices, *range(10))
    eventually(first.has_some)
    broker.stop()
    broker.start()
    first.kafka.set()
    eventually(lambda: set(first.told()) == set(range(10)), within_seconds=30)
    first.stop()
    second = listen()
    send(devices, 10)
    eventually(lambda: 10 in second.told())
    assert set(first.told()) | set(second.told()) == set(range(11))


def test_while_kafka_is_away_the_broker_keeps_what_comes(devices: paho.Client, listen: Listen) -> None:
    listening = listen()
    listening.kafka.clear()
    send(devices, *range(3 * UNACKNOWLEDGED_MESSAGES))
    assert listening.reader._received.qsize() <= UNACKNOWLEDGED_MESSAGES
    listening.kafka.set()
    eventually(lambda: listening.told() == list(range(3 * UNACKNOWLEDGED_MESSAGES)), within_seconds=30)


def test_what_is_no_json_is_a_row_with_a_fault(devices: paho.Client, listen: Listen) -> None:
    listening = listen()
    for payload in (b"", b"\xff\x00", b"[]"):
        devices.publish("iot/municipal/WM1", payload, qos=1).wait_for_publish(10)
    send(devices, 1)
    eventually(lambda: listening.told() == [1])
    assert [row.fault.rule for row in listening.rows if row.fault] == ["not_json", "not_json", "not_object"]


def test_a_reader_without_a_broker_keeps_trying_and_can_be_stopped(
    free_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    batches = MqttReader(f"mqtt://127.0.0.1:{free_port}", "iot/#", "hub-test").batches(None, stop)
    reading = threading.Thread(target=lambda: list(batches))
    reading.start()
    eventually(lambda: "no connection to the broker at 127.0.0.1" in caplog.text)
    stop.set()
    reading.join(10)
    assert not reading.is_alive()
