"""Redis away, flushed, full, evicted; workers and gateways killed: the wall is whole again, from Kafka alone."""

import os
import signal
from collections.abc import Iterator

import pytest
import redis

from tests.eventually import eventually
from tests.hosting.patiently import patiently
from tests.hosting.worker_process import WorkerProcess
from tests.wall.wall_stage import INCIDENTS, TILES, WallStage, incident

REBUILT_SECONDS = 30.0


@pytest.fixture
def client(stage: WallStage) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(stage.redis.url) as client:
        yield client


def key(stage: WallStage, name: str) -> str:
    return f"{stage.topology.namespace}{{wall}}:{name}"


def await_another_generation(stage: WallStage, client: redis.Redis, before: object) -> None:
    patiently(lambda: client.get(key(stage, "generation")) not in (before, None))


def reasons(worker: WorkerProcess) -> str:
    return str(worker.health()["parts"]["wall_cache"]["reasons"])


def test_after_flushall_all_is_whole_and_screens_begin_again(stage: WallStage, client: redis.Redis) -> None:
    stage.start()
    for number in range(1, 31):
        stage.show_tile(f"500117{number:03}", number)
    stage.show(INCIDENTS, "50011720261122E00001", incident("50011720261122E00001"))
    stage.await_tile("500117030", 30)
    screen = stage.listen()
    before = screen.await_event("snapshot")

    client.flushall()
    eventually(
        lambda: client.get(key(stage, "generation")) and len(stage.snapshot().get("tiles", ())) == 30,
        within_seconds=REBUILT_SECONDS,
    )
    stage.show_tile("500117001", 100)

    assert screen.await_event("reset").data == {"reason": "rebuilt"}
    after = screen.await_event("snapshot", 2)
    assert after.event_id.split("-")[0] != before.event_id.split("-")[0]
    stage.await_tile("500117001", 100)
    tiles = stage.snapshot()["tiles"]
    assert [tiles[f"500117{number:03}|*"]["open"] for number in range(2, 31)] == list(range(2, 31))
    assert "50011720261122E00001" in stage.snapshot()["incidents"]


def test_a_redis_that_is_killed_costs_nothing_but_time(stage: WallStage) -> None:
    stage.start()
    stage.show_tile("500117001", 1)
    stage.await_tile("500117001", 1)
    stage.redis.kill()
    stage.show_tile("500117002", 2)
    patiently(lambda: "Error" in reasons(stage.worker))
    assert stage.worker.get("/health/live")[0] == 200
    patiently(lambda: stage.get("/v1/wall/snapshot")[0] == 503)
    patiently(lambda: stage.get("/health/ready")[0] == 503)

    stage.redis.start()

    stage.await_tile("500117002", 2)
    assert stage.tile("500117001")["open"] == 1
    patiently(lambda: stage.worker.get("/health/ready")[0] == 200)


def test_a_full_redis_is_waited_for_and_then_caught_up(stage: WallStage, client: redis.Redis) -> None:
    stage.start()
    stage.show_tile("500117001", 1)
    stage.await_tile("500117001", 1)
    client.config_set("maxmemory", 1)
    for number in range(2, 8):
        stage.show_tile(f"500117{number:03}", number)
    patiently(lambda: "OutOfMemory" in reasons(stage.worker))
    generation = client.get(key(stage, "generation"))

    client.config_set("maxmemory", 0)

    stage.await_tile("500117007", 7)
    assert [stage.tile(f"500117{number:03}")["open"] for number in range(1, 8)] == list(range(1, 8))
    assert client.get(key(stage, "generation")) == generation


def test_what_is_evicted_alone_is_noticed_and_built_anew(stage: WallStage, client: redis.Redis) -> None:
    stage.start()
    stage.show_tile("500117001", 1)
    stage.await_tile("500117001", 1)
    for lost in ("tiles", "positions", "changes", "generation"):
        before = client.get(key(stage, "generation"))

        client.delete(key(stage, lost))

        await_another_generation(stage, client, before)
        stage.await_tile("500117001", 1)


def test_views_that_come_again_after_a_kill_change_nothing(stage: WallStage) -> None:
    """A killed worker has not committed: it reads old values again, and the newer ones stay."""
    stage.start()
    screen = stage.listen()
    screen.await_event("snapshot")
    for value in range(1, 6):
        stage.show_tile("500117001", value)
    stage.await_tile("500117001", 5)
    changes = len(screen.named("changes"))
    stage.worker.child.kill()

    stage.worker.start()
    stage.show_tile("500117002", 1)

    stage.await_tile("500117002", 1)
    assert stage.tile("500117001")["open"] == 5
    shown_again = [change for event in screen.named("changes")[changes:] for change in event.data]
    assert [change["key"] for change in shown_again] == ["500117002|*"]


def test_two_workers_share_the_views_and_one_of_them_rebuilds(stage: WallStage, client: redis.Redis) -> None:
    stage.start()
    other = stage.another_worker("1")
    other.start(ready=False)
    for number in range(1, 31):
        stage.show_tile(f"500117{number:03}", number)
    stage.await_tile("500117030", 30)

    client.flushall()
    for number in range(1, 31):
        stage.show_tile(f"500117{number:03}", number * 10)

    patiently(
        lambda: (
            [stage.tile(f"500117{number:03}").get("open") for number in range(1, 31)]
            == [number * 10 for number in range(1, 31)]
        )
    )


def test_topics_created_anew_are_not_taken_for_old_ones(stage: WallStage) -> None:
    for value in range(1, 6):
        stage.show_tile("500117001", value)
    stage.start()
    stage.await_tile("500117001", 5)
    stage.worker.child.kill()
    stage.recreate(TILES)
    stage.show_tile("500117002", 1)

    stage.worker.start()

    stage.await_tile("500117002", 1)
    patiently(lambda: stage.tile("500117001") == {})


def test_a_screen_goes_on_at_another_gateway(stage: WallStage) -> None:
    stage.start()
    screen = stage.listen()
    screen.await_event("snapshot")
    stage.show_tile("500117001", 1)
    screen.await_change("500117001|*")
    assert stage.gateway.pid is not None
    os.killpg(stage.gateway.pid, signal.SIGTERM)
    assert stage.gateway.wait(10.0) is not None, "a connected screen keeps the gateway from ending"
    patiently(lambda: screen.ended)
    stage.show_tile("500117001", 2)
    stage.start_gateway()

    again = stage.listen(screen.last_event_id)

    assert again.await_change("500117001|*")["open"] == 2
    assert again.named("reset") == []
