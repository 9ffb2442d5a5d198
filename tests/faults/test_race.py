"""Answers race with their deadlines while somebody lags: what counts is when they were appended, not when read.

Through the front door, a duty page's door, the units' topic, the response to a call and a department system's rows,
with the worker, the agent and the broker lagging; what cannot be an answer harms none of them.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.commands.quarantine import quarantine
from streams.facts.notices import MatterChanged
from streams.facts.quarantine import Held
from streams.facts.views import Clock, MirroredOrder, Order
from tests.faults.conftest import Line
from tests.faults.dispatch_desk import MATTERS, QUARANTINE, Desk, Door, await_instant, desk_on
from tests.faults.proxy import Fate, Treatment
from tests.hosting.patiently import patiently

DOORS: tuple[Door, ...] = ("api", "duty_page", "topic", "webhook")
FRONT_DOORS: tuple[Door, ...] = ("api", "duty_page")
EACH_SIDE = 8
"""Orders; with no more than two of them by webhook, since the agent has four calls of a unit in hand at once."""
MASTERS_EACH_SIDE = 3
"""Departments' own orders, whose rows are pushed around their deadline."""
ACKNOWLEDGE_MINUTES = 1
AWAY_MILLISECONDS = 1_000
"""So long before the first deadline somebody leaves, so long after the last one it comes back."""
MOST_ROUNDS = 5
"""A machine too slow to append on both sides of a deadline gets new orders so often."""

Instants = tuple[int, int]
"""When a unit of either side answers: milliseconds from its deadline on."""
AROUND: Instants = (-800, 200)
BEFORE: Instants = (-AWAY_MILLISECONDS - 2_000, -200)
"""One answer before somebody leaves, one that he is still to append when the deadline comes."""


@dataclass(frozen=True)
class Lag:
    """Who leaves before the deadlines and comes back after them, and when the units answer then, by door."""

    leave: Callable[[Desk, Line], None]
    come_back: Callable[[Desk, Line], None]
    instants: Instants
    by_door: Mapping[Door, Instants] = field(default_factory=dict)
    is_shown: bool = False
    """Whether the orders as they are shown tell if he was away: else the round does not count."""


def stop_worker_and_agent(desk: Desk, _: Line) -> None:
    desk.worker.child.pause()
    desk.agent.child.pause()


def let_worker_and_agent_go_on(desk: Desk, _: Line) -> None:
    desk.worker.child.resume()
    desk.agent.child.resume()


def hold_answers_of_the_broker(_: Desk, line: Line) -> None:
    line.proxy.responses = Treatment(Fate.HOLD)


LAGS = {
    "the worker and the agent stand still": Lag(
        stop_worker_and_agent,
        let_worker_and_agent_go_on,
        AROUND,
        {"webhook": BEFORE},
        is_shown=True,
    ),
    "the worker is killed": Lag(
        lambda desk, _: desk.worker.child.kill(),
        lambda desk, _: desk.worker.start(),
        AROUND,
        is_shown=True,
    ),
    "the broker stands still": Lag(lambda _, line: line.broker.pause(), lambda _, line: line.broker.resume(), BEFORE),
    "the broker's answers are late": Lag(hold_answers_of_the_broker, lambda _, line: line.proxy.heal(), BEFORE),
}


@dataclass(frozen=True)
class Judged:
    """What became of an order, by which door it was answered, and the partition clock at its answer's record."""

    order: Order
    told: list[MatterChanged]
    answered_at: int
    door: Door

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
    door: str = "row"

    @property
    def is_in_time(self) -> bool:
        assert self.order.due_at is not None
        return self.said_at < self.order.due_at


