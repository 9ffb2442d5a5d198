"""What is supervised, counted from the view of matters."""

import threading
from dataclasses import replace
from typing import Any

from connectors.publisher import QUARANTINE
from connectors.supervision_watch import Supervised, SupervisionWatch
from streams.facts.rules import Limit
from streams.facts.views import Clock, Matter, Order, Reminder, SupervisionOrder
from streams.kafka import open_producer
from streams.metrics import exposition
from tests.connectors.conftest import Hub
from tests.connectors.fleet_samples import codec
from tests.eventually import eventually

DUE_AT = 1_795_320_000_000
LIMIT = Limit(
    amount=2, unit="hour", start="at", day_end="same_time", rolls_over=False, calendar="always", document="试验"
)


def clock(state: Any = "running", **said: Any) -> Clock:
    return Clock(kind="resolve", state=state, started_at=DUE_AT - 1, due_at=DUE_AT, limit=LIMIT, **said)


def supervision(state: Any = "signed", **said: Any) -> SupervisionOrder:
    return SupervisionOrder(
        supervision_no="50011720261122S00001", order_no="50011720261122M00001-01", unit="a", unit_name="甲",
        origin="breach", state=state, demand="finish", proposed_at=1, due_at=DUE_AT, **said,
    )  # fmt: skip


def matter(number: int, *clocks: Clock, **said: Any) -> Matter:
    matter_no = f"50011720261122M{number:05}"
    order = Order(order_no=f"{matter_no}-01", unit="a", unit_name="甲", state="delivered", clocks=clocks)
    fields: dict[str, Any] = {"state": "assigned", **said}
    return Matter(
        matter_no=matter_no, incident_no=f"50011720261122E{number:05}", incident_class="burst_main", urgency="urgent",
        region="500117001", opened_at=1, orders=(order,), clocks=(), as_of=1, **fields,
    )  # fmt: skip


def test_a_supervision_order_waits_until_it_is_ended_and_is_late_from_its_limit_on() -> None:
    supervised = Supervised()
    one = matter(1, supervisions=(supervision(),))
    supervised.apply(one)
    assert (supervised.waiting()["signed"], supervised.late(DUE_AT - 1), supervised.late(DUE_AT)) == (1, 0, 1)
    supervised.apply(replace(one, supervisions=(supervision("answered"),)))
    assert (supervised.waiting(), supervised.late(DUE_AT)) == ({"answered": 1}, 0)
    supervised.apply(replace(one, supervisions=(supervision("signed_off", ended_at=2),)))
    assert supervised.waiting() == {}


def test_an_order_counts_while_what_is_overdue_is_unanswered_and_its_matter_open() -> None:
    supervised = Supervised()
    one = matter(1, clock("breached"), clock(reminders=(Reminder(percent=50, reminded_at=2),)))
    supervised.apply(one)
    supervised.apply(matter(2, clock("breached", ended_at=3)))
    assert (supervised.overdue_orders(), supervised.reminded_clocks()) == (1, 1)
    supervised.apply(replace(one, state="closed"))
    assert (supervised.overdue_orders(), supervised.reminded_clocks()) == (0, 0)


def test_exercises_and_closed_matters_without_a_supervision_order_count_for_nothing() -> None:
    supervised = Supervised()
    supervised.apply(matter(1, clock("breached"), exercise=True, supervisions=(supervision(),)))
    supervised.apply(matter(2, clock("breached"), state="closed", supervisions=(supervision(),)))
    assert (supervised.overdue_orders(), supervised.waiting()) == (0, {"signed": 1})


def test_it_follows_the_view_over_junk_and_shows_what_is_late(hub: Hub) -> None:
    topic, producer = hub.topology.topic_name(QUARANTINE), open_producer(hub.bootstrap)  # one that is there

    def write(value: bytes) -> None:
        producer.produce(topic, value, "50011720261122M00001")
        assert producer.flush(20) == 0

    def is_shown(line: str) -> bool:
        return line in exposition().decode().splitlines()

    write(b"junk")
    write(codec().encode(matter(1, supervisions=(supervision(),))))
    stop = threading.Event()
    watch = SupervisionWatch(hub.bootstrap, topic, codec(), now=lambda: DUE_AT)
    following = threading.Thread(target=watch.follow, args=(stop,))
    following.start()
    try:
        eventually(lambda: is_shown("hub_supervision_overdue_orders 1.0"))
        assert is_shown('hub_supervision_waiting_orders{state="signed"} 1.0')
        write(codec().encode(matter(1, supervisions=(supervision("answered"),))))
        eventually(lambda: is_shown("hub_supervision_overdue_orders 0.0"))
    finally:
        stop.set()
        following.join()
