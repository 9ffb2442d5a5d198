"""Reports in any order within the lateness that is promised, and twice: the same incidents, shown alike."""

from collections.abc import Sequence
from functools import cache
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from streams.contract import replace
from streams.facts.incidents import Reported
from tests.matching.parameters import SMALL, TUNING_SEEDS
from tests.matching.telling import MINUTE, Step
from tests.matching.todays_hub import Shown, TodaysHub
from tests.matching.truth import truth

REPORTS = 120
LATEST_MILLISECONDS = 19 * MINUTE
AGAIN_SHARE = 0.1


@cache
def flood() -> tuple[Reported, ...]:
    """The reports of the busiest part of a flood evening, in the order in which things happened."""
    reports = [telling.fact for telling in truth(TUNING_SEEDS[0], SMALL).tellings]
    reports.sort(key=lambda fact: fact.occurred_at)
    lengths = [last.occurred_at - first.occurred_at for first, last in zip(reports, reports[REPORTS:], strict=False)]
    busiest = lengths.index(min(lengths))
    return tuple(reports[busiest : busiest + REPORTS])


def told(delays: Sequence[int], again: Sequence[int]) -> list[Step]:
    """The reports with these delays in milliseconds; those at these places come once more a moment later."""
    steps = [Step(fact.occurred_at + delay, fact) for fact, delay in zip(flood(), delays, strict=True)]
    twice = [Step(steps[place].at + 1_000, replace(flood()[place], id=f"again:{place}")) for place in again]
    return sorted([*steps, *twice], key=lambda step: step.at)


def shown(steps: Sequence[Step]) -> dict[frozenset[str], Shown]:
    """What is shown of each incident, by the records that lie in it."""
    hub = TodaysHub()
    hub.group(steps)
    return hub.shown()


@cache
def in_order() -> dict[frozenset[str], Shown]:
    return shown(told([0] * REPORTS, []))


def test_the_evening_has_many_incidents_of_more_than_one_report() -> None:
    assert len(in_order()) > 20
    assert sum(len(records) > 2 for records in in_order()) > 10


@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.randoms(use_true_random=False))
def test_in_any_order_within_the_lateness_that_is_promised_incidents_are_the_same(random: Random) -> None:
    delays = [random.randrange(LATEST_MILLISECONDS) for _ in range(REPORTS)]
    again = [place for place in range(REPORTS) if random.random() < AGAIN_SHARE]
    assert shown(told(delays, again)) == in_order()


def test_a_report_that_comes_last_of_all_still_lies_where_it_belongs() -> None:
    for place in (0, REPORTS // 2):
        delays = [LATEST_MILLISECONDS if at == place else 0 for at in range(REPORTS)]
        assert shown(told(delays, [])) == in_order()
