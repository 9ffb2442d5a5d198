"""Differences of rules: item by item, field by field, both ways."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.cities.city import CITIES, Rule, read_city
from streams.facts.rules import Call, Item
from streams.rules_difference import differences

RULES = read_city(CITIES / "hechuan").rules
ITEM = next(rule for rule in RULES if isinstance(rule, Item) and rule.item == "0401")
CALL = next(rule for rule in RULES if isinstance(rule, Call))


def test_a_changed_field_is_shown_with_both_values() -> None:
    (found,) = differences([ITEM], [replace(ITEM, lead="housing", complexity="difficult")])
    assert (found.kind, found.name, found.change) == ("item", "0401", "changed")
    assert found.fields == {"lead": ("city_management", "housing"), "complexity": ("simple", "difficult")}


def test_what_is_new_and_what_is_gone_is_shown_with_all_that_it_says() -> None:
    gone, new = differences([CALL], [ITEM])
    assert (gone.change, new.change) == ("removed", "added")
    assert gone.fields["unit_kind"] == (CALL.unit_kind, None)
    assert new.fields["lead"] == (None, "city_management")


def test_what_follows_from_publishing_is_no_difference() -> None:
    published = replace(ITEM, id="rules:1-x:item:0401", source="rules", trace="t", version="1-x", occurred_at=1)
    assert differences([published], [ITEM]) == []


@given(st.sets(st.sampled_from(RULES)), st.sets(st.sampled_from(RULES)), st.randoms(use_true_random=False))
def test_added_and_removed_are_the_two_sides_of_one_difference(
    before: set[Rule], after: set[Rule], random: Random
) -> None:
    shuffled = sorted(after, key=lambda _: random.random())
    there = {(one.kind, one.name): one.change for one in differences(before, shuffled)}
    back = {(one.kind, one.name): one.change for one in differences(after, before)}
    assert there.keys() == back.keys()
    assert len(there) == len(before ^ after)
    assert sorted(there.values()).count("added") == len(after - before)
    assert sorted(back.values()).count("removed") == len(after - before)
