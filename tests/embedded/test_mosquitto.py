"""The embedded MQTT broker, tried on the real thing."""

from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from streams.embedded import programs
from streams.embedded.mosquitto import MosquittoServer, NoMosquitto, find_mosquitto
from tests.eventually import eventually

TOPIC = "iot/test"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoServer]:
    server = MosquittoServer(tmp_path / "mqtt")
    server.start()
    yield server
    server.kill()


def subscriber(broker: MosquittoServer, received: list[bytes]) -> mqtt.Client:
    """Connected and subscribed, with a session that outlives it."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, "test-subscriber", protocol=mqtt.MQTTv5)
    client.on_message = lambda _client, _data, message: received.append(bytes(message.payload))
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 3600
    subscribed: list[int] = []
    client.on_subscribe = lambda *_: subscribed.append(1)
    client.connect("127.0.0.1", broker.port, clean_start=False, properties=properties)
    client.subscribe(TOPIC, qos=1)
    client.loop_start()
    eventually(lambda: subscribed)
    return client


def publish(broker: MosquittoServer, payload: bytes) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, "test-publisher")
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    client.publish(TOPIC, payload, qos=1).wait_for_publish(timeout=10)
    client.disconnect()
    client.loop_stop()


def test_what_waits_for_a_session_outlives_the_broker(broker: MosquittoServer) -> None:
    received: list[bytes] = []
    client = subscriber(broker, received)
    client.disconnect()
    client.loop_stop()
    address = broker.url

    publish(broker, b"while nobody listened")
    broker.stop()
    broker.start()

    assert broker.url == address
    client = subscriber(broker, received)
    eventually(lambda: received == [b"while nobody listened"])
    client.disconnect()
    client.loop_stop()


def test_a_missing_broker_is_one_line_that_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoMosquitto, match=r"apt-get install mosquitto") as missing:
        find_mosquitto()
    assert "\n" not in str(missing.value)
