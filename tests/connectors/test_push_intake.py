"""Pushed rows: receipts after Kafka, and only then."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest

from connectors.contract import RawRow, Receipt
from connectors.readers.http_push import IntakeFailed, IntakeFull, PushIntake, pushed_row
from connectors.runner import PUSHED
from tests.connectors.conftest import Hub, Running
from tests.connectors.fleet_samples import samples
from tests.connectors.reading import reading
from tests.connectors.test_authorisation import show
from tests.eventually import eventually

SYSTEM = "zz_community_e"
GOOD = samples()[SYSTEM].good


def pushed(number: int, event_id: str = "e") -> RawRow:
    data = json.dumps({**GOOD, "request_no": f"SQ{number}"}).encode()
    return pushed_row(data, "request.submitted", f"{event_id}{number}", f"/v1/sources/{SYSTEM}/events")


async def begun(accepting: Coroutine[Any, Any, list[Receipt]]) -> asyncio.Task[list[Receipt]]:
    """A request that has handed its rows over and waits."""
    task = asyncio.create_task(accepting)
    await asyncio.wait({task}, timeout=0)
    return task


def test_each_request_gets_its_own_receipts_in_its_order(hub: Hub, running: Running) -> None:
    intake = running.start(hub, *PUSHED).push_intakes[SYSTEM]

    async def push() -> list[list[str]]:
        requests = [[pushed(number * 10 + row) for row in range(number + 1)] for number in range(8)]
        answers = await asyncio.gather(*(intake.accept(rows) for rows in requests))
        return [[receipt.id for receipt in answer] for answer in answers]

    assert asyncio.run(push()) == [[f"e{number * 10 + row}" for row in range(number + 1)] for number in range(8)]
    assert len(hub.rows(SYSTEM)) == sum(range(1, 9))


def test_the_same_push_five_times_is_one_row_and_one_place(hub: Hub, running: Running) -> None:
    intake = running.start(hub, *PUSHED).push_intakes[SYSTEM]

    async def push() -> list[tuple[str, int]]:
        answers = await asyncio.gather(*(intake.accept([pushed(1)]) for _ in range(5)))
        return [(answer[0].status, answer[0].offset) for answer in answers]

    answers = asyncio.run(push())
    assert Counter(status for status, _ in answers) == {"accepted": 1, "duplicate": 4}
    assert len({offset for _, offset in answers}) == 1
    assert len(hub.rows(SYSTEM)) == 1


def test_a_restarted_gateway_still_knows_what_it_has_taken(hub: Hub, running: Running) -> None:
    first = asyncio.run(running.start(hub, *PUSHED).push_intakes[SYSTEM].accept([pushed(1)]))
    running.stop()
    again = asyncio.run(running.start(hub, *PUSHED).push_intakes[SYSTEM].accept([pushed(1)]))
    assert (again[0].status, again[0].offset) == ("duplicate", first[0].offset)
    assert len(hub.rows(SYSTEM)) == 1


def test_a_stopped_intake_tells_whoever_waits_and_whoever_comes(hub: Hub, running: Running) -> None:
    runner = running.start(hub, *PUSHED)
    intake = runner.push_intakes[SYSTEM]
    asyncio.run(intake.accept([pushed(1)]))
    running.stop()
    with pytest.raises(IntakeFailed):
        asyncio.run(intake.accept([pushed(2)]))


def test_from_its_authorisation_on_a_push_is_refused_as_before_until_it_is_taken(
    hub: Hub, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens, may_open, open_now = threading.Event(), threading.Event(), PushIntake.open

    def open_later(intake: PushIntake) -> None:
        opens.set()
        assert may_open.wait(30)
        open_now(intake)

    runner = running.start(hub, *PUSHED)
    intake = runner.push_intakes[SYSTEM]
    show(hub, "suspended", SYSTEM)
    eventually(lambda: intake.closed_by == "not_authorised")
    monkeypatch.setattr(PushIntake, "open", open_later)
    show(hub, "authorised", SYSTEM)
    assert opens.wait(30)
    assert runner.authorisations.permits(SYSTEM)
    assert runner.push_obstacle(SYSTEM) == "not_authorised"
    may_open.set()
    eventually(lambda: runner.push_obstacle(SYSTEM) is None)
    (receipt,) = asyncio.run(intake.accept([pushed(1)]))
    assert receipt.status == "accepted"


def test_a_stop_while_rows_wait_fails_all_of_them() -> None:
    intake = PushIntake()

    async def push_and_stop() -> None:
        first, second = await begun(intake.accept([pushed(1)] * 600)), await begun(intake.accept([pushed(2)]))
        with reading(intake) as read:
            await asyncio.to_thread(read.next)
            read.stop.set()
        intake.close()
        for waiting in (first, second):
            with pytest.raises(IntakeFailed):
                await waiting

    asyncio.run(push_and_stop())


def test_rows_that_were_not_acknowledged_are_told_so() -> None:
    intake = PushIntake()

    async def push_and_fail() -> None:
        waiting = await begun(intake.accept([pushed(1)]))
        with reading(intake) as read:
            await asyncio.to_thread(read.next)
        with pytest.raises(IntakeFailed):
            await waiting

    asyncio.run(push_and_fail())


def test_a_closed_intake_fails_what_waits_and_has_all_its_room_when_it_is_opened_again() -> None:
    intake = PushIntake()

    async def close_and_open() -> None:
        waiting = [await begun(intake.accept([pushed(number)] * 1000)) for number in range(5)]
        intake.close()
        for task in waiting:
            with pytest.raises(IntakeFailed):
                await task
        with pytest.raises(IntakeFailed):
            await intake.accept([pushed(9)])
        intake.open()
        again = [await begun(intake.accept([pushed(number)] * 1000)) for number in range(5)]
        opened = intake.batches(None, threading.Event())
        assert len((await asyncio.to_thread(next, opened)).rows) == 1000
        opened.close()
        for task in again:
            task.cancel()

    asyncio.run(close_and_open())


def test_an_intake_that_is_full_says_so_at_once() -> None:
    intake = PushIntake()

    async def fill() -> None:
        waiting = [await begun(intake.accept([pushed(number)] * 100)) for number in range(50)]
        with pytest.raises(IntakeFull):
            await intake.accept([pushed(1)])
        for task in waiting:
            task.cancel()

    asyncio.run(fill())


def test_one_who_gave_up_waiting_holds_up_nobody() -> None:
    intake = PushIntake()

    async def push() -> list[str]:
        impatient = await begun(intake.accept([pushed(1)]))
        patient = await begun(intake.accept([pushed(2)]))
        impatient.cancel()
        stop = threading.Event()
        batches = intake.batches(None, stop)
        batch = await asyncio.to_thread(next, batches)
        assert [row.event_id for row in batch.rows] == ["e1", "e2"]
        assert batch.on_receipts is not None
        batch.on_receipts([])
        stop.set()
        batches.close()
        return [receipt.id for receipt in await patient]

    assert asyncio.run(push()) == []


def test_no_rows_have_no_receipts() -> None:
    assert asyncio.run(PushIntake().accept([])) == []
