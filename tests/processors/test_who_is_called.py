"""Who is called: by class, urgency and place; the lead of a region wins where all items of the class agree on it."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contract import Fact
from streams.engine.tables import PartitionTables
from streams.facts.rules import Item, ItemException
from streams.facts.vocabulary import Urgency
from streams.processors.dispatch_rules import RULES, find_called
from streams.rules.local_leads import local_lead
from streams.rules.versions import NoRulesInForce
from streams.rules_trial import ruled
from tests.processors.kit import START_AT, call, codec, unit

KINDS = ("town_centre", "city_management", "transport")
REGIONS = ("50011700", "5001171", "500117100", "500117101001", "500117102")


def item(code: str, incident_class: str | None, *exceptions: tuple[str, str], lead: str = "city_management") -> Item:
    """An item; `exceptions` are region and lead."""
    return Item(
        key="rules", occurred_at=START_AT, version="", item=code, name=code, item_class="04", item_type="facilities",
        incident_class=incident_class, urgency="urgent", complexity="simple", lead=lead, assisting=(),
        exceptions=tuple(ItemException(region=region, lead=kind, assisting=()) for region, kind in exceptions),
        on_the_spot=False, area_ladder="area", line_ladder="line", document="建议稿",
    )  # fmt: skip


def called(
    items: Sequence[Item], region: str, incident_class: str = "manhole", urgency: Urgency = "urgent"
) -> str | None:
    rules: list[Fact] = [
        call("manhole", "urgent", "city_management"),
        call("manhole_cover", "urgent", "transport"),
        *items,
        unit("district", "city_management", "500117"),
        unit("roads", "transport", "500117"),
        *(unit(f"town-{town}", "town_centre", town) for town in ("500117001", "500117100", "500117101")),
    ]
    found = find_called(incident_class, urgency, region, ruled(rules, codec()))
    return found.unit.unit if found else None


IN_TOWNS = ("5001171", "town_centre")


@pytest.mark.parametrize(
    ("items", "region", "unit_called"),
    [
        ([], "500117100001001", "district"),
        ([item("0401", "manhole")], "500117100001001", "district"),
        ([item("0401", "manhole", IN_TOWNS)], "500117001001001", "district"),
        ([item("0401", "manhole", IN_TOWNS)], "500117100001001", "town-500117100"),
        ([item("0401", "manhole", IN_TOWNS)], "500117", "district"),
        ([item("0401", "manhole", IN_TOWNS), item("0402", "manhole", IN_TOWNS)], "500117101", "town-500117101"),
        ([item("0401", "manhole", IN_TOWNS), item("0402", "manhole")], "500117101", "district"),
        ([item("0401", "manhole"), item("0402", "manhole", IN_TOWNS)], "500117101", "district"),
        ([item("0401", "manhole", IN_TOWNS), item("9", "manhole", ("5001171", "transport"))], "500117101", "district"),
        ([item("0401", "manhole_cover", IN_TOWNS), item("0402", None, IN_TOWNS)], "500117101", "district"),
    ],
)
def test_the_unit_that_is_called(items: list[Item], region: str, unit_called: str) -> None:
    assert called(items, region) == unit_called


def test_nobody_is_called_for_a_class_or_an_urgency_that_the_list_does_not_have() -> None:
    assert called([item("0401", "manhole", IN_TOWNS)], "500117100", urgency="routine") is None
    assert called([item("0401", "wage", IN_TOWNS)], "500117100", incident_class="wage") is None


def test_an_exception_for_a_kind_without_a_unit_there_calls_nobody_rather_than_somebody_else() -> None:
    assert called([item("0401", "manhole", ("500117102", "town_centre"))], "500117102001001") is None


def test_before_any_rules_are_in_force_it_says_so() -> None:
    with pytest.raises(NoRulesInForce):
        find_called("manhole", "urgent", "500117100", PartitionTables(RULES.tables, codec()))


exceptions = st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from(KINDS)), max_size=2)


@given(st.lists(exceptions, max_size=4), st.sampled_from(["500117001", "500117100", "500117101001001", "500117"]))
def test_a_lead_of_a_region_is_what_every_item_says_in_whatever_order(
    listed: list[list[tuple[str, str]]], region: str
) -> None:
    items = [item(str(number), "manhole", *each) for number, each in enumerate(listed)]
    said: list[Any] = [next((kind for prefix, kind in each if region.startswith(prefix)), None) for each in listed]
    expected = said[0] if said and all(one == said[0] for one in said) else None
    assert local_lead(items, region) == expected
    assert local_lead(reversed(items), region) == expected
