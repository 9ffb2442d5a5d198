"""How far the clocks of devices are off."""

import json
from collections.abc import Iterator

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from connectors.device_clocks import FEWEST_READINGS, MOST_DEVICES, NO_SKEW, READINGS, DeviceClocks, Skew
from connectors.publisher import wall_clock
from streams.embedded.mosquitto import MosquittoServer
from streams.facts.situation import Measured
from streams.metrics import REGISTRY
from tests.connectors.conftest import SOURCES, Hub, Running
from tests.connectors.fleet_samples import codec, samples
from tests.eventually import eventually

NOW = 1_795_320_000_000
TEN_MINUTES = 600.0
offsets = st.integers(-900, 900)


def heard(clocks: DeviceClocks, device: str, ahead_seconds: float, *waits: float) -> None:
    """Readings of a device whose clock is ahead, each after a wait on its way."""
    for number, wait in enumerate(waits):
        observed_at = NOW + number * 1000
        clocks.note(device, observed_at + int(ahead_seconds * 1000), observed_at + int(wait * 1000))


@given(ahead=offsets, others=st.lists(st.just(0.0), min_size=2, max_size=9))
def test_one_clock_that_is_off_is_the_largest_and_leaves_the_median_alone(ahead: int, others: list[float]) -> None:
    clocks = DeviceClocks()
    for number, other in enumerate(others):
        heard(clocks, f"D{number}", other, *[0.0] * READINGS)
    heard(clocks, "OFF", ahead, *[0.0] * READINGS)
    skew = clocks.skew()
    assert (skew.median_seconds, skew.largest_seconds, skew.devices) == (0.0, -ahead, int(abs(ahead) > 60))


def test_devices_ten_minutes_off_both_ways_are_counted() -> None:
    clocks = DeviceClocks()
    for device, ahead in (("AHEAD", TEN_MINUTES), ("BEHIND", -TEN_MINUTES), ("RIGHT", 0.0)):
        heard(clocks, device, ahead, *[0.2] * FEWEST_READINGS)
    assert (clocks.skew().devices, clocks.skew().median_seconds) == (2, 0.2)


@given(waited=st.integers(0, 11))
def test_readings_that_waited_do_not_make_a_right_clock_wrong(waited: int) -> None:
    clocks = DeviceClocks()
    heard(clocks, "D", 0.0, *[7200.0] * waited, *[0.5] * (READINGS - waited))
    assert clocks.skew().largest_seconds == 0.5


def test_a_clock_that_was_put_right_is_right_again() -> None:
    clocks = DeviceClocks()
    heard(clocks, "D", TEN_MINUTES, *[0.0] * READINGS)
    heard(clocks, "D", 0.0, *[0.0] * READINGS)
    assert clocks.skew() == Skew(0.0, 0.0, 0)


def test_too_few_readings_say_nothing() -> None:
    clocks = DeviceClocks()
    heard(clocks, "D", TEN_MINUTES, *[0.0] * (FEWEST_READINGS - 1))
    assert clocks.skew() == NO_SKEW


def test_only_the_devices_heard_last_are_kept() -> None:
    clocks = DeviceClocks()
    heard(clocks, "FIRST", TEN_MINUTES, *[0.0] * FEWEST_READINGS)
    for number in range(MOST_DEVICES):
        heard(clocks, f"D{number}", 0.0, *[0.0] * FEWEST_READINGS)
    assert clocks.skew().devices == 0


@pytest.fixture
def devices(broker: MosquittoServer) -> Iterator[paho.Client]:
    client = paho.Client(CallbackAPIVersion.VERSION2, "devices")
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def test_devices_ten_minutes_off_over_mqtt_are_told_of_and_their_times_are_kept_as_said(
    hub: Hub, running: Running, broker: MosquittoServer, devices: paho.Client
) -> None:
    hub.secret("cg_municipal_iot_broker", broker.url)
    running.start(hub, "mqtt")
    said: dict[str, set[int]] = {"WM00101": set(), "WM00102": set(), "WM00103": set()}
    ahead_seconds = dict(zip(said, (TEN_MINUTES, -TEN_MINUTES, 0.0), strict=True))

    def two_are_skewed() -> bool:
        for device, ahead in ahead_seconds.items():
            observed_at = wall_clock() + int(ahead * 1000)
            said[device].add(observed_at)
            reading = {**samples()["cg_municipal_iot"].good, "facility_code": device, "observed_at": observed_at}
            devices.publish("iot/municipal/1", json.dumps(reading), qos=1).wait_for_publish(10)
        observed = [codec().decode(message.value() or b"") for message in hub.records(SOURCES)]
        return bool(observed) and observed[-1].skewed_devices == 2

    eventually(two_are_skewed, within_seconds=30)
    labels = {"system": "cg_municipal_iot"}
    eventually(lambda: REGISTRY.get_sample_value("hub_source_skewed_devices", labels) == 2)
    largest = REGISTRY.get_sample_value("hub_source_skew_largest_seconds", labels)
    assert largest is not None
    assert abs(largest) == pytest.approx(TEN_MINUTES, abs=30)
    facts = [codec().decode(message.value() or b"") for message in hub.records("hub.log.situation.v1")]
    readings = [fact for fact in facts if isinstance(fact, Measured)]
    assert {reading.facility for reading in readings} == set(said)
    assert all(reading.occurred_at in said[reading.facility] for reading in readings)
