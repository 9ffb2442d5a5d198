"""Tiles: every matter counts once at each tier and in its class, and the sums agree at every instant."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.engine.memory import MemoryHub
from streams.facts import views
from streams.facts.situation import MatterMoved
from streams.processors.situation import Situation
from tests.processors.kit import GRID, SITUATION, START_AT, TILE_VIEW, Centre, codec, figures, topology
from tests.processors.sums import NOTHING, Figures, added, assert_sums

Tiles = dict[str, Figures]

REGIONS = ("500117001001001", "500117001001002", "500117001002001", "500117002001001", "500117001001", "500117002",
           "500117", "500151001001001")  # fmt: skip
CLASSES = ("burst_main", "flooding")


def situation_hub() -> MemoryHub:
    """The situation alone; what dispatch would say is written to its log."""
    return MemoryHub(topology(), {"situation": Situation()}, codec(), START_AT)


def moved(number: int, matter: int, region: str, incident_class: str, counts: tuple[bool, bool, bool]) -> MatterMoved:
    is_open, acknowledged, overdue = counts
    return MatterMoved(
        id=f"move:{number}",
        key=region[:6],
        trace=f"move:{number}",
        occurred_at=START_AT,
        matter_no=f"{region[:6]}20260921M{matter:05}",
        incident_class=incident_class,
        region=region,
        open=is_open,
        acknowledged=acknowledged,
        overdue=overdue,
    )


def move(hub: MemoryHub, *moves: MatterMoved) -> Tiles:
    for each in moves:
        hub.publish(SITUATION, each)
    hub.settle()
    return figures(hub.latest(TILE_VIEW))


OPEN, ACKNOWLEDGED, OVERDUE, CLOSED = (
    (True, False, False),
    (True, True, False),
    (True, False, True),
    (False, True, False),
)


def test_a_matter_counts_at_every_tier_in_its_class_and_over_all() -> None:
    tiles = move(situation_hub(), moved(1, 1, GRID, "burst_main", OPEN))
    assert tiles == {
        f"{region}|{incident_class}": (1, 0, 0)
        for region in ("500117", "500117001", "500117001001", "500117001001001")
        for incident_class in ("burst_main", "*")
    }


def test_what_is_known_only_of_a_town_counts_in_its_village_and_grid_of_zeros() -> None:
    tiles = move(situation_hub(), moved(1, 1, "500117001", "burst_main", OPEN))
    regions = {key.partition("|")[0] for key in tiles}
    assert regions == {"500117", "500117001", "500117001000", "500117001000000"}


def test_what_is_known_only_of_the_district_counts_in_a_town_of_zeros() -> None:
    tiles = move(situation_hub(), moved(1, 1, "500117", "burst_main", OPEN))
    assert {key.partition("|")[0] for key in tiles} == {
        "500117", "500117000", "500117000000", "500117000000000",
    }  # fmt: skip


def test_a_matter_that_moves_counts_as_it_stands_now() -> None:
    hub = situation_hub()
    move(hub, moved(1, 1, GRID, "burst_main", OPEN))
    assert move(hub, moved(2, 1, GRID, "burst_main", ACKNOWLEDGED))["500117|*"] == (1, 1, 0)
    assert move(hub, moved(3, 1, GRID, "burst_main", OVERDUE))["500117|*"] == (1, 0, 1)
    assert move(hub, moved(4, 1, GRID, "burst_main", CLOSED))["500117|*"] == (0, 0, 0)


def test_a_closed_matter_is_forgotten_and_its_second_closing_takes_nothing_away() -> None:
    hub = situation_hub()
    move(hub, moved(1, 1, GRID, "burst_main", OPEN), moved(2, 2, GRID, "burst_main", OPEN))
    move(hub, moved(3, 1, GRID, "burst_main", CLOSED))
    assert move(hub, moved(4, 1, GRID, "burst_main", CLOSED))["500117|*"] == (1, 0, 0)


def test_the_closing_of_a_matter_never_seen_changes_nothing() -> None:
    assert move(situation_hub(), moved(1, 1, GRID, "burst_main", CLOSED)) == {}


def test_a_move_that_changes_no_figure_is_not_shown() -> None:
    hub = situation_hub()
    move(hub, moved(1, 1, GRID, "burst_main", OPEN), moved(2, 1, GRID, "burst_main", OPEN))
    assert len(hub.values(TILE_VIEW)) == 8


def test_a_matter_that_changes_place_or_class_leaves_the_tiles_it_counted_in() -> None:
    hub = situation_hub()
    move(hub, moved(1, 1, "500117001001001", "burst_main", OPEN))
    tiles = move(hub, moved(2, 1, "500117001001002", "flooding", OPEN))
    assert tiles["500117001001001|burst_main"] == tiles["500117001001001|*"] == (0, 0, 0)
    assert tiles["500117001001002|flooding"] == tiles["500117|*"] == tiles["500117|flooding"] == (1, 0, 0)


def test_a_figure_says_as_of_when_and_by_what() -> None:
    hub = situation_hub()
    hub.advance_to(START_AT + 5_000)
    move(hub, moved(7, 1, GRID, "burst_main", OPEN))
    tile = hub.latest(TILE_VIEW)[f"{GRID}|burst_main"]
    assert (tile.tier, tile.as_of, tile.caused_by) == ("grid", START_AT + 5_000, "move:7")


def test_the_wall_counts_what_dispatch_does() -> None:
    centre = Centre()
    centre.report("1", incident_class="burst_main")
    centre.report("2", incident_class="gas_leak")
    centre.end_attempt("delivered")
    centre.answer("acknowledge")
    assert centre.tiles()["500117|*"] == (2, 1, 0)
    assert centre.tiles()["500117|burst_main"] == (1, 1, 0)
    centre.answer("reply")
    assert centre.tiles()["500117|*"] == (1, 0, 0)


# Sums, over any moves.


MOVES = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(REGIONS),
        st.sampled_from(CLASSES),
        st.tuples(st.booleans(), st.booleans(), st.booleans()),
    ),
    max_size=25,
)


@settings(max_examples=100, deadline=None)
@given(MOVES)
def test_figures_are_what_counting_anew_gives(
    moves: list[tuple[int, str, str, tuple[bool, bool, bool]]],
) -> None:
    facts = [moved(number, *said) for number, said in enumerate(moves)]
    tiles = move(situation_hub(), *facts)
    counted: Tiles = dict.fromkeys(tiles, NOTHING)
    for last in {fact.matter_no: fact for fact in facts}.values():
        for key in keys_of(last) if last.open else ():
            counted[key] = added(counted[key], (1, int(last.acknowledged), int(last.overdue)))
    assert tiles == counted


@settings(max_examples=100, deadline=None)
@given(MOVES)
def test_tiers_and_classes_add_up_after_every_move(
    moves: list[tuple[int, str, str, tuple[bool, bool, bool]]],
) -> None:
    hub = situation_hub()
    move(hub, *(moved(number, *said) for number, said in enumerate(moves)))
    for tiles in instants(hub):
        assert_sums(tiles)


def instants(hub: MemoryHub) -> Iterator[Tiles]:
    """The tiles as they stood after each move: what one move changes is written in one transaction."""
    changed: dict[str, list[views.Tile]] = {}
    for tile in hub.values(TILE_VIEW):
        changed.setdefault(tile.caused_by, []).append(tile)
    tiles: dict[str, views.Tile] = {}
    for caused_by in sorted(changed, key=lambda cause: int(cause.partition(":")[2])):
        tiles |= {f"{tile.region}|{tile.incident_class}": tile for tile in changed[caused_by]}
        yield figures(tiles)


def keys_of(fact: MatterMoved) -> Iterator[str]:
    whole = fact.region.ljust(15, "0")
    for digits in (6, 9, 12, 15):
        for incident_class in (fact.incident_class, "*"):
            yield f"{whole[:digits]}|{incident_class}"


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_and_all_above_it_are_prefixes_of_one_another(region: str) -> None:
    tiles = move(situation_hub(), moved(1, 1, region, "flooding", OPEN))
    regions = sorted({key.partition("|")[0] for key in tiles}, key=len)
    assert [len(each) for each in regions] == [6, 9, 12, 15]
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(regions))
