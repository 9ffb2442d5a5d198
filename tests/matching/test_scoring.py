"""Scores are what counting every pair one by one would give, and say what a person would say."""

from collections import Counter
from itertools import combinations
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.matcher import Grouping
from tests.matching.scoring import NO_QUIRK, Pairs, Score, joined_of, pairs_by_quirk, pairs_by_sources, pairs_of, score
from tests.matching.written import written_truth

SYSTEMS = ("ga_alarm110", "zw_hotline12345", "zz_grid_app")
ODD = ("late", "typing_errors", "by_mast")


class Report(NamedTuple):
    truth: int
    answer: int
    system: str
    quirks: frozenset[str]


REPORTS = st.lists(
    st.builds(
        Report,
        st.integers(0, 5),
        st.integers(0, 5),
        st.sampled_from(SYSTEMS),
        st.frozensets(st.sampled_from(ODD)),
    ),
    max_size=25,
)


def counted_one_by_one(pairs: list[tuple[Report, Report]]) -> Pairs:
    both = sum(one.truth == other.truth and one.answer == other.answer for one, other in pairs)
    said = sum(one.answer == other.answer for one, other in pairs)
    true = sum(one.truth == other.truth for one, other in pairs)
    return Pairs(both, said, true)


@settings(deadline=None)
@given(REPORTS)
def test_pairs_are_those_that_one_would_count_one_by_one(reports: list[Report]) -> None:
    expected = counted_one_by_one(list(combinations(reports, 2)))
    assert pairs_of((one.truth, one.answer) for one in reports) == expected


@settings(deadline=None)
@given(REPORTS)
def test_so_are_those_of_each_pair_of_sources(reports: list[Report]) -> None:
    found = pairs_by_sources((one.truth, one.answer, one.system) for one in reports)
    for one, other in combinations([*SYSTEMS, *SYSTEMS], 2):
        sources = sorted((one, other))
        pairs = [two for two in combinations(reports, 2) if sorted((two[0].system, two[1].system)) == sources]
        assert found.get((sources[0], sources[1]), Pairs()) == counted_one_by_one(pairs)
    assert sum(found.values(), Pairs()) == counted_one_by_one(list(combinations(reports, 2)))


@settings(deadline=None)
@given(REPORTS)
def test_so_are_those_in_which_a_report_has_a_quirk_and_those_in_which_none_has_one(reports: list[Report]) -> None:
    found = pairs_by_quirk([(one.truth, one.answer, one.quirks) for one in reports])
    for quirk in ODD:
        odd = [two for two in combinations(reports, 2) if quirk in two[0].quirks | two[1].quirks]
        assert found.get(quirk, Pairs()) == counted_one_by_one(odd)
    plain = [two for two in combinations(reports, 2) if two[0].quirks | two[1].quirks <= {"by_mast"}]
    assert found[NO_QUIRK] == counted_one_by_one(plain)


@settings(deadline=None)
@given(REPORTS)
def test_different_truths_in_one_answer_are_counted_once_for_each_two(reports: list[Report]) -> None:
    expected = {
        (one.answer, *sorted((one.truth, other.truth)))
        for one, other in combinations(reports, 2)
        if one.answer == other.answer and one.truth != other.truth
    }
    assert joined_of((one.truth, one.answer) for one in reports) == len(expected)


def test_who_groups_by_the_truth_has_everything_right() -> None:
    truth = written_truth()
    found = score(
        truth.tellings, Grouping({one.record: str(one.incident) for one in truth.tellings}), truth.life_threatening
    )
    assert (found.overall.precision, found.overall.recall, found.overall.f1) == (1, 1, 1)
    assert found.said_incidents == found.incidents == len(truth.incidents)
    assert found.life_threatening_joined == 0


def test_who_takes_all_for_one_finds_all_pairs_and_joins_what_threatens_lives() -> None:
    truth = written_truth()
    found = score(truth.tellings, Grouping({one.record: "one" for one in truth.tellings}), truth.life_threatening)
    assert found.overall.recall == 1
    assert found.overall.precision < 0.02
    threatening = len(truth.life_threatening)
    assert found.life_threatening_joined == threatening * (threatening - 1) // 2


def test_what_has_no_answer_lies_alone_and_is_never_wrong() -> None:
    truth = written_truth()
    found = score(truth.tellings, Grouping({}), truth.life_threatening)
    assert (found.overall.precision, found.overall.recall, found.overall.f1) == (1, 0, 0)
    assert found.said_incidents == found.reports


def test_the_share_put_before_a_person_is_of_the_reports_not_of_the_answers() -> None:
    truth = written_truth()
    asked = frozenset(one.record for one in truth.tellings[:11])
    found = score(truth.tellings, Grouping({}, asked | {"nobody/1"}), truth.life_threatening)
    assert found.review_share == 11 / len(truth.tellings)


def test_scores_of_two_runs_add_up_to_that_of_both() -> None:
    one = Score(Pairs(1, 2, 3), {("a", "b"): Pairs(1, 1, 1)}, {"late": Pairs(0, 1, 0)}, 5, 1, 3, 4, 1)
    other = Score(Pairs(2, 2, 2), {("a", "b"): Pairs(0, 0, 2)}, {"by_mast": Pairs(1, 1, 1)}, 5, 0, 2, 2, 0)
    both = one + other
    assert both.overall == Pairs(3, 4, 5)
    assert both.by_sources == {("a", "b"): Pairs(1, 1, 3)}
    assert both.by_quirk == {"late": Pairs(0, 1, 0), "by_mast": Pairs(1, 1, 1)}
    assert (both.reports, both.review_share, both.incidents, both.said_incidents) == (10, 0.1, 5, 6)
    assert both.life_threatening_joined == 1


def test_a_large_flood_is_scored_without_counting_its_pairs_one_by_one() -> None:
    sizes = Counter({0: 100_000, 1: 50_000})
    pairs = pairs_of((truth, 0) for truth, size in sizes.items() for _ in range(size))
    assert pairs.said == 150_000 * 149_999 // 2
    assert pairs.both == pairs.true == sum(size * (size - 1) // 2 for size in sizes.values())
