"""A worker is fenced: who claimed its slot last has it, and one that has only fenced itself goes on."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.faults.conftest import Line
from tests.faults.proxy import Api, Direction, Fate, Frame
from tests.faults.running import RunningWorker, Workers, workers
from tests.faults.stage import Stage, stage_on


@pytest.fixture
def disturbed(line: Line, namespace: str, tmp_path: Path) -> Iterator[tuple[Stage, Workers]]:
    """A stage on the broker itself, and workers on it by way of the proxy."""
    with stage_on(line.direct, namespace, tmp_path) as stage, workers(stage.topology, line.disturbed, tmp_path) as made:
        yield stage, made


class LateJoin:
    """Loses the connection of the first request to join; the broker gets it when the worker has long joined anew."""

    def __init__(self) -> None:
        self._fates = {Api.JOIN_GROUP: Fate.LATE, Api.HEARTBEAT: Fate.PASS_AFTER_LATE}

    def __call__(self, frame: Frame) -> Fate | None:
        return self._fates.pop(Api(frame.api), None) if self._concerns(frame) else None

    @property
    def has_come(self) -> bool:
        return not self._fates

    def _concerns(self, frame: Frame) -> bool:
        return frame.direction is Direction.REQUEST and frame.api in self._fates


def await_one(*running: RunningWorker) -> RunningWorker:
    """The one that is left when all others have stopped because it has their slot."""
    eventually(lambda: sum(one.is_alive for one in running) == 1, within_seconds=60)
    (survivor,) = [one for one in running if one.is_alive]
    assert {one.stopped().code for one in running if one is not survivor} == {"fenced"}
    return survivor


def test_of_two_workers_in_one_slot_the_first_is_fenced_and_the_second_works(stage: Stage) -> None:
    first = stage.work(100)
    second = stage.start()
    stop = first.stopped()
    assert stop.code == "fenced"
    assert re.fullmatch(
        rf"another worker, process {os.getpid()} on \S+, runs as slot 0: give each worker a slot of its own", str(stop)
    )
    stage.publish(100)
    stage.wait()
    assert second.is_alive
    assert len(stage.applied()) == 200


def test_of_two_busy_workers_in_one_slot_the_second_is_left_and_nothing_is_applied_twice(stage: Stage) -> None:
    first = stage.work(100)
    stage.publish(20_000)
    second = stage.start()
    assert await_one(first, second) is second
    stage.wait()
    assert second.is_alive
    assert len(stage.applied()) == 20_100


def test_of_three_workers_that_start_in_one_slot_at_once_one_is_left(stage: Stage) -> None:
    survivor = await_one(*(stage.start() for _ in range(3)))
    stage.publish(100)
    stage.wait()
    assert survivor.is_alive


def test_a_worker_fenced_by_a_late_request_of_its_own_goes_on(
    line: Line, disturbed: tuple[Stage, Workers], caplog: pytest.LogCaptureFixture
) -> None:
    stage, made = disturbed
    line.proxy.judge = late_join = LateJoin()
    running = made.start()
    eventually(lambda: late_join.has_come, within_seconds=30)
    eventually(lambda: "fenced by a request of its own, joins the group anew" in caplog.text, within_seconds=30)
    stage.publish(100)
    stage.wait()
    assert running.is_alive


def test_a_worker_that_was_cut_off_gives_way_to_who_took_its_slot_meanwhile(
    line: Line, disturbed: tuple[Stage, Workers]
) -> None:
    stage, made = disturbed
    cut_off = made.start()
    stage.publish(100)
    stage.wait()
    line.proxy.cut()
    second = stage.work(100)
    line.proxy.heal()
    assert await_one(cut_off, second) is second
    stage.publish(100)
    stage.wait()
    assert second.is_alive
    assert len(stage.applied()) == 300
