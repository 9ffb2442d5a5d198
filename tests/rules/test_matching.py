"""What speaks for a report's being of one incident, of another, or new: with Hechuan's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contract import replace
from streams.rules import happenings
from streams.rules.evidence import Evidence, Sighting
from streams.rules.matching import Verdict, is_slip, weigh
from tests.rules.recognition import hechuan_happenings, incident, sighting

FLOOD = incident("A", sighting("ga_alarm110", "flooding"), sighting("zz_community_e", "flooding", 20, 4))

FORGETFUL = hechuan_happenings.__wrapped__()
"""The same rules, of which nothing stays worked out."""


def verdict(report: Sighting, *incidents: Evidence, linked: frozenset[str] = frozenset()) -> Verdict:
    return weigh(report, incidents, linked, hechuan_happenings())


def probability(report: Sighting, *incidents: Evidence) -> float:
    found = verdict(report, *incidents)
    assert found.likeliest is None or found.likeliest.evidence.incident_no == incidents[0].incident_no
    return found.probability


def test_what_is_told_beside_it_a_little_later_is_of_it() -> None:
    assert probability(sighting("zz_grid_app", "flooding", 30, 15), FLOOD) > 0.9


def test_where_there_is_nothing_it_is_new() -> None:
    assert verdict(sighting("zz_grid_app", "flooding")).likeliest is None


def test_the_farther_the_less_likely() -> None:
    near, far, very_far = (
        probability(sighting("zz_grid_app", "flooding", metres, 15), FLOOD) for metres in (10, 150, 1_000)
    )
    assert near > far > very_far
    assert very_far < 0.1


def test_an_uncertain_place_may_lie_farther_away() -> None:
    exact = sighting("ga_alarm110", "flooding", 250, 15, deviation_metres=20)
    vague = sighting("ga_alarm110", "flooding", 250, 15, deviation_metres=150)
    assert probability(vague, FLOOD) > probability(exact, FLOOD)


def test_the_later_the_less_likely() -> None:
    early, late = (probability(sighting("zw_hotline12345", "flooding", 60, minutes), FLOOD) for minutes in (15, 170))
    assert early > late


def test_a_class_of_another_family_is_seldom_the_same_thing() -> None:
    kindred, strange = (
        probability(sighting("zz_grid_app", incident_class, 60, 20), FLOOD) for incident_class in ("flooding", "hazard")
    )
    assert strange < 0.5 < kindred


def test_a_class_of_its_family_may_be_the_same_thing() -> None:
    main = incident("A", sighting("zw_hotline12345", "burst_main"), sighting("zz_community_e", "burst_main", 10, 3))
    assert probability(sighting("zz_grid_app", "flooding", 15, 20), main) > 0.8


def test_who_seldom_tells_twice_more_likely_tells_of_another_one() -> None:
    once = incident("A", sighting("zz_community_e", "flooding"))
    again = incident("A", sighting("zz_community_e", "flooding"), sighting("cg_digital", "flooding", 0, 20))
    report = sighting("cg_digital", "flooding", 60, 25, deviation_metres=20)
    assert probability(report, once) > probability(report, again)


def test_of_two_it_is_the_nearer_one() -> None:
    other = incident("B", sighting("ga_alarm110", "flooding", 400), sighting("zz_community_e", "flooding", 400, 4))
    found = verdict(sighting("zz_grid_app", "flooding", 380, 15), FLOOD, other)
    assert found.likeliest is not None
    assert found.likeliest.evidence.incident_no == "B"


def test_halfway_between_two_it_is_sure_of_neither() -> None:
    other = incident("B", sighting("ga_alarm110", "flooding", 200), sighting("zz_community_e", "flooding", 220, 4))
    found = verdict(sighting("zz_grid_app", "flooding", 110, 15), FLOOD, other)
    assert found.probability < 0.8


def test_the_same_registered_place_speaks_for_it_and_another_one_against() -> None:
    estate = incident("A", sighting("ga_alarm110", "flooding", facility="XQ00011"))
    same, other = (
        probability(sighting("zw_hotline12345", "flooding", 80, 15, facility=code), estate)
        for code in ("XQ00011", "XQ00012")
    )
    bare = probability(sighting("zw_hotline12345", "flooding", 80, 15), estate)
    assert same > bare > other


def test_neighbouring_houses_of_the_address_library_say_nothing_against_it() -> None:
    house = incident("A", sighting("ga_alarm110", "flooding", facility="DZ500117001001001118"))
    other = sighting("zw_hotline12345", "flooding", 40, 15, facility="DZ500117001001001120")
    assert probability(other, house) == pytest.approx(
        probability(sighting("zw_hotline12345", "flooding", 40, 15), house)
    )


@pytest.mark.parametrize(("nearer", "farther"), [("118号", "120号"), ("120号", "190号")])
def test_the_nearer_the_house_number_the_likelier(nearer: str, farther: str) -> None:
    told = incident("A", sighting("zw_hotline12345", "flooding", words=("118号", "积水")))
    one, other = (
        probability(sighting("zz_community_e", "flooding", 90, 15, words=(house, "积水")), told)
        for house in (nearer, farther)
    )
    assert one > other


def test_a_word_that_few_share_says_more_than_one_that_all_share() -> None:
    rare = incident("A", sighting("zw_hotline12345", "flooding", 0, words=("嘉滨", "积水")))
    common = [
        incident(number, sighting("zw_hotline12345", "flooding", metres, words=("积水",)))
        for number, metres in (("B", 150), ("C", 200), ("D", 250))
    ]
    of_rare = verdict(sighting("zz_community_e", "flooding", 75, 15, words=("嘉滨",)), rare, *common)
    of_common = verdict(sighting("zz_community_e", "flooding", 75, 15, words=("积水",)), rare, *common)
    assert of_rare.likeliest is not None
    assert of_common.likeliest is not None
    assert of_rare.likeliest.evidence.incident_no == "A"
    assert of_rare.probability > of_common.probability


def test_the_same_caller_and_the_number_of_a_transfer_speak_for_it() -> None:
    told = incident("A", sighting("zw_hotline12345", "flooding", reporter="requests:1:9f3c"))
    report = sighting("ga_alarm110", "flooding", 260, 20)
    plain = probability(report, told)
    same = probability(sighting("ga_alarm110", "flooding", 260, 20, reporter="requests:1:9f3c"), told)
    transferred = verdict(report, told, linked=frozenset({"A"})).probability
    assert plain < same
    assert transferred > 0.95


def test_a_town_alone_is_told_apart_by_words() -> None:
    said = ("118号", "嘉滨", "滨路", "积水")
    here = incident("A", sighting("zw_hotline12345", "flooding", words=said))
    there = incident("B", sighting("zw_hotline12345", "flooding", 900, words=("36号", "积水")))
    town = sighting("zz_community_e", "flooding", 500, 10, deviation_metres=1_320.0, words=said)
    found = verdict(town, here, there)
    assert found.likeliest is not None
    assert found.likeliest.evidence.incident_no == "A"
    assert found.probability > 0.7


def test_reasons_name_what_speaks_for_it_and_what_it_stands_against() -> None:
    told = incident("A", sighting("zw_hotline12345", "flooding", facility="XQ00011", words=("积水",)))
    found = verdict(sighting("ga_alarm110", "flooding", 20, 10, facility="XQ00011"), told)
    names = [reason.name for reason in found.reasons]
    assert names == ["class", "time", "distance", "facility", "new"]


def test_a_class_without_radius_and_description_is_never_the_same_thing_twice() -> None:
    petition = incident("A", sighting("xf_petition", "petition"))
    assert verdict(sighting("xf_petition", "petition"), petition).likeliest is None


@pytest.mark.parametrize(("metres", "candidates"), [(49, 1), (51, 0)])
def test_a_class_that_only_its_radius_describes_ends_there(metres: float, candidates: int) -> None:
    building = incident("A", sighting("cg_digital", "construction_site"))
    found = verdict(sighting("zz_grid_app", "construction_site", 2 * metres, 10), building)
    assert int(found.likeliest is not None) == candidates


# What very many tell of.


def flood_told_of(times: int, minutes: float) -> Evidence:
    """At an even pace by 110 and city management in turn, two of three within 40 m of its middle."""
    systems = ("ga_alarm110", "cg_digital")
    return incident(
        "A",
        *(
            sighting(systems[turn % 2], "flooding", 40 * (turn % 3 - 1), minutes * turn / times, words=("积水",))
            for turn in range(times)
        ),
    )


def test_what_very_many_tell_of_is_told_of_as_long_as_they_do() -> None:
    report = sighting("ga_alarm110", "flooding", 20, 121)
    assert probability(report, flood_told_of(240, 120)) > 0.99
    assert probability(report, flood_told_of(4, 4)) < 0.95


def test_it_ends_when_they_have_fallen_silent() -> None:
    assert probability(sighting("ga_alarm110", "flooding", 20, 240), flood_told_of(240, 120)) < 0.7


def test_who_has_not_told_of_it_yet_may_and_what_nobody_calls_so_is_something_else() -> None:
    flood = flood_told_of(240, 60)
    assert probability(sighting("xj_alarm119", "rescue", 10, 60), flood) > 0.9
    assert probability(sighting("ga_alarm110", "public_security", 10, 60), flood) < 0.5


def test_what_is_told_of_from_far_around_takes_in_what_is_told_far_from_its_middle() -> None:
    far = sighting("ga_alarm110", "flooding", 420, 60)
    wide = [sighting("ga_alarm110", "flooding", 50 * (turn % 9 - 4), turn / 4) for turn in range(240)]
    assert probability(far, incident("A", *wide)) > 0.9 > probability(far, flood_told_of(240, 60))


def test_one_that_was_opened_in_doubt_draws_little() -> None:
    report, elder = sighting("zw_hotline12345", "flooding", 0, 12), FLOOD
    fresh = sighting("zz_grid_app", "flooding", 10, 10)
    sure, doubted = (incident("C", replace(fresh, doubt_points=points)) for points in (0.0, -4.0))
    assert verdict(report, elder, doubted).probability > verdict(report, elder, sure).probability + 0.1
    both = incident("C", replace(fresh, doubt_points=-4.0), sighting("cg_digital", "flooding", 10, 11))
    assert verdict(report, both).probability == verdict(report, replace(both, doubt_points=0.0)).probability


def test_what_is_told_where_nothing_is_near_is_new_without_a_doubt() -> None:
    assert verdict(sighting("zz_grid_app", "flooding")).doubt_points == 0.0
    assert verdict(sighting("zz_grid_app", "flooding", 10, 6), FLOOD).doubt_points < -2


def test_what_may_cost_lives_is_doubted_only_beside_what_very_many_tell_of() -> None:
    fire = incident("A", sighting("ga_alarm110", "fire"))
    assert verdict(sighting("xj_alarm119", "fire", 10, 1), fire).doubt_points == 0.0
    assert verdict(sighting("xj_alarm119", "rescue", 10, 60), flood_told_of(240, 60)).doubt_points < -2


# What is only said to be in a town, and slips of the pen.


@pytest.mark.parametrize(
    ("house", "other", "slip"),
    [
        ("75号", "175号", True), ("9号", "98号", True), ("157号", "175号", True), ("157号", "751号", False),
        ("75号", "76号", False), ("7号", "175号", False), ("118号", "18号", True),
    ],
)  # fmt: skip
def test_a_digit_left_out_and_two_that_changed_places_are_slips(house: str, other: str, *, slip: bool) -> None:
    assert is_slip(house, other) is is_slip(other, house) is slip


def test_a_slip_in_a_house_number_speaks_less_against_it_than_another_house() -> None:
    flood = incident("A", sighting("zw_hotline12345", "flooding", words=("175号", "积水")))
    said = [
        probability(sighting("zz_community_e", "flooding", 10, 5, words=(house, "积水")), flood)
        for house in ("175号", "75号", "60号")
    ]
    assert said[0] > said[1] > said[2]


def test_of_a_town_alone_something_far_from_its_middle_may_be_told() -> None:
    near, far = (
        probability(
            sighting("zz_community_e", "flooding", metres, 5, deviation_metres=1_080, words=("118号",)),
            incident("A", sighting("zw_hotline12345", "flooding", words=("118号",))),
        )
        for metres in (0, 4_500)
    )
    assert near > far > 0.6


TOLD = st.tuples(
    st.sampled_from(["ga_alarm110", "xj_alarm119", "zz_community_e", "zw_hotline12345", "sl_slope"]),
    st.sampled_from(["flooding", "burst_main", "fire", "landslide", "noise"]),
    st.integers(0, 900),
    st.integers(0, 90),
)


@given(st.lists(st.lists(TOLD, min_size=1, max_size=25), max_size=3), st.lists(TOLD, min_size=1, max_size=3))
def test_what_was_worked_out_before_says_the_same_as_what_is_worked_out_anew(
    incidents: list[list[tuple[str, str, int, int]]], reports: list[tuple[str, str, int, int]]
) -> None:
    standing = [incident(str(number), *(sighting(*one) for one in told)) for number, told in enumerate(incidents)]
    for report in (sighting(*one) for one in reports):
        remembered = verdict(report, *standing)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(happenings, "MOST_REMEMBERED", 1)
            assert weigh(report, standing, frozenset(), FORGETFUL) == remembered
