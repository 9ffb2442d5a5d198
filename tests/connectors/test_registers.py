"""What the address system delivers locates the rows that come after it, and the configuration what it has not said."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Batch
from connectors.coordinates import METRES_PER_DEGREE, Point, metres_between
from connectors.places import WITHIN_AN_ADDRESS, Places
from connectors.registers import TOPICS, Registers
from connectors.runner import PULLING
from connectors.standard_addresses import without_details
from connectors.surroundings import CITIES, Surroundings
from streams.facts.incidents import Reported
from streams.facts.reference import Address, Grid
from streams.kafka import open_producer
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.conftest import Cluster
from tests.connectors.conftest import Hub, Publishers, Running
from tests.connectors.departments import ALARM, create, topic_of, write_to
from tests.connectors.fleet_samples import codec, samples
from tests.eventually import eventually
from tests.part_topologies import connectors_alone

ROAD, ROAD_GRID = "RD00101", "500117001020008"
ESTATE, ESTATE_NAME, ESTATE_GRID = "ES00101", "合阳城江畔花园", "500117001012002"
GRID, GRID_CENTRE = "500117001001001", Point(106.2628, 29.993)
NEW, NEW_TEXT = "BZ0001", "重庆市合川区合阳城街道沿江路8号"


@pytest.fixture
def places() -> Places:
    return Places.load(CITIES / "hechuan")


def address(code: str = NEW, recorded_at: int = 1, **said: Any) -> Address:
    fields: dict[str, Any] = {
        "text": NEW_TEXT, "grid": GRID, "longitude": 106.2629, "latitude": 29.9931, "valid": True, **said
    }  # fmt: skip
    return Address(
        id=f"{code}:{recorded_at}", key=code, source="gz_std_address", trace="t", occurred_at=1, address_code=code,
        recorded_at=recorded_at, **fields,
    )  # fmt: skip


def grid(code: str, centre: Point | None, recorded_at: int = 1, *, valid: bool = True) -> Grid:
    longitude, latitude = centre or (None, None)
    return Grid(
        id=f"{code}:{recorded_at}", key=code, source="gz_std_address", trace="t", occurred_at=1, grid=code,
        longitude=longitude, latitude=latitude, valid=valid, recorded_at=recorded_at,
    )  # fmt: skip


def test_a_delivered_address_is_found_by_its_code(places: Places) -> None:
    assert places.locate(place_codes=[NEW]).located_by == "system"
    places.learn(address())
    place = places.locate(place_codes=[NEW])
    assert (place.region, place.located_by, place.place_code) == (GRID, "place", NEW)
    assert (place.longitude, place.latitude, place.confidence) == (106.2629, 29.9931, 1.0)


@pytest.mark.parametrize("text", [NEW_TEXT, "合川区合阳城街道 沿江路8号", "合阳城街道沿江路8号。"])
def test_a_delivered_address_is_found_by_its_text_with_or_without_the_names_above_it(places: Places, text: str) -> None:
    places.learn(address())
    place = places.locate(address=text)
    assert (place.region, place.place_code, place.confidence) == (GRID, NEW, 1.0)


@pytest.mark.parametrize("details", ["3栋", "3栋2单元", "A座12层1203室", "二号楼", "3栋 2单元501室"])
def test_a_part_of_an_address_is_in_its_grid_and_less_sure(places: Places, details: str) -> None:
    place = places.locate(address=ESTATE_NAME + details)
    assert (place.region, place.place_code, place.confidence) == (ESTATE_GRID, ESTATE, WITHIN_AN_ADDRESS)


@pytest.mark.parametrize(
    "text", ["合阳城人民路88号", "合阳城江畔花园对面", "合阳城江畔花园旁3栋", "江畔花园3栋", "3栋2单元"]
)
def test_what_is_only_near_an_address_or_another_one_is_not_guessed(places: Places, text: str) -> None:
    place = places.locate(address=text)
    assert (place.region, place.located_by, place.confidence) == ("500117", "system", None)


def test_the_whole_of_an_address_is_preferred_to_what_it_lies_in(places: Places) -> None:
    places.learn(address(text=f"{ESTATE_NAME}3栋"))
    assert places.locate(address=f"{ESTATE_NAME}3栋").confidence == 1.0
    assert places.locate(address=f"{ESTATE_NAME}3栋1单元").place_code == NEW


def test_a_text_that_two_delivered_addresses_share_is_neither(places: Places) -> None:
    places.learn(address("BZ1", text=ESTATE_NAME))
    assert places.locate(address=ESTATE_NAME).place_code == "BZ1"
    places.learn(address("BZ2", text=ESTATE_NAME))
    assert places.locate(address=ESTATE_NAME).located_by == "system"


def test_what_is_delivered_of_a_configured_place_counts_and_the_rest_stays(places: Places) -> None:
    places.learn(address(ROAD))
    assert places.locate(place_codes=[ROAD]).region == GRID
    assert places.locate(address="合阳城人民路").region == GRID
    assert places.locate(place_codes=[ESTATE]).region == ESTATE_GRID


def test_an_address_that_is_struck_off_locates_nothing_any_more(places: Places) -> None:
    places.learn(address(ROAD, valid=False))
    assert places.locate(place_codes=[ROAD]).located_by == "system"
    assert places.locate(address="合阳城人民路").located_by == "system"
    assert places.locate(place_codes=[ROAD, ESTATE]).place_code == ESTATE


def test_an_older_word_on_an_address_or_a_grid_changes_nothing(places: Places) -> None:
    places.learn(address(recorded_at=2, valid=False))
    places.learn(address(recorded_at=1))
    assert places.locate(place_codes=[NEW]).located_by == "system"
    places.learn(grid(GRID, None, 2, valid=False))
    places.learn(grid(GRID, GRID_CENTRE, 1))
    assert places.locate(region=GRID).region == GRID[:12]


def test_a_grid_that_is_drawn_is_found_and_one_that_is_dissolved_is_not(places: Places) -> None:
    before = places.locate(point=GRID_CENTRE)
    assert (before.region, before.confidence) == (GRID, 1.0)
    places.learn(address())
    places.learn(grid(GRID, None, valid=False))
    assert places.locate(point=GRID_CENTRE).region != GRID
    assert places.locate(place_codes=[NEW]).region == places.locate(point=Point(106.2629, 29.9931)).region
    places.learn(grid("500117001001999", GRID_CENTRE))
    assert places.locate(point=GRID_CENTRE).region == "500117001001999"
    assert places.locate(region="500117001001999").region == "500117001001999"


def test_a_grid_of_another_district_or_of_nowhere_is_not_taken(places: Places) -> None:
    places.learn(grid("500151001001001", GRID_CENTRE))
    places.learn(grid("500117999001001", None))
    assert places.locate(point=GRID_CENTRE).region == GRID
    assert places.locate(region="500117999001001").located_by == "system"


def test_an_address_in_no_grid_that_exists_is_unlocated(places: Places) -> None:
    places.learn(address(grid="500117999001001", longitude=None, latitude=None))
    place = places.locate(place_codes=[NEW])
    assert (place.region, place.located_by, place.place_code) == ("500117", "system", NEW)


@given(st.floats(0, 0.5))
def test_a_position_is_the_surer_the_nearer_it_is_to_its_grids_centre(share: float) -> None:
    near, far = "500117001001001", "500117001001002"
    one, other = Point(106.2, 29.9), Point(106.2 + 800 / METRES_PER_DEGREE, 29.9)
    alone = Places("500117", [], {near: one, far: other})
    at = Point(one.longitude + share * (other.longitude - one.longitude), 29.9)
    place = alone.locate(point=at)
    assert place.region == near or share > 0.499
    assert place.confidence == pytest.approx(1 - metres_between(at, one) / metres_between(one, other), abs=0.011)


@given(st.text(alphabet="江畔花园0123一二栋单元室 号", max_size=30))
def test_details_are_taken_off_one_by_one_and_never_all(text: str) -> None:
    shorter = without_details(text)
    assert all(one and text.startswith(one) for one in shorter)
    assert sorted(shorter, key=len, reverse=True) == shorter


@pytest.fixture
def city(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> Hub:
    """A hub with the police's alarms and the address system."""
    bootstrap = kafka_broker.bootstrap_servers
    topology = connectors_alone(load_topology(environment={}), "ga_alarm110", "gz_std_address")
    topology = topology.with_namespace(namespace)
    ensure_topics(topology, bootstrap)
    hub = Hub(topology, Surroundings(bootstrap, tmp_path, tmp_path / "secrets", tmp_path / "keys", 0))
    hub = hub.with_settings("ga_alarm110", topic=f"{namespace}dept.ga_alarm110", group=f"{namespace}alarms")
    create(bootstrap, topic_of(hub), partitions=1)
    return hub


