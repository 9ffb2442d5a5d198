"""What other rules would have made of the matters of the log: counted whole, listed up to a number, bounded."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contract import Fact
from streams.facts.matters import Located, Opened
from streams.facts.rules import Day, Limit, OfficeHours, Opening
from streams.rules_trial import Clock, Moved, Trial, ruled
from tests.processors.kit import DISTRICT, START_AT, TOWN, call, clock_limit, codec, unit
from tests.processors.requesting import limit
from tests.processors.staging import STAGES, staged
from tests.processors.test_who_is_called import item

CALLS = (
    call("manhole", "urgent", "city_management"),
    call("flooding", "urgent", "emergency"),
    clock_limit("urgent", "assign", 10),
    clock_limit("urgent", "acknowledge", 10),
    clock_limit("urgent", "arrive", 1, "hour"),
)
UNITS = (unit("city", "city_management", DISTRICT), unit("town", "town_centre", TOWN))
OLD: tuple[Fact, ...] = (*CALLS, *UNITS)
IN_TOWN = item("0401", "manhole", (TOWN, "town_centre"))
GRIDS = (f"{TOWN}001001", f"{DISTRICT}100001001", DISTRICT)


def opened(number: int, incident_class: str = "manhole", region: str = GRIDS[0]) -> Opened:
    return Opened(
        key=DISTRICT, occurred_at=START_AT, incident_no=f"E{number}", incident_class=incident_class, urgency="urgent",
        region=region, system="ga_alarm110", record_no=str(number),
    )  # fmt: skip


def located(number: int, region: str) -> Located:
    return Located(key=DISTRICT, occurred_at=START_AT, incident_no=f"E{number}", region=region)


def tried(facts: Iterable[Opened | Located], new: Sequence[Fact], old: Sequence[Fact] = OLD) -> Trial:
    trial = Trial(ruled(old, codec()), ruled(new, codec()))
    for fact in facts:
        trial.take(fact, START_AT)
    trial.finish()
    return trial


def test_the_same_rules_change_nothing() -> None:
    trial = tried([opened(1), opened(2, "flooding")], OLD)
    assert (trial.matters, trial.differing, trial.listed) == (2, 0, [])


def test_matters_that_go_elsewhere_are_counted_by_class_and_units_and_listed() -> None:
    trial = tried([opened(1), opened(2, region=GRIDS[1]), opened(3)], [*OLD, IN_TOWN])
    assert trial.elsewhere == {Moved("manhole", "city", "town"): 2}
    assert not trial.clocks
    assert [(one.incident_no, one.before, one.after) for one in trial.listed] == [
        ("E1", "city", "town"),
        ("E3", "city", "town"),
    ]


def test_clocks_that_differ_are_counted_by_their_times_and_listed_with_their_seconds() -> None:
    faster = clock_limit("urgent", "acknowledge", 5)
    trial = tried([opened(1), opened(2)], [*CALLS[:3], faster, *UNITS])
    assert not trial.elsewhere
    assert [(way.incident_class, way.clock, _amount(way.before), _amount(way.after)) for way in trial.clocks] == [
        ("manhole", "acknowledge", 10, 5),
        ("manhole", "arrive", 1, None),
    ]
    assert set(trial.clocks.values()) == {2}
    assert trial.differing == 2
    assert trial.listed[0].clocks == (Clock("acknowledge", 600, 300), Clock("arrive", 3_600, None))


def test_the_centres_own_time_and_the_complexity_of_a_call_count_as_well() -> None:
    simple = call("manhole", "urgent", "city_management", "simple")
    new = [simple, *CALLS[1:2], clock_limit("urgent", "assign", 3), *CALLS[3:]]
    limits = [
        clock_limit("urgent", "resolve", amount, "hour", which) for amount, which in ((24, "ordinary"), (4, "simple"))
    ]
    trial = tried([opened(1)], [*new, *limits, *UNITS], [*OLD, *limits])
    assert trial.listed[0].clocks == (Clock("assign", 600, 180), Clock("resolve", 86_400, 14_400))


def test_a_case_in_stages_has_the_time_of_its_first_and_none_to_resolve() -> None:
    limits = [clock_limit("urgent", "resolve", 24, "hour"), clock_limit("urgent", "reply", 24, "hour")]
    stages = staged(STAGES, limit(60), "manhole")
    trial = tried([opened(1)], [*OLD, *limits, stages], [*OLD, *limits])
    assert trial.listed[0].clocks == (
        Clock("resolve", 86_400, None), Clock("reply", 86_400, 216_000), Clock("stage", None, 14_400),
    )  # fmt: skip


def test_a_changed_calendar_changes_clocks_whose_times_are_the_same() -> None:
    limit = clock_limit("urgent", "reply", 1, "office_day", calendar="office", day_end="office_close")
    hours = OfficeHours(
        key="rules", occurred_at=START_AT, version="", calendar="office", name="办公时间", document="建议稿",
        openings=(Opening(opens_minutes=540, closes_minutes=1_080),),
    )  # fmt: skip
    holiday = Day(
        key="rules", occurred_at=START_AT, version="", date="20260922", kind="holiday", name="放假", document="通知"
    )
    trial = tried([opened(1)], [*OLD, limit, hours, holiday], [*OLD, limit, hours])
    (clock,) = trial.listed[0].clocks
    assert clock.clock == "reply"
    assert clock.after_seconds == (clock.before_seconds or 0) + 86_400
    (way,) = trial.clocks
    assert way.before == way.after


def test_somebody_instead_of_nobody_is_elsewhere_and_has_no_clock_to_compare() -> None:
    trial = tried([opened(1, "flooding")], [*OLD, unit("emergency", "emergency", DISTRICT)])
    assert trial.elsewhere == {Moved("flooding", None, "emergency"): 1}
    assert not trial.clocks
    assert (trial.listed[0].before, trial.listed[0].clocks) == (None, ())


def test_a_matter_without_a_place_is_judged_at_the_place_that_it_gets_while_nobody_is_called() -> None:
    no_district_unit = [*CALLS, unit("city-in-town", "city_management", TOWN), UNITS[1]]
    facts: list[Opened | Located] = [opened(1, region=DISTRICT), located(1, GRIDS[0]), located(1, GRIDS[1])]
    assert tried(facts, [*no_district_unit, IN_TOWN], no_district_unit).elsewhere == {
        Moved("manhole", "city-in-town", "town"): 1
    }
    assert tried(facts, [*OLD, IN_TOWN]).differing == 0, "the order has gone out"
    assert tried(facts, no_district_unit).elsewhere == {Moved("manhole", "city", "city-in-town"): 1}


def test_a_matter_that_the_log_tells_of_twice_counts_once() -> None:
    assert tried([opened(1), opened(1)], [*OLD, IN_TOWN]).elsewhere.total() == 1


def test_lists_and_waiting_matters_are_bounded_and_counts_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_LISTED", "MOST_WAITING", "MOST_REMEMBERED"):
        monkeypatch.setattr(f"streams.rules_trial.{name}", 3)
    trial = Trial(ruled(OLD, codec()), ruled([*OLD, unit("emergency", "emergency", TOWN)], codec()))
    for number in range(20):
        trial.take(opened(number, "flooding"), START_AT)
        trial.take(opened(100 + number, "flooding", DISTRICT), START_AT)
        assert len(trial._waiting) <= 3
        assert len(trial._taken) <= 3
    trial.finish()
    assert trial.matters == 40
    assert trial.elsewhere == {Moved("flooding", None, "emergency"): 20}
    assert len(trial.listed) == 3


facts = st.lists(st.tuples(st.sampled_from(("manhole", "flooding", "wage")), st.sampled_from(GRIDS)), max_size=30)


@given(facts)
def test_each_matter_counts_as_it_would_alone(told: list[tuple[str, str]]) -> None:
    new = [*OLD, IN_TOWN]
    together = tried([opened(number, *each) for number, each in enumerate(told)], new)
    alone: Counter[Moved] = Counter()
    for each in told:
        alone += tried([opened(0, *each)], new).elsewhere
    assert together.elsewhere == alone
    assert together.matters == len(told)


def _amount(limit: Limit | None) -> int | None:
    return limit.amount if limit else None
