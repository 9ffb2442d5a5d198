"""What agents share that make a task of each record: how each record ends, and how many are in hand at once."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from streams.agents import bounded_tasks
from streams.agents.bounded_tasks import BoundedTasks
from streams.agents.contract import READY, Headers, Place, Received
from streams.agents.holding import QUARANTINE, Holding
from streams.codec import Codec, Origin, UnknownSchema
from streams.facts.quarantine import Held
from streams.secrecy.sealing import Keys, Sealer

Work = Callable[[Received], Awaitable[None]]


class Paper:
    """A host that keeps what is appended, or breaks."""

    def __init__(self) -> None:
        self.appended: list[tuple[str, str, bytes]] = []
        self.broken = False

    async def append(self, topic: str, key: str, value: bytes, caused_at: int, headers: Headers = ()) -> Place:
        if self.broken:
            raise OSError("no room")
        self.appended.append((topic, key, value))
        return Place(0, len(self.appended) - 1)

    def current_until(self) -> dict[tuple[str, int], int]:
        return {}


class Desk(BoundedTasks):
    """An agent whose work the test says."""

    def __init__(self, work: Work, sealer: Sealer, most_in_hand: int = 2) -> None:
        super().__init__(Holding("desk", Codec.load(), sealer), most_in_hand)
        self._said = work

    async def _work(self, received: Received) -> None:
        await self._said(received)


def numbered(number: int) -> Received:
    return Received("hub.notice.desk.v1", 0, number, b"500117", b"private words", {}, 1_795_312_800_000 + number)


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    return Sealer(Keys(tmp_path, create=True))


async def ended(desk: Desk, host: Paper, records: int) -> list[int]:
    """The records that were done, in their order, once nothing is under way."""
    done: list[int] = []
    await desk.open(host)
    for number in range(records):
        await desk.take(numbered(number), lambda number=number: done.append(number))  # type: ignore[misc]
    await desk.close()
    return done


def test_a_record_is_done_when_its_work_is(sealer: Sealer) -> None:
    async def story() -> tuple[list[int], list[int]]:
        finished = asyncio.Event()
        done: list[int] = []

        async def work(_: Received) -> None:
            await finished.wait()

        desk = Desk(work, sealer)
        await desk.open(Paper())
        await desk.take(numbered(0), lambda: done.append(0))
        await asyncio.sleep(0)
        before = list(done)
        finished.set()
        await desk.close()
        return before, done

    assert asyncio.run(story()) == ([], [0])


@pytest.mark.parametrize(
    ("fault", "stage", "reason", "detail"),
    [
        (UnknownSchema("Tile is no notice", Origin("hub.notice.desk.v1", 0, 0)), "decode", "unknown_schema", "Tile"),
        (RuntimeError("private words"), "apply", "unexpected", "RuntimeError"),
    ],
)
def test_a_record_that_cannot_be_worked_on_is_held_and_done(
    sealer: Sealer, fault: Exception, stage: str, reason: str, detail: str
) -> None:
    async def work(_: Received) -> None:
        raise fault

    host = Paper()
    desk = Desk(work, sealer)

    assert asyncio.run(ended(desk, host, 1)) == [0]

    ((topic, key, value),) = host.appended
    held = Codec.load().decode(value, Origin(topic, 0, 0))
    assert isinstance(held, Held)
    assert (topic, key, held.stage, held.reason, held.owner) == (QUARANTINE, "desk", stage, reason, "desk")
    assert detail in held.detail
    assert b"private words" not in value
    assert sealer.payload_of(held) == b"private words"
    assert desk.health() == READY


def test_a_record_that_cannot_even_be_held_stays_undone_and_asks_for_a_restart(sealer: Sealer) -> None:
    async def work(received: Received) -> None:
        if received.offset == 0:
            raise RuntimeError

    host = Paper()
    host.broken = True
    desk = Desk(work, sealer)

    assert asyncio.run(ended(desk, host, 2)) == [1]

    health = desk.health()
    assert (health.live, health.ready) == (False, False)
    assert health.reasons == ("cannot quarantine hub.notice.desk.v1[0]@0: OSError: no room",)


def test_no_more_records_are_taken_than_there_are_places(sealer: Sealer) -> None:
    async def story() -> tuple[int, bool, int]:
        under_way: list[asyncio.Event] = []

        async def work(_: Received) -> None:
            under_way.append(asyncio.Event())
            await under_way[-1].wait()

        desk = Desk(work, sealer, most_in_hand=2)
        await desk.open(Paper())
        taking = [asyncio.ensure_future(desk.take(numbered(number), lambda: None)) for number in range(3)]
        await asyncio.wait(taking[:2])
        while len(under_way) < 2:
            await asyncio.sleep(0)
        full = len(under_way), taking[2].done()
        under_way[0].set()
        await taking[2]
        while len(under_way) < 3:
            await asyncio.sleep(0)
        for one in under_way:
            one.set()
        await desk.close()
        return *full, len(under_way)

    assert asyncio.run(story()) == (2, False, 3)


def test_a_task_that_does_not_end_is_given_up_and_its_record_stays_undone(
    sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_tasks, "CLOSE_SECONDS", 0.01)
    given_up: list[int] = []

    async def work(received: Received) -> None:
        if received.offset == 0:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                given_up.append(received.offset)
                raise

    desk = Desk(work, sealer)

    assert asyncio.run(ended(desk, Paper(), 2)) == [1]
    assert given_up == [0]
    assert desk.health() == READY