def deliver(hub: Hub, publishers: Publishers, code: str, **said: Any) -> None:
    """The address system pushes a standard address; returns when Kafka has it."""
    row = samples()["gz_std_address"].row(
        address_code=code, address_text=NEW_TEXT, grid_code=GRID, geo_point="106.2629,29.9931", change_kind="1", **said
    )
    publishers.of(hub, "gz_std_address").publish(Batch([row]), threading.Event())


def call_from(hub: Hub, number: str, place_code: str) -> None:
    """The police write an alarm that says a standard address and no position."""
    alarm = {**ALARM.good, "alarm_no": number, "place_code": place_code, "geo_point": None}
    write_to(hub.bootstrap, topic_of(hub), {0: [json.dumps(alarm).encode()]})


def region_of(hub: Hub, number: str) -> str | None:
    """Where the hub says the alarm is; None while it has not been taken."""
    found = [fact for fact in hub.facts("ga_alarm110") if isinstance(fact, Reported) and fact.record_no == number]
    return found[0].region if found else None


def test_a_standard_address_delivered_to_a_running_city_locates_the_next_row_that_names_it(
    city: Hub, running: Running, publishers: Publishers
) -> None:
    runner = running.start(city, *PULLING)
    call_from(city, "JQ1", NEW)
    eventually(lambda: region_of(city, "JQ1") == "500117")
    deliver(city, publishers, NEW)
    eventually(lambda: runner.places.locate(place_codes=[NEW]).located_by == "place")
    call_from(city, "JQ2", NEW)
    eventually(lambda: region_of(city, "JQ2") == GRID)
    assert region_of(city, "JQ1") == "500117"


def test_what_was_delivered_before_a_start_is_known_to_its_first_row(
    city: Hub, running: Running, publishers: Publishers
) -> None:
    deliver(city, publishers, NEW)
    call_from(city, "JQ1", NEW)
    running.start(city, *PULLING)
    eventually(lambda: region_of(city, "JQ1"))
    assert region_of(city, "JQ1") == GRID


def test_a_record_that_is_no_fact_is_passed_over(city: Hub, places: Places, publishers: Publishers) -> None:
    producer = open_producer(city.bootstrap)
    producer.produce(city.topology.topic_name(TOPICS[1]), b"nothing", "x")
    assert producer.flush(20) == 0
    deliver(city, publishers, NEW)
    Registers(city.bootstrap, city.topology, codec(), places).recall()
    assert places.locate(place_codes=[NEW]).region == GRID
