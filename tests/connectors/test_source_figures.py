"""Metrics of how systems are heard: every process that follows the view shows all of them, whoever reads them."""

import pytest

from connectors.authorisation import VIEW
from connectors.publisher import wall_clock
from connectors.runner import PUSHED
from connectors.source_figures import patience_seconds
from connectors.surroundings import Surroundings, WrongSurroundings
from connectors.systems import fleet
from streams.facts.views import Source
from streams.kafka import open_producer
from streams.metrics import REGISTRY
from tests.connectors.conftest import Hub, Running
from tests.connectors.fleet_samples import codec
from tests.eventually import eventually

MINUTE = 60_000


def show(hub: Hub, *, heard_at: int, missing: tuple[str, ...] = ()) -> None:
    """The view shows that 110 was heard, and is late after a minute and silent after three."""
    source = Source(
        system="ga_alarm110", state="fresh", last_seen_at=heard_at, newest_at=heard_at, rows=1, facts=1, wrong=0,
        late=0, items={"alarm_no": heard_at, "geo_point": heard_at}, fresh_seconds=5, as_of=heard_at, hearing="live",
        late_at=heard_at + MINUTE, silent_at=heard_at + 3 * MINUTE, missing=missing,
    )  # fmt: skip
    producer = open_producer(hub.bootstrap)
    producer.produce(hub.topology.topic_name(VIEW), codec().encode(source), "ga_alarm110")
    assert producer.flush(20) == 0


def shown(metric: str, system: str = "ga_alarm110") -> float | None:
    return REGISTRY.get_sample_value(metric, {"system": system})


def test_the_gateways_process_shows_how_a_system_that_others_read_is_heard(hub: Hub, running: Running) -> None:
    now = wall_clock()
    show(hub, heard_at=now)
    running.start(hub, *PUSHED)
    eventually(lambda: shown("hub_source_silent_timestamp_seconds") == (now + 3 * MINUTE) / 1000)
    assert (shown("hub_source_fresh_items"), shown("hub_source_contract_items")) == (2, 8)
    assert shown("hub_source_heard_timestamp_seconds") == now / 1000

    show(hub, heard_at=now, missing=("geo_point",))
    eventually(lambda: shown("hub_source_fresh_items") == 1)
    show(hub, heard_at=now - MINUTE)
    eventually(lambda: shown("hub_source_fresh_items") == 0)


def test_a_system_that_never_told_anything_is_waited_for_by_its_catalogue(hub: Hub, running: Running) -> None:
    began = wall_clock() / 1000
    running.start(hub, *PUSHED)
    patience = patience_seconds(fleet()["ga_dangerous_goods"].contract)
    eventually(lambda: (shown("hub_source_silent_timestamp_seconds", "ga_dangerous_goods") or 0) >= began + patience)
    assert shown("hub_source_fresh_items", "ga_dangerous_goods") == 0


@pytest.mark.parametrize(
    ("system", "seconds"),
    [
        ("ga_dangerous_goods", 3 * 90_000),  # a file a day, fresh for 25 hours
        ("ga_public_order", 3 * 600),  # a poll each 300 s, fresh for 600
        ("ga_alarm110", 3 * 641),  # 620 calls a day: 4.6 of them in 641 s
        ("cg_municipal_iot", 3 * 60),  # more than one reading a second: the time to start a connector again
    ],
)
def test_who_was_never_heard_is_waited_for_three_periods(system: str, seconds: int) -> None:
    assert patience_seconds(fleet()[system].contract) == seconds


def test_the_pace_of_the_departments_is_one_unless_it_is_said() -> None:
    known = {"HUB_KAFKA": "127.0.0.1:1"}
    assert Surroundings.read(known).pace == 1
    assert Surroundings.read({**known, "HUB_PACE": "60"}).pace == 60


@pytest.mark.parametrize("pace", ["0", "-1", "fast", "inf", "nan"])
def test_a_pace_that_is_none_is_refused(pace: str) -> None:
    with pytest.raises(WrongSurroundings, match=f"HUB_PACE is '{pace}': it takes a number above 0"):
        Surroundings.read({"HUB_KAFKA": "127.0.0.1:1", "HUB_PACE": pace})
