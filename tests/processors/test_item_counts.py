"""Items that no longer come: those that rows may leave out are missed beyond chance, and no sooner than in a week."""

from collections.abc import Mapping

import pytest

from streams.engine.memory import MemoryHub
from tests.processors.kit import DAY, HOUR
from tests.processors.told_batches import source, sources_hub, tell


@pytest.fixture
def hub() -> MemoryHub:
    return sources_hub()


def tell_hourly(hub: MemoryHub, rows: int, lacking: Mapping[str, int] | None, *, items: tuple[str, ...] = ()) -> None:
    """A batch an hour after the last, of rows that all have an alarm number."""
    hub.advance_to(hub.now + HOUR)
    items_of_rows = dict.fromkeys(("alarm_no", *items), hub.now)
    tell(hub, rows=rows, items=items_of_rows, period_seconds=7200, lacking=lacking)


def point_comes(hub: MemoryHub, hours: int) -> None:
    for _ in range(hours):
        tell_hourly(hub, 10, {"geo_point": 1}, items=("geo_point",))


def point_stays_away(hub: MemoryHub, hours: int) -> None:
    for _ in range(hours):
        tell_hourly(hub, 10, {"geo_point": 10})


def test_an_item_that_nearly_every_row_has_is_missing_after_a_week_without_it(hub: MemoryHub) -> None:
    point_comes(hub, 24)
    point_stays_away(hub, 7 * 24 - 1)
    assert source(hub).missing == ()
    point_stays_away(hub, 1)
    assert source(hub).missing == ("geo_point",)
    assert source(hub).fresh_items(hub.now) == {"alarm_no"}


def test_it_is_seen_again_with_the_first_row_that_has_it_also_after_a_restart(hub: MemoryHub) -> None:
    point_comes(hub, 24)
    point_stays_away(hub, 8 * 24)
    hub.restart()
    tell_hourly(hub, 0, {"geo_point": 0})
    assert source(hub).missing == ("geo_point",)
    point_comes(hub, 1)
    assert source(hub).fresh_items(hub.now) == {"alarm_no", "geo_point"}


def test_an_item_of_few_rows_is_not_missed_when_few_rows_came(hub: MemoryHub) -> None:
    tell_hourly(hub, 1, {"revisit_result": 0}, items=("revisit_result",))
    for _ in range(30):
        tell_hourly(hub, 5, {"revisit_result": 5})
    hub.advance_to(hub.now + 30 * DAY)
    tell_hourly(hub, 5, {"revisit_result": 5})
    assert source(hub).missing == ()


def test_an_item_that_never_came_is_not_fresh_and_not_missing(hub: MemoryHub) -> None:
    point_stays_away(hub, 30 * 24)
    assert source(hub).missing == ()
    assert source(hub).fresh_items(hub.now) == {"alarm_no"}


def test_without_word_of_what_was_left_out_nothing_is_missing_and_nothing_kept(hub: MemoryHub) -> None:
    for _ in range(24):
        tell_hourly(hub, 10, None)
    assert source(hub).missing == ()
    assert not [key for key in hub.owners[0].changelog if key.startswith("items/")]


def test_no_item_of_a_system_that_is_late_is_fresh(hub: MemoryHub) -> None:
    point_comes(hub, 1)
    late_at = source(hub).late_at
    assert source(hub).fresh_items(late_at - 1) == {"alarm_no", "geo_point"}
    assert source(hub).fresh_items(late_at) == frozenset()
