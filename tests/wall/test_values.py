"""What records of views become on the wall: JSON of what is open, nothing of what has ended, the last of each key."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.codec import Codec, Origin, UnknownSchema
from streams.facts import situation, views
from streams.topology import load_topology
from streams.wall.cache import KINDS, SHOWN
from streams.wall.values import GONE, OFFICERS, WallChange, newest, wall_change
from tests.wall.desk_stage import asking, review_of, supervised

CODEC = Codec.load()
TILES = "hub.view.tiles.v1"
TILE = views.Tile(
    region="500117001",
    tier="town",
    incident_class="*",
    open=3,
    acknowledged=1,
    overdue=0,
    as_of=1_700_000_000_000,
    caused_by="zz:1",
)


def change_of(value: Any, offset: int = 7, topic: str = TILES, key: str = "500117001|*") -> WallChange:
    data = None if value is None else CODEC.encode(value)
    return wall_change(CODEC, Origin(topic, 0, offset), key.encode(), data, "zz:0")


def test_the_agent_of_the_cache_reads_every_view_that_the_wall_shows_and_no_other() -> None:
    assert set(load_topology(environment={}).agents["wall_cache"].reads) == set(KINDS)


def test_a_tile_is_shown_with_the_place_it_comes_from() -> None:
    change = change_of(TILE)

    shown = json.loads(change.json())

    assert (change.kind, change.key, change.as_of) == ("tiles", "500117001|*", TILE.as_of)
    assert shown["open"] == 3
    assert "caused_by" not in shown
    assert shown["origin"] == {"topic": TILES, "partition": 0, "offset": 7, "caused_by": "zz:1"}


def test_a_deleted_key_leaves_the_wall() -> None:
    change = change_of(None)

    assert change.json() == GONE
    assert change.as_of is None


def test_no_officer_is_told_on_the_wall_only_the_post() -> None:
    matter = asking(1, requested_officer="GS-1024", decided_officer="DD-2048", decided_post="值班长")
    (order,) = matter.orders
    shown = change_of(replace(matter, orders=(replace(order, resolved_by="GS-1024"),)), topic="hub.view.matters.v1")

    text = shown.json().decode()

    assert "GS-1024" not in text
    assert "DD-2048" not in text
    assert json.loads(text)["orders"][0]["requests"][0]["decided_post"] == "值班长"


def test_every_field_of_a_view_that_names_an_officer_is_left_out() -> None:
    topics = load_topology().topics
    schemas = {schema for topic, kind in KINDS.items() if kind in SHOWN for schema in topics[topic].schemas}
    said = [field for schema in schemas for field in fields_of(CODEC.schemas[schema].definition)]

    assert {name for name, meaning in said if "人员工号" in meaning or "决定人" in meaning} == OFFICERS


def fields_of(definition: Any) -> Iterator[tuple[str, str]]:
    """Name and meaning of each field of a schema, in all the records that it holds."""
    if isinstance(definition, list):
        for branch in definition:
            yield from fields_of(branch)
    elif isinstance(definition, dict):
        for field in definition.get("fields", ()):
            yield field["name"], field.get("doc", "")
            yield from fields_of(field["type"])
        yield from fields_of(definition.get("items"))
        yield from fields_of(definition["type"] if isinstance(definition.get("type"), list | dict) else None)


@pytest.mark.parametrize("state", ["closed", "replaced"])
def test_an_incident_that_is_closed_or_went_into_another_leaves_the_wall(state: Any) -> None:
    number = "50011720261122E00002"
    incident = views.Incident(
        incident_no=number, incident_class="fire", urgency="urgent", state="resolved", region="500117", opened_at=0,
        last_report_at=0, reports=1, systems=(), as_of=1,
    )  # fmt: skip

    assert change_of(incident, topic="hub.view.incidents.v1", key=number).json() != GONE
    assert change_of(replace(incident, state=state), topic="hub.view.incidents.v1", key=number).json() == GONE


@pytest.mark.parametrize(
    ("matter", "waits"),
    [
        (asking(1), False),
        (asking(1, request="correct"), True),
        (asking(1, request="correct", state="approved"), False),
        (supervised(1), True),
        (supervised(1, state="signed"), False),
        (supervised(1, state="answered"), True),
        (supervised(1, state="signed_off"), False),
    ],
)
def test_a_closed_matter_stays_for_as_long_as_somebody_of_the_centre_has_to_decide(
    matter: views.Matter, *, waits: bool
) -> None:
    topic, number = "hub.view.matters.v1", matter.matter_no
    assert change_of(matter, topic=topic, key=number).json() != GONE
    assert (change_of(replace(matter, state="closed"), topic=topic, key=number).json() != GONE) == waits


@pytest.mark.parametrize("state", ["joined", "apart", "lapsed"])
def test_a_review_that_was_decided_leaves_the_cache(state: Any) -> None:
    topic = "hub.view.reviews.v1"
    assert change_of(review_of(), topic=topic, key="1/2").json() != GONE
    assert change_of(review_of(state=state), topic=topic, key="1/2").json() == GONE


def test_what_is_no_view_is_refused() -> None:
    moved = situation.MatterMoved(
        id="x",
        key="500117",
        source="dispatch",
        trace="x",
        occurred_at=1,
        matter_no="50011720261122M00001",
        incident_class="noise",
        region="500117001",
        open=True,
        acknowledged=False,
        overdue=False,
    )
    with pytest.raises(UnknownSchema):
        change_of(moved)


def test_of_a_key_that_changed_twice_only_the_last_value_is_written() -> None:
    first, other, last = change_of(TILE, 1), change_of(TILE, 2, key="500117|*"), change_of(replace(TILE, open=4), 3)

    assert newest([first, other, last]) == [other, last]


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_what_is_left_is_the_last_of_each_key_in_the_order_of_the_log(keys: list[str]) -> None:
    changes = [change_of(TILE, offset, key=key) for offset, key in enumerate(keys)]

    left = newest(changes)

    assert {change.key: change.origin.offset for change in left} == {key: at for at, key in enumerate(keys)}
    assert [change.origin.offset for change in left] == sorted(change.origin.offset for change in left)
    assert not keys or left[-1] is changes[-1]


@pytest.mark.parametrize("subject", [None, "service_due", "help_call", "right", "access_review"])
def test_what_is_owed_to_a_person_is_nowhere_on_the_wall(subject: Any) -> None:
    number = "50011720261122M00001"
    matter = views.Matter(
        matter_no=number, incident_no="50011720261122E00001", incident_class="fire", urgency="urgent", region="500117",
        state="assigned", opened_at=0, orders=(), clocks=(), as_of=1, subject=subject,
    )  # fmt: skip

    change = change_of(matter, topic="hub.view.matters.v1", key=number)

    assert (change.json() == GONE) == (subject is not None)


def test_counts_of_persons_say_that_they_are_the_least() -> None:
    tile = replace(TILE, incident_class="service_due", at_least=True)
    assert json.loads(change_of(tile).json())["at_least"] is True
