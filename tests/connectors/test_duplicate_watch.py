"""Suspected duplicates that wait for somebody, and those past their limit, counted from the view of reviews."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from connectors.duplicate_watch import Duplicates, DuplicateWatch
from connectors.publisher import QUARANTINE
from streams.facts.views import Reason, Review
from streams.kafka import open_producer
from streams.metrics import exposition
from tests.connectors.conftest import Hub
from tests.connectors.fleet_samples import codec
from tests.eventually import eventually

DUE_AT = 1_795_320_000_000


def review(number: int = 2, **said: Any) -> Review:
    fields: dict[str, Any] = {"state": "open", "due_at": DUE_AT, **said}
    return Review(
        incident_no=f"50011720261122E{number:05}", other_no="50011720261122E00001", owner="500117-district_centre",
        opened_at=1, probability=0.6, reasons=(Reason(name="distance", points=1.5),), **fields,
    )  # fmt: skip


def test_a_suspected_duplicate_counts_from_its_limit_on_until_somebody_decides() -> None:
    duplicates = Duplicates()
    duplicates.apply(review())
    duplicates.apply(review(3, due_at=DUE_AT + 1))
    assert [duplicates.overdue(DUE_AT + offset) for offset in (-1, 0, 1)] == [0, 1, 2]
    duplicates.apply(review(state="apart", decided_at=DUE_AT + 1, actor_officer="0301"))
    assert (duplicates.open(), duplicates.overdue(DUE_AT + 1)) == (1, 1)


@pytest.mark.parametrize("state", ["joined", "apart", "lapsed"])
def test_what_there_is_nothing_to_decide_of_counts_for_nothing_unless_it_is_opened_again(state: Any) -> None:
    duplicates = Duplicates()
    duplicates.apply(review(state=state))
    assert (duplicates.open(), duplicates.overdue(DUE_AT)) == (0, 0)
    again = review(due_at=DUE_AT + 600_000)
    duplicates.apply(again)
    assert (duplicates.open(), duplicates.overdue(DUE_AT)) == (1, 0)
    duplicates.apply(replace(again, state=state))
    assert duplicates.open() == 0


def test_it_follows_the_view_over_junk_and_shows_what_waits_and_what_is_late(hub: Hub) -> None:
    topic, producer = hub.topology.topic_name(QUARANTINE), open_producer(hub.bootstrap)  # one that is there

    def write(value: bytes) -> None:
        producer.produce(topic, value, "50011720261122E00002/50011720261122E00001")
        assert producer.flush(20) == 0

    def is_shown(*lines: str) -> bool:
        return {*lines} <= {*exposition().decode().splitlines()}

    write(b"junk")
    write(codec().encode(review()))
    write(codec().encode(review(3, due_at=DUE_AT + 1)))
    stop = threading.Event()
    watch = DuplicateWatch(hub.bootstrap, topic, codec(), now=lambda: DUE_AT)
    following = threading.Thread(target=watch.follow, args=(stop,))
    following.start()
    try:
        eventually(lambda: is_shown("hub_incident_open_reviews 2.0", "hub_incident_overdue_reviews 1.0"))
        write(codec().encode(review(state="joined")))
        eventually(lambda: is_shown("hub_incident_open_reviews 1.0", "hub_incident_overdue_reviews 0.0"))
    finally:
        stop.set()
        following.join()
