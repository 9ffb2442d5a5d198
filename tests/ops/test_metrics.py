"""The catalogue of metrics: one name each, kept to the rules, as the table in `ops/metrics.md` says."""

import time
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams import metrics
from streams.facts.views import Source
from streams.metric_registry import CATALOGUE, LABELS, MOST_VALUES, OTHER, a_counter
from streams.metrics import DoorMetrics, HearingMetrics, ProcessorMetrics, WallMetrics

REPOSITORY = Path(__file__).resolve().parents[2]
UNITS = {
    "attempts",
    "chains",
    "clocks",
    "connections",
    "devices",
    "differences",
    "entries",
    "facts",
    "failures",
    "findings",
    "levels",
    "info",
    "matters",
    "items",
    "orders",
    "outputs",
    "places",
    "rebuilds",
    "receipts",
    "records",
    "refusals",
    "renewals",
    "requests",
    "resets",
    "results",
    "reviews",
    "rows",
    "seconds",
    "stops",
    "ticks",
    "transactions",
}


def value(name: str, **labels: str) -> float | None:
    return metrics.REGISTRY.get_sample_value(name, labels)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_name_is_hub_subject_unit(name: str) -> None:
    metric = CATALOGUE[name]
    assert name.endswith("_total") == (metric.kind == "counter")
    words = name.removesuffix("_total").split("_")
    assert words[0] == "hub"
    assert len(words) >= 3
    assert words[-1] in UNITS
    assert metric.help


def test_every_label_says_what_bounds_it() -> None:
    assert {label for metric in CATALOGUE.values() for label in metric.labels} == LABELS.keys()


def test_what_is_scraped_is_in_the_catalogue() -> None:
    families = {family.name for family in text_string_to_metric_families(metrics.exposition().decode())}
    known = {name.removesuffix("_total") for name in CATALOGUE}
    assert {name for name in families if not name.startswith("process_")} <= known
    assert known - families == set()


def test_the_table_in_the_documentation_is_the_catalogue() -> None:
    assert (REPOSITORY / "ops" / "metrics.md").read_text(encoding="utf-8") == metrics.table()


def test_a_second_metric_of_the_same_name_is_refused() -> None:
    with pytest.raises(ValueError, match="hub_wall_resets_total is named twice"):
        a_counter("hub_wall_resets_total", "again")


def test_lag_grows_while_the_owner_hangs_and_is_gone_with_the_partition() -> None:
    partition = ProcessorMetrics("lagging").partition(3)
    partition.current_until = time.time_ns() // 1_000_000 - 40_000
    lag = value("hub_processor_lag_seconds", processor="lagging", partition="3")
    assert lag is not None
    assert lag >= 40
    partition.forget()
    partition.forget()
    assert value("hub_processor_lag_seconds", processor="lagging", partition="3") is None
    assert value("hub_clock_pending_entries", processor="lagging", partition="3") is None


def test_a_due_moment_to_come_is_not_overdue() -> None:
    partition = ProcessorMetrics("punctual").partition(0)
    assert value("hub_clock_overdue_seconds", processor="punctual", partition="0") == 0
    partition.next_due_at = time.time_ns() // 1_000_000 + 60_000
    assert value("hub_clock_overdue_seconds", processor="punctual", partition="0") == 0
    partition.next_due_at -= 90_000
    overdue = value("hub_clock_overdue_seconds", processor="punctual", partition="0")
    assert overdue is not None
    assert overdue >= 30


def seen(system: str, now: int, **said: Any) -> Source:
    """A system heard at an instant, late after a minute and silent after three."""
    fields: dict[str, Any] = {"items": {"alarm_no": now, "geo_point": now}, "hearing": "live", **said}
    return Source(
        system=system, state="fresh", last_seen_at=now, newest_at=now, rows=1, facts=1, wrong=0, late=0,
        fresh_seconds=5, as_of=now, late_at=now + 60_000, silent_at=now + 180_000, **fields,
    )  # fmt: skip


def test_items_of_a_system_are_fresh_while_it_is_heard_even_if_the_view_stands_still() -> None:
    now = time.time_ns() // 1_000_000
    figures = HearingMetrics("quiet_system", items=8)
    assert value("hub_source_contract_items", system="quiet_system") == 8
    assert value("hub_source_fresh_items", system="quiet_system") == 0
    figures.show(seen("quiet_system", now))
    assert value("hub_source_fresh_items", system="quiet_system") == 2
    assert value("hub_source_silent_timestamp_seconds", system="quiet_system") == (now + 180_000) / 1000
    figures.show(seen("quiet_system", now, missing=("geo_point",)))
    assert value("hub_source_fresh_items", system="quiet_system") == 1
    figures.show(seen("quiet_system", now - 60_000))
    assert value("hub_source_fresh_items", system="quiet_system") == 0


def test_a_system_that_was_never_heard_is_waited_for_from_when_the_view_has_been_read() -> None:
    now = time.time_ns() // 1_000_000
    figures = {name: HearingMetrics(name, items=1) for name in ("new_system", "known_system")}
    figures["known_system"].show(seen("known_system", now - 3_600_000))
    assert value("hub_source_silent_timestamp_seconds", system="new_system") is None
    for each in figures.values():
        each.await_first(300)
    silent_at = value("hub_source_silent_timestamp_seconds", system="new_system")
    assert silent_at is not None
    assert silent_at >= now / 1000 + 300
    assert value("hub_source_silent_timestamp_seconds", system="known_system") == (now - 3_420_000) / 1000


def test_reasons_without_end_are_clipped() -> None:
    clipped = metrics._Clipped()
    reasons = [clipped(f"reason {number}") for number in range(3 * MOST_VALUES)]
    assert reasons[:MOST_VALUES] == [f"reason {number}" for number in range(MOST_VALUES)]
    assert set(reasons[MOST_VALUES:]) == {OTHER}
    assert clipped("reason 0") == "reason 0"


def test_answers_are_counted_by_their_class() -> None:
    door = DoorMetrics("/v1/tried")
    for status in (200, 201, 304, 400, 429, 503):
        door.answered(status, 0.01)
    counts = {
        status: value("hub_gateway_requests_total", door="/v1/tried", status=status) for status in ("2xx", "4xx", "5xx")
    }
    assert counts == {"2xx": 3, "4xx": 2, "5xx": 1}


def test_a_screen_counts_only_while_it_is_connected() -> None:
    wall = WallMetrics()
    with wall.client(), wall.client():
        assert value("hub_wall_client_connections") == 2
    assert value("hub_wall_client_connections") == 0