@pytest.fixture(scope="module")
def desk(proxied_broker: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    namespace, home = f"t{uuid.uuid4().hex[:8]}.", tmp_path_factory.mktemp("desk")
    with desk_on(proxied_broker.direct, namespace, home, ACKNOWLEDGE_MINUTES, proxied_broker.disturbed) as desk:
        desk.open_page()
        desk.open_webhook()
        yield desk


@dataclass(frozen=True)
class Heat:
    """Orders with the door and the instant of each one's answer, and departments' own with those of their rows."""

    orders: Mapping[str, Order]
    doors: Mapping[str, Door]
    answers: Mapping[str, int]
    rows: Mapping[str, int]

    @property
    def deadlines(self) -> list[int]:
        return [order.clocks[0].due_at for order in self.orders.values()]

    @property
    def leaves_at(self) -> int:
        return min(self.deadlines) - AWAY_MILLISECONDS

    @property
    def comes_back_at(self) -> int:
        return max(self.deadlines) + AWAY_MILLISECONDS


def prepared(desk: Desk, lag: Lag) -> Heat:
    """Orders are given out, each pair of them to be answered by another door than the one before."""
    orders = desk.shown(desk.give_orders(2 * EACH_SIDE))
    doors = {number: DOORS[index // 2 % len(DOORS)] for index, number in enumerate(orders)}
    answers = {
        number: order.clocks[0].due_at + lag.by_door.get(doors[number], lag.instants)[index % 2]
        for index, (number, order) in enumerate(orders.items())
    }
    first = min(order.clocks[0].due_at for order in orders.values())
    masters = desk.give_masters(2 * MASTERS_EACH_SIDE, first)
    for number, door in doors.items():
        if door == "webhook":
            desk.call(orders[number], answers[number])
    return Heat(
        orders, doors, answers, {number: first + lag.instants[index % 2] for index, number in enumerate(masters)}
    )


def race(desk: Desk, line: Line, lag: Lag) -> list[Judged | JudgedMaster]:
    """Somebody leaves before the deadlines and comes back after them; empty if he was seen to have left too late."""
    heat = prepared(desk, lag)
    with ThreadPoolExecutor(len(heat.answers) + len(heat.rows)) as units:
        said = [units.submit(desk.acknowledge, heat.orders[no], at, heat.doors[no]) for no, at in heat.answers.items()]
        said += [units.submit(desk.resolve_at_source, number, at) for number, at in heat.rows.items()]
        await_instant(heat.leaves_at)
        lag.leave(desk, line)
        try:
            await_instant(heat.comes_back_at)
            was_away = not lag.is_shown or has_heard_none(desk, heat)
        finally:
            lag.come_back(desk, line)
    for one in said:
        one.result()
    patiently(lambda: all(order.state == "acknowledged" for order in desk.shown([*heat.orders]).values()))
    patiently(lambda: all(order.state == "resolved" for order in desk.masters([*heat.rows]).values()))
    return judged(desk, heat) if was_away else []


def has_heard_none(desk: Desk, heat: Heat) -> bool:
    """Whether no answer is shown yet that was given while the worker was to be away."""
    awaited = [number for number, at in heat.answers.items() if at > heat.leaves_at]
    return all(order.clocks[0].state == "running" for order in desk.shown(awaited).values())


def judged(desk: Desk, heat: Heat) -> list[Judged | JudgedMaster]:
    shown, told, answered_at = desk.shown([*heat.orders]), desk.told(), desk.answered_at()
    numbers = [*heat.rows]
    own, told_of_own, said_at = desk.masters(numbers), desk.told_of_masters(), desk.told_by_rows_at(numbers)
    return [
        *(Judged(shown[number], told[number], answered_at[number], door) for number, door in heat.doors.items()),
        *(JudgedMaster(own[number], told_of_own[number], said_at[number]) for number in numbers),
    ]


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


@pytest.mark.parametrize("who", LAGS)
def test_an_answer_in_time_is_no_breach_and_a_late_one_is_whoever_lags(desk: Desk, line: Line, who: str) -> None:
    sides: Counter[tuple[str, bool]] = Counter()
    wanted = {(door, side) for door in (*DOORS, "row") for side in (True, False)}
    for _ in range(MOST_ROUNDS):
        for one in race(desk, line, LAGS[who]):
            if isinstance(one, Judged):
                assert_judged_rightly(one)
            else:
                assert_master_judged_rightly(one)
            sides[one.door, one.is_in_time] += 1
        if sides.keys() == wanted:
            break
    assert sides.keys() == wanted
    assert desk.topics.records(QUARANTINE) == []
    assert desk.replay().is_equal


NOBODYS_ORDERS = ("50011720261122M99998-01", "50011720261122M99999-01")
OTHER_UNIT = "500117-police"


def test_an_answer_that_cannot_be_is_told_so_or_kept_to_be_repaired_and_harms_nobody(
    desk: Desk, tmp_path: Path
) -> None:
    numbers = desk.give_orders(2 * len(FRONT_DOORS))
    orders = desk.shown(numbers)
    held_before = len(held(desk))
    for door, mine, nobodys in zip(FRONT_DOORS, numbers, NOBODYS_ORDERS, strict=False):
        token = desk.hub.token(orders[mine].unit)
        assert desk.say(door, mine, "acknowledge", "not a token").status_code == 401
        assert desk.say(door, "1", "acknowledge", token).status_code == 404
        assert desk.say(door, mine, "acknowledge", token, json={"claimed_at": "soon"}).status_code == 422
        assert desk.say(door, nobodys, "acknowledge", token).status_code == 200
        assert desk.say(door, mine, "acknowledge", desk.hub.token(OTHER_UNIT)).status_code == 200
        for _ in range(2):
            ahead = {"claimed_at": "2199-01-01T00:00:00+08:00"}
            assert desk.say(door, mine, "acknowledge", token, json=ahead).status_code == 200
    patiently(lambda: len(held(desk)) == held_before + 2 * len(FRONT_DOORS))
    patiently(lambda: all(desk.shown(numbers)[mine].state == "acknowledged" for mine in numbers[: len(FRONT_DOORS)]))
    kept = held(desk)[held_before:]
    assert [(one.stage, one.topic) for one in kept] == [("apply", MATTERS)] * 2 * len(FRONT_DOORS)
    assert Counter(one.reason for one in kept) == {"UnknownOrder": len(FRONT_DOORS), "WrongUnit": len(FRONT_DOORS)}

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
    assert len(held(desk)) == held_before + 2 * len(FRONT_DOORS)


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
