"""Answers race with their deadlines while the worker is away: what counts is when they were appended, not when read.

Through the front door, a duty page's door and a department system's rows; what cannot be an answer harms none of them.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.commands.quarantine import quarantine
from streams.facts.notices import MatterChanged
from streams.facts.quarantine import Held
from streams.facts.views import Clock, MirroredOrder, Order
from tests.conftest import Cluster
from tests.faults.dispatch_desk import DEPARTMENT, MATTERS, QUARANTINE, Desk, Door, await_instant, desk_on
from tests.hosting.patiently import patiently

DOORS: tuple[Door, ...] = ("api", "duty_page")
EACH_SIDE = 10
MASTERS_EACH_SIDE = 3
"""Departments' own orders, whose rows are pushed around their deadline."""
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


@dataclass(frozen=True)
class JudgedMaster:
    """What became of a department's own order, and the partition clock at the row that says it is done."""

    order: MirroredOrder
    told: list[MatterChanged]
    said_at: int

    @property
    def is_in_time(self) -> bool:
        assert self.order.due_at is not None
        return self.said_at < self.order.due_at


@pytest.fixture(scope="module")
def desk(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    namespace, home = f"t{uuid.uuid4().hex[:8]}.", tmp_path_factory.mktemp("desk")
    with desk_on(kafka_broker.bootstrap_servers, namespace, home, ACKNOWLEDGE_MINUTES) as desk:
        desk.open_page()
        yield desk


def race(desk: Desk, leave: Callable[[], None], come_back: Callable[[], None]) -> list[Judged | JudgedMaster]:
    """The worker leaves before the deadlines and comes back after them; empty if it left too late."""
    numbers = desk.give_orders(2 * EACH_SIDE)
    orders = desk.shown(numbers)
    deadlines = {order_no: order.clocks[0].due_at for order_no, order in orders.items()}
    due_at = min(deadlines.values())
    masters = desk.give_masters(2 * MASTERS_EACH_SIDE, due_at)
    await_instant(due_at - AWAY_MILLISECONDS)
    leave()
    with ThreadPoolExecutor(1) as department:
        said = department.submit(say_around, due_at, masters, desk)
        answered_at = answer_around(deadlines, orders, desk)
        said_at = said.result()
    await_instant(max(deadlines.values()) + AWAY_MILLISECONDS)
    was_away = all(order.clocks[0].state == "running" for order in desk.shown(numbers).values())
    come_back()
    patiently(lambda: all(order.state == "acknowledged" for order in desk.shown(numbers).values()))
    patiently(lambda: all(order.state == "resolved" for order in desk.masters(masters).values()))
    if not was_away:
        return []
    shown, told = desk.shown(numbers), desk.told()
    own, told_of_own = desk.masters(masters), desk.told_of_masters()
    return [
        *(Judged(shown[number], told[number], answered_at[number]) for number in numbers),
        *(JudgedMaster(own[number], told_of_own[number], said_at[number]) for number in masters),
    ]


def answer_around(deadlines: dict[str, int], orders: dict[str, Order], desk: Desk) -> dict[str, int]:
    """Every other order is acknowledged shortly before its deadline, the rest shortly after; when that was appended.

    Each pair of them comes through another door than the one before.
    """
    margins = (-MARGIN_MILLISECONDS, MARGIN_MILLISECONDS) * EACH_SIDE
    instants = [deadline + margin for deadline, margin in zip(deadlines.values(), margins, strict=True)]
    doors = [DOORS[number // 2 % len(DOORS)] for number in range(2 * EACH_SIDE)]
    with ThreadPoolExecutor(len(orders)) as units:
        places = units.map(desk.acknowledge, orders.values(), instants, doors)
        receipts = dict(zip(orders, places, strict=True))
    clocks = desk.clocks()
    return {order_no: clocks[place] for order_no, place in receipts.items()}


def say_around(due_at: int, masters: list[str], desk: Desk) -> dict[str, int]:
    """Rows say shortly before a deadline and shortly after it that the department's orders are done; when appended."""
    margins = (-MARGIN_MILLISECONDS, MARGIN_MILLISECONDS) * MASTERS_EACH_SIDE
    with ThreadPoolExecutor(len(masters)) as rows:
        list(rows.map(desk.resolve_at_source, masters, [due_at + margin for margin in margins]))
    clocks = desk.clocks()
    return {number: clocks[desk.place_of(f"{DEPARTMENT}:{number}:2#1")] for number in masters}


def assert_master_judged_rightly(judged: JudgedMaster) -> None:
    """Never told overdue where the row was appended before the deadline. Else told so, at the deadline itself.

    By the department's own time a row that was pushed before it was in time, however late it was appended.
    """
    changes = [notice.change for notice in judged.told]
    assert changes.count("master_overdue") == (not judged.is_in_time)
    assert judged.order.state == "resolved"
    for notice in judged.told:
        if notice.change == "master_overdue":
            assert notice.changed_at == notice.due_at == judged.order.due_at


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
    sides: Counter[tuple[type, bool]] = Counter()
    for _ in range(MOST_ROUNDS):
        for judged in race(desk, leave, come_back):
            if isinstance(judged, Judged):
                assert_judged_rightly(judged)
            else:
                assert_master_judged_rightly(judged)
            sides[type(judged), judged.is_in_time] += 1
        if len(sides) == 2 * 2:
            break
    assert sides.keys() == {(kind, side) for kind in (Judged, JudgedMaster) for side in (True, False)}
    assert desk.topics.records(QUARANTINE) == []
    assert desk.replay().is_equal


NOBODYS_ORDERS = ("50011720261122M99998-01", "50011720261122M99999-01")
OTHER_UNIT = "500117-police"


def test_an_answer_that_cannot_be_is_told_so_or_kept_to_be_repaired_and_harms_nobody(
    desk: Desk, tmp_path: Path
) -> None:
    numbers = desk.give_orders(2 * len(DOORS))
    orders = desk.shown(numbers)
    held_before = len(held(desk))
    for door, mine, nobodys in zip(DOORS, numbers, NOBODYS_ORDERS, strict=False):
        token = desk.hub.token(orders[mine].unit)
        assert desk.say(door, mine, "acknowledge", "not a token").status_code == 401
        assert desk.say(door, "1", "acknowledge", token).status_code == 404
        assert desk.say(door, mine, "acknowledge", token, json={"claimed_at": "soon"}).status_code == 422
        assert desk.say(door, nobodys, "acknowledge", token).status_code == 200
        assert desk.say(door, mine, "acknowledge", desk.hub.token(OTHER_UNIT)).status_code == 200
        for _ in range(2):
            ahead = {"claimed_at": "2199-01-01T00:00:00+08:00"}
            assert desk.say(door, mine, "acknowledge", token, json=ahead).status_code == 200
    patiently(lambda: len(held(desk)) == held_before + 2 * len(DOORS))
    patiently(lambda: all(desk.shown(numbers)[mine].state == "acknowledged" for mine in numbers[: len(DOORS)]))
    kept = held(desk)[held_before:]
    assert [(one.stage, one.topic) for one in kept] == [("apply", MATTERS)] * 2 * len(DOORS)
    assert Counter(one.reason for one in kept) == {"UnknownOrder": len(DOORS), "WrongUnit": len(DOORS)}

    meant = numbers[-1]
    assert desk.shown([meant])[meant].state == "delivered"
    listed = json.loads(operator(desk, "list", "--reason", "UnknownOrder", "--json").stdout)["held"]
    case = str(listed[-1]["number"])
    payload = json.loads(operator(desk, "show", case, "--reveal", "--json").stdout)["payload"]
    payload["record"]["order_no"] = meant
    file = tmp_path / "repaired.json"
    file.write_text(json.dumps(payload))
    assert operator(desk, "retry", case, "--payload", str(file)).exit_code == 0
    patiently(lambda: desk.shown([meant])[meant].state == "acknowledged")
    assert len(held(desk)) == held_before + 2 * len(DOORS)


def held(desk: Desk) -> list[Held]:
    """What could not be applied so far."""
    return [one for one in desk.topics.records(QUARANTINE) if isinstance(one, Held)]


def operator(desk: Desk, *arguments: str) -> Result:
    """`hub quarantine` on this desk's hub."""
    variables = {
        "HUB_KAFKA": desk.hub.bootstrap,
        "HUB_NAMESPACE": desk.topology.namespace,
        "HUB_HOME": str(desk.worker.home),
    }
    return CliRunner().invoke(quarantine, arguments, env=variables)
