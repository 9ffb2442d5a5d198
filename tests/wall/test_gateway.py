"""Snapshot and stream through the whole chain: a view on Kafka, the cache's worker, Redis, the gateway."""

import json

import pytest

from tests.hosting.patiently import patiently
from tests.wall.wall_stage import INCIDENTS, MATTERS, SOURCES, TILES, WallStage, incident, matter, source


def test_a_tile_is_shown_with_where_it_came_from(wall: WallStage) -> None:
    wall.show_tile("500117001", 3)
    wall.await_tile("500117001", 3)

    tile = wall.tile("500117001")

    assert tile["origin"] == {
        "topic": TILES,
        "partition": tile["origin"]["partition"],
        "offset": tile["origin"]["offset"],
        "caused_by": "cause of 500117001",
    }
    assert (tile["tier"], tile["overdue"], tile["acknowledged"]) == ("town", 0, 0)


def test_every_kind_of_view_reaches_the_snapshot(wall: WallStage) -> None:
    wall.show(INCIDENTS, "50011720261122E00001", incident("50011720261122E00001"))
    wall.show(MATTERS, "50011720261122M00001", matter("50011720261122M00001"))
    wall.show(SOURCES, "ga_alarm110", source("ga_alarm110"))

    patiently(lambda: all(wall.snapshot().get(kind) for kind in ("incidents", "matters", "sources")))
    snapshot = wall.snapshot()

    shown = snapshot["incidents"]["50011720261122E00001"]
    assert (shown["state"], shown["reports"], shown["origin"]["caused_by"]) == (
        "assigned",
        3,
        "row of 50011720261122E00001",
    )
    assert snapshot["matters"]["50011720261122M00001"]["orders"][0]["clocks"][0]["kind"] == "acknowledge"
    assert snapshot["sources"]["ga_alarm110"]["fresh_seconds"] == 60


def test_a_screen_gets_a_snapshot_and_then_what_changes(wall: WallStage) -> None:
    wall.show_tile("500117002", 1)
    wall.await_tile("500117002", 1)
    screen = wall.listen()
    assert screen.await_event("snapshot").data["tiles"]["500117002|*"]["open"] == 1

    wall.show_tile("500117002", 2)

    assert patiently(lambda: screen.await_change("500117002|*")["open"] == 2)


def test_a_screen_that_comes_back_gets_only_what_it_missed(wall: WallStage) -> None:
    screen = wall.listen()
    screen.await_event("snapshot")
    wall.show_tile("500117003", 1)
    screen.await_change("500117003|*")
    screen.close()
    wall.show_tile("500117003", 2)
    wall.show_tile("500117004", 7)
    wall.await_tile("500117004", 7)

    again = wall.listen(screen.last_event_id)

    assert again.await_change("500117004|*")["open"] == 7
    assert again.await_change("500117003|*")["open"] == 2
    assert again.named("snapshot") == again.named("reset") == []


@pytest.mark.parametrize("last_event_id", ["abcdef012345-1795305600000-0", "nonsense", "a-b-c"])
def test_a_foreign_event_id_gets_a_reset_and_then_a_snapshot(wall: WallStage, last_event_id: str) -> None:
    screen = wall.listen(last_event_id)

    screen.await_event("snapshot")

    names = [event.name for event in screen.events if event.name != "heartbeat"]
    assert names[:2] == ["reset", "snapshot"]
    assert screen.named("reset")[0].data == {"reason": "unknown"}


def test_an_event_id_that_was_trimmed_away_gets_a_reset(wall: WallStage) -> None:
    generation = wall.snapshot()["last_event_id"].split("-")[0]

    screen = wall.listen(f"{generation}-1000-0")

    screen.await_event("snapshot")
    assert screen.named("reset")


def test_a_heartbeat_says_up_to_when_the_wall_is_current(wall: WallStage) -> None:
    screen = wall.listen()

    beat = patiently(lambda: [event.data for event in screen.named("heartbeat") if event.data["current_until"]])[-1]

    assert beat["whole"] is True
    assert beat["now"] - beat["current_until"] < 15_000


@pytest.mark.parametrize("state", ["closed", "replaced", "tombstone"])
def test_what_is_closed_or_deleted_leaves_the_wall(wall: WallStage, state: str) -> None:
    key = f"50011720261122E0010{len(state)}"
    wall.show(INCIDENTS, key, incident(key))
    patiently(lambda: key in wall.snapshot()["incidents"])
    screen = wall.listen()
    screen.await_event("snapshot")

    if state == "tombstone":
        wall.topics.append(INCIDENTS, key, None)
    else:
        wall.show(INCIDENTS, key, incident(key, state=state))

    assert screen.await_change(key) is None
    patiently(lambda: key not in wall.snapshot()["incidents"])


def test_many_screens_are_served_by_one_reader(wall: WallStage) -> None:
    screens = [wall.listen() for _ in range(20)]
    for screen in screens:
        screen.await_event("snapshot")

    wall.show_tile("500117005", 9)

    assert all(screen.await_change("500117005|*")["open"] == 9 for screen in screens)
    assert b"hub_wall_client_connections" in wall.get("/metrics")[1]


def test_a_view_that_cannot_be_read_is_quarantined_and_the_next_is_shown(wall: WallStage) -> None:
    wall.topics.append(TILES, "500117006|*", b"\x00\x00\x00\x00\x19noise")
    wall.show_tile("500117006", 4)

    wall.await_tile("500117006", 4)
    held = patiently(lambda: wall.topics.records("hub.quarantine.v1"))[0]
    assert (held.owner, held.stage, held.topic) == ("wall_cache", "decode", TILES)


def test_names_come_from_the_city(wall: WallStage) -> None:
    names = json.loads(wall.get("/v1/wall/names")[1])

    assert names["city"] == {"code": "500117", "name": "合川区", "data_items": 356}
    assert names["regions"]["500117001"] == "合阳城街道"
    assert names["classes"]["burst_main"] == "供水管爆裂"
    assert names["units"]["500117-water_utility"] == "合川区供水公司抢修队"
    assert names["systems"]["ga_alarm110"] == "110接处警系统"


def test_health_and_metrics_answer(wall: WallStage) -> None:
    assert wall.get("/health/live")[0] == 200
    assert json.loads(wall.get("/health/ready")[1])["ready"] is True
    status, text = wall.worker.get("/metrics")
    assert status == 200
    assert b"hub_wall_age_seconds_bucket" in text
