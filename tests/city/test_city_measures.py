"""Levels of alert and other measures of a city are read whole, and what cannot be meant is said where it stands."""

from pathlib import Path

import pytest

from streams.cities.city import read_city
from streams.facts.incidents import IncidentActRule
from streams.facts.measures import Authority, MeasureRule
from streams.facts.rules import ClockLimit, Limit
from streams.rules.hastening import hastened, share
from tests.hechuan import expect_fault, faults_of, hechuan, spoil


@pytest.fixture
def modes(copy: Path) -> Path:
    return copy / "modes.yaml"


def levels() -> dict[str, MeasureRule]:
    return {rule.measure: rule for rule in hechuan().rules if isinstance(rule, MeasureRule)}


def test_hechuan_has_four_levels_each_with_its_authority_and_says_who_may_do_the_rest() -> None:
    found = levels()
    acts = ["raise_urgency", "lower_urgency", "outage", "seal"]
    assert list(found) == ["level_1", "level_2", "level_3", "level_4", *acts]
    assert all(rule.ordered_by for rule in found.values())
    assert all(rule.reaction_minutes and rule.review_hours for name, rule in found.items() if name.startswith("level"))
    assert [one.role for one in found["lower_urgency"].ordered_by] == ["shift_leader"]


def test_hechuan_says_who_may_decide_each_act_on_incidents() -> None:
    found = {rule.act: rule for rule in hechuan().rules if isinstance(rule, IncidentActRule)}
    assert list(found) == ["merge", "split", "link", "review"]
    leader, desk = Authority(role="shift_leader"), Authority(role="duty_officer", unit="500117-district_centre")
    assert all(rule.ordered_by == (desk, leader) and rule.document for rule in found.values())


def test_no_level_of_hechuan_gives_a_clock_more_time_than_every_day() -> None:
    minutes = {"minute": 1, "hour": 60, "natural_day": 1_440}
    everyday = [rule for rule in hechuan().rules if isinstance(rule, ClockLimit)]
    compared = 0
    for level in levels().values():
        for one in everyday:
            limit = hastened(level, "flooding", one.urgency, one.kind, one.limit)
            if limit is not None and limit.unit in minutes and one.limit.unit in minutes:
                compared += 1
                assert limit.amount * minutes[limit.unit] <= one.limit.amount * minutes[one.limit.unit]
    assert compared > 20


@pytest.mark.parametrize(
    ("limit", "percent", "left"),
    [
        ((5, "minute"), 50, (3, "minute")), ((1, "hour"), 50, (30, "minute")), ((24, "hour"), 50, (12, "hour")),
        ((1, "natural_day"), 50, (12, "hour")), ((5, "office_day"), 50, (3, "office_day")),
        ((1, "month"), 50, (1, "month")), ((1, "minute"), 1, (1, "minute")),
    ],
)  # fmt: skip
def test_a_share_is_rounded_up_to_the_minute_or_to_whole_units(
    limit: tuple[int, str], percent: int, left: tuple[int, str]
) -> None:
    whole = Limit(
        amount=limit[0], unit=limit[1], start="at", day_end="same_time", rolls_over=False, calendar="office",  # type: ignore[arg-type]
        document="",
    )  # fmt: skip
    found = share(whole, percent)
    assert (found.amount, found.unit) == left


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("level: level_1", "level: level_9", "unknown level 'level_9'; did you mean"),
        ("level: level_2", "level: level_1", "level_1 stands here a second time"),
        ("role: commander, unit: 500117-emergency", "role: commander, unit: 500117-emergencies", "unknown unit"),
        ("reaction_minutes: 5", "reaction_minutes: 30", "leaves less time to react than a higher one"),
        ("    reaction_minutes: 5\n", "", "'reaction_minutes' is missing"),
        ("review_hours: 6", "review_hours: 0", "'review_hours' must be from 1 to 168, not 0"),
        ("flooding, high_water", "flood, high_water", "unknown dispatched class 'flood'; did you mean 'flooding'?"),
        ("families: [order, everyday]", "families: [order, flood]", "'burst_main' stands in two effects of one level"),
        ("families: [order, everyday]", "families: [order, quiet]", "unknown family 'quiet'"),
        ("also_called: [town_centre]", "also_called: [army]", "unknown kind of unit 'army'"),
        ("kinds: [acknowledge], amount: 3", "kinds: [acknowledges], amount: 3", "unknown kind of clock 'acknowledges'"),
        ("kinds: [resolve, reply], percent: 50", "kinds: [arrive], percent: 50", "no time to arrive for routine"),
        ("percent: 50", "percent: 100", "'percent' must be from 1 to 99, not 100"),
        ("amount: 3, unit: minute", "amount: 3, unit: minutes", "unknown unit 'minutes'; did you mean 'minute'?"),
        ("hit_percent: 50, ", "", "'hit_percent' is missing"),
        ("act: outage", "act: outages", "unknown act 'outages'"),
        ("[{role: shift_leader, unit: 500117-district_centre}]}\n  # A", "[]}\n  # A", "nobody may order it"),
        ("act: merge", "act: merges", "unknown act on incidents 'merges'"),
        ("act: split", "act: merge", "merge stands here a second time"),
        ("act: link", "act: review", "nothing is said of 'link'"),
        ("name: 并案, ", "", "'name' is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_where_it_stands(modes: Path, before: str, after: str, said: str) -> None:
    expect_fault(modes, before, after, said)


def test_a_level_that_does_not_say_that_it_goes_around_the_clock_does_not(modes: Path) -> None:
    before = sum(effect.around_the_clock for rule in levels().values() for effect in rule.effects)
    spoil(modes, "    around_the_clock: true\n        times", "    times")
    rules = read_city(modes.parent).rules
    after = [effect for rule in rules if isinstance(rule, MeasureRule) for effect in rule.effects]
    assert sum(effect.around_the_clock for effect in after) == before - 1


def test_all_faults_are_said_at_once_and_what_is_missing_too(modes: Path) -> None:
    spoil(modes, "level: level_1", "level: level_9")
    spoil(modes, "percent: 50", "percent: 0")
    spoil(modes, "name: 二级响应", "names: 二级响应")
    found = "\n".join(faults_of(modes.parent))
    for said in (
        "unknown level 'level_9'",
        "'percent' must be from 1 to 99, not 0",
        "'name' is missing",
        "unknown key 'names'",
    ):
        assert said in found


def test_a_city_without_a_level_or_without_the_file_is_told_so(modes: Path) -> None:
    text = modes.read_text("utf-8")
    begins, ends = text.index("  - level: level_4"), text.index("acts:")
    modes.write_text(text[:begins] + text[ends:], "utf-8")
    assert any("nothing is said of 'level_4'" in fault for fault in faults_of(modes.parent))
    modes.unlink()
    assert any("modes.yaml" in fault for fault in faults_of(modes.parent))
