"""Answers race with their deadlines while the worker is away: what counts is when they were appended, not when read."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from streams.facts.notices import MatterChanged
from streams.facts.views import Clock, Order
from tests.conftest import Cluster
from tests.faults.dispatch_desk import QUARANTINE, Desk, await_instant, desk_on
from tests.hosting.patiently import patiently

EACH_SIDE = 10
ACKNOWLEDGE_MINUTES = 1
MARGIN_MILLISECONDS = 200
AWAY_MILLISECONDS = 1_000
"""So long before the first deadline the worker leaves, so long after the last one it comes back."""
MOST_ROUNDS = 5
"""A machine too slow to append on both sides of a deadline gets new orders so often."""


@dataclass(frozen=True)
class Judged:
    """What became of an order, and the partition clock at its answer's record."""

    order: Order
    told: list[MatterChanged]
    answered_at: int

    @property
    def clock(self) -> Clock:
        """The order's one clock."""
        (clock,) = self.order.clocks
        return clock

    @property
    def is_in_time(self) -> bool:
        return self.answered_at < self.clock.due_at


@pytest.fixture(scope="module")
def desk(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    namespace, home = f"t{uuid.uuid4().hex[:8]}.", tmp_path_factory.mktemp("desk")
    with desk_on(kafka_broker.bootstrap_servers, namespace, home, ACKNOWLEDGE_MINUTES) as desk:
        yield desk


def race(desk: Desk, leave: Callable[[], None], come_back: Callable[[], None]) -> list[Judged]:
    """The worker leaves before the deadlines and comes back after them; empty if it left too late."""
    numbers = desk.give_orders(2 * EACH_SIDE)
    orders = desk.shown(numbers)
    deadlines = {order_no: order.clocks[0].due_at for order_no, order in orders.items()}
    await_instant(min(deadlines.values()) - AWAY_MILLISECONDS)
    leave()
    answered_at = answer_around(deadlines, orders, desk)
    await_instant(max(deadlines.values()) + AWAY_MILLISECONDS)
    was_away = desk.shown(numbers) == orders
    come_back()
    patiently(lambda: all(order.state == "acknowledged" for order in desk.shown(numbers).values()))
    shown, told = desk.shown(numbers), desk.told()
    return [Judged(shown[number], told[number], answered_at[number]) for number in numbers] if was_away else []


def answer_around(deadlines: dict[str, int], orders: dict[str, Order], desk: Desk) -> dict[str, int]:
    """Every other order is acknowledged shortly before its deadline, the rest shortly after; when that was appended."""
    margins = (-MARGIN_MILLISECONDS, MARGIN_MILLISECONDS) * EACH_SIDE
    instants = [deadline + margin for deadline, margin in zip(deadlines.values(), margins, strict=True)]
    with ThreadPoolExecutor(len(orders)) as units:
        places = units.map(desk.acknowledge, orders.values(), instants)
        receipts = dict(zip(orders, places, strict=True))
    clocks = desk.clocks()
    return {order_no: clocks[place] for order_no, place in receipts.items()}


def assert_judged_rightly(judged: Judged) -> None:
    """In time: no breach. At the deadline or after: a breach at the deadline itself, and the answer is marked late."""
    clock, changes = judged.clock, [notice.change for notice in judged.told]
    assert clock.ended_at == judged.answered_at
    if judged.is_in_time:
        assert clock.state == "met"
        assert changes == ["assigned", "delivered", "due_soon", "acknowledged"]
    else:
        assert clock.state == "breached"
        told = ["assigned", "delivered", "due_soon", "breached", "supervisor_added", "answered_late", "acknowledged"]
        assert changes == told
        breach = judged.told[3]
        assert (breach.clock, breach.due_at, breach.changed_at) == ("acknowledge", clock.due_at, clock.due_at)


@pytest.mark.parametrize("away", ["stopped", "killed"])
def test_an_answer_in_time_is_no_breach_and_a_late_one_is_whoever_was_away(desk: Desk, away: str) -> None:
    child = desk.worker.child
    leave, come_back = (child.pause, child.resume) if away == "stopped" else (child.kill, desk.worker.start)
    sides: Counter[bool] = Counter()
    for _ in range(MOST_ROUNDS):
        for judged in race(desk, leave, come_back):
            assert_judged_rightly(judged)
            sides[judged.is_in_time] += 1
        if sides[True] and sides[False]:
            break
    assert sides.keys() == {True, False}
    assert desk.topics.records(QUARANTINE) == []
    assert desk.replay().is_equal
