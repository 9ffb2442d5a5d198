"""Levels of alert whose review has passed, counted from the view of measures."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from connectors.publisher import QUARANTINE
from connectors.review_watch import Reviews, ReviewWatch
from streams.facts.measures import Measure
from streams.kafka import open_producer
from streams.metrics import exposition
from tests.connectors.conftest import Hub
from tests.connectors.fleet_samples import codec
from tests.eventually import eventually

REVIEW_AT = 1_795_320_000_000


def level(**said: Any) -> Measure:
    fields: dict[str, Any] = {"state": "in_force", "exercise": False, "missed_reviews": 0, **said}
    return Measure(
        measure_no="50011720261122L00001", measure="level_2", name="二级响应", regions=("500117",), classes=(),
        cause="超警戒水位", document="令12号", from_at=1, review_at=REVIEW_AT, ordered_unit="500117-emergency",
        ordered_post="指挥长", ordered_officer="0301", clocks=0, as_of=1, **fields,
    )  # fmt: skip


def test_a_level_counts_from_its_review_on_until_somebody_orders() -> None:
    reviews = Reviews()
    reviews.apply(level())
    assert (reviews.missed(REVIEW_AT - 1), reviews.missed(REVIEW_AT)) == (0, 1)
    missed = level(missed_reviews=1)
    reviews.apply(replace(missed, review_at=REVIEW_AT + 3_600_000))
    assert reviews.missed(REVIEW_AT + 1) == 1
    reviews.apply(replace(missed, missed_reviews=0, review_at=REVIEW_AT + 7_200_000))
    assert reviews.missed(REVIEW_AT + 3_600_000) == 0


@pytest.mark.parametrize("said", [{"state": "ended"}, {"exercise": True}], ids=str)
def test_what_has_ended_and_what_is_an_exercise_count_for_nothing(said: dict[str, Any]) -> None:
    reviews = Reviews()
    reviews.apply(level(missed_reviews=2, **said))
    assert reviews.missed(REVIEW_AT + 1) == 0
    reviews.apply(level(missed_reviews=2))
    reviews.apply(level(missed_reviews=2, **said))
    assert reviews.missed(REVIEW_AT + 1) == 0


def test_it_follows_the_view_over_junk_and_shows_what_was_missed(hub: Hub) -> None:
    topic, producer = hub.topology.topic_name(QUARANTINE), open_producer(hub.bootstrap)  # one that is there

    def write(value: bytes) -> None:
        producer.produce(topic, value, "50011720261122L00001")
        assert producer.flush(20) == 0

    def is_shown(line: str) -> bool:
        return line in exposition().decode().splitlines()

    write(b"junk")
    write(codec().encode(level()))
    stop = threading.Event()
    watch = ReviewWatch(hub.bootstrap, topic, codec(), now=lambda: REVIEW_AT)
    following = threading.Thread(target=watch.follow, args=(stop,))
    following.start()
    try:
        eventually(lambda: is_shown("hub_measure_unreviewed_levels 1.0"))
        write(codec().encode(level(state="ended")))
        eventually(lambda: is_shown("hub_measure_unreviewed_levels 0.0"))
    finally:
        stop.set()
        following.join()
