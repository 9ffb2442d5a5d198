"""What is known of an incident is a sum: in whatever order, and each report can be taken out again."""

from math import isclose
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.rules.evidence import Evidence, Sighting, merged, without_sighting
from tests.rules.recognition import incident, sighting

SIGHTINGS = st.lists(
    st.builds(
        sighting,
        st.sampled_from(["ga_alarm110", "zw_hotline12345", "zz_grid_app"]),
        st.sampled_from(["flooding", "burst_main"]),
        st.floats(-300, 300),
        st.floats(0, 60),
        deviation_metres=st.sampled_from([15.0, 30.0, 100.0, 1_320.0]),
        words=st.lists(st.sampled_from(["118号", "积水", "嘉滨"]), unique=True).map(tuple),
        facility=st.sampled_from([None, "XQ00011", "QL00002"]),
    ),
    min_size=1,
    max_size=12,
)


def is_same(one: Evidence, other: Evidence) -> bool:
    """But for the last digits of sums and the order of counts."""
    return (
        (one.reports, one.told, one.words, one.facilities, one.regions)
        == (other.reports, other.told, other.words, other.facilities, other.regions)
        and isclose(one.precision, other.precision, rel_tol=1e-6, abs_tol=1e-12)
        and (not one.has_point or isclose(one.latitude, other.latitude, abs_tol=1e-7))
        and isclose(one.excess, other.excess, rel_tol=1e-6, abs_tol=1e-3)
    )


@given(SIGHTINGS, st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter(sightings: list[Sighting], random: Random) -> None:
    shuffled = random.sample(sightings, len(sightings))
    assert is_same(incident("A", *sightings), incident("A", *shuffled))


@given(SIGHTINGS, st.data())
def test_a_report_that_is_taken_out_leaves_no_trace(sightings: list[Sighting], data: st.DataObject) -> None:
    out = data.draw(st.integers(0, len(sightings) - 1))
    left = [each for place, each in enumerate(sightings) if place != out]
    if left:
        assert is_same(without_sighting(incident("A", *sightings), sightings[out]), incident("A", *left))


@given(SIGHTINGS, SIGHTINGS)
def test_two_incidents_together_are_all_their_reports(ones: list[Sighting], others: list[Sighting]) -> None:
    assert is_same(merged(incident("A", *ones), incident("B", *others)), incident("A", *ones, *others))


def test_an_exact_place_counts_more_than_a_vague_one() -> None:
    exact = sighting("cg_digital", "flooding", 0, deviation_metres=15)
    vague = sighting("ga_alarm110", "flooding", 200, deviation_metres=150)
    assert abs(incident("A", exact, vague).latitude - 30.0) * 111_195 < 5


def test_what_is_told_of_from_far_around_is_wide_and_what_errors_explain_is_not() -> None:
    random = Random(5)
    wide, narrow = (
        incident("A", *(sighting("cg_digital", "flooding", random.gauss(0, metres)) for _ in range(400)))
        for metres in (200, 30)
    )
    assert 130 < wide.extent**0.5 < 150, "half of it is in the other direction, in which all stand at one place"
    assert narrow.extent**0.5 < 10


def test_only_the_first_report_says_whether_an_incident_is_doubted() -> None:
    first = sighting("ga_alarm110", "flooding", doubt_points=-3.0)
    second = sighting("cg_digital", "flooding", doubt_points=-5.0)
    assert incident("A", first, second).doubt_points == -3.0
