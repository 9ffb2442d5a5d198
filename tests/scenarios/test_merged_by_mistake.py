"""Two mains that an officer takes for one, after both were called, and then for two again: as if he had not erred."""

from functools import cache
from itertools import pairwise
from pathlib import Path

from streams.facts.views import Matter
from tests.conftest import Cluster
from tests.scenarios.merged_by_mistake import (
    CALLED_AND_DONE,
    ENDS_AT,
    FIRST,
    FIRST_MATTER,
    OF_THE_FIRST,
    OF_THE_SECOND,
    SECOND_MAIN,
    SECOND_MATTER,
    told,
)
from tests.scenarios.player import Ending
from tests.scenarios.returned_thrice import in_minutes
from tests.scenarios.tellings import assert_ends_alike, in_memory, lies_in, on_kafka

KINDS = ("acknowledge", "accept", "first_contact", "arrive", "resolve", "reply")


@cache
def ended(*, decided: bool = True) -> Ending:
    """The story; without what the centre says, as it would have gone."""
    return in_memory(told(decided=decided), ENDS_AT, CALLED_AND_DONE)


def centres_minutes(matter: Matter) -> int:
    """How long it lay with the centre."""
    return sum(minutes for holder, _, minutes in in_minutes(matter) if holder == "centre")


def test_both_stand_again_under_their_numbers_with_their_own_reports() -> None:
    ending = ended()
    for number, records in ((FIRST, OF_THE_FIRST), (SECOND_MAIN, OF_THE_SECOND)):
        incident = ending.incidents[number]
        assert (incident.replaced_by, incident.replaces, incident.reports) == (None, (), len(records))
        assert {lies_in(ending, record) for record in records} == {number}
    assert ending.set_aside == []
    assert ending.violations == []


def test_both_are_called_and_done_and_no_third_matter_comes_of_it() -> None:
    ending = ended()
    assert set(ending.matters) == {FIRST_MATTER, SECOND_MATTER}
    for matter in ending.matters.values():
        assert (matter.state, matter.folded_into) == ("closed", None)
        assert "delivered" in ending.changes_of(matter.matter_no)


def test_each_citizens_time_runs_from_his_report_and_what_the_error_cost_is_the_centres() -> None:
    for number in (FIRST_MATTER, SECOND_MATTER):
        matter, without_error = ended().matters[number], ended(decided=False).matters[number]
        assert matter.opened_at == without_error.opened_at
        assert matter.segments[0].from_at == matter.opened_at
        assert all(before.to_at == after.from_at for before, after in pairwise(matter.segments))
    assert centres_minutes(ended().matters[SECOND_MATTER]) == 9
    assert centres_minutes(ended(decided=False).matters[SECOND_MATTER]) == 0


def test_no_clock_of_an_order_that_counts_is_lost_or_missed() -> None:
    for matter in ended().matters.values():
        (order,) = [one for one in matter.orders if one.state != "folded"]
        assert {clock.kind: clock.state for clock in order.clocks} == dict.fromkeys(KINDS, "met")


def test_what_was_done_under_the_wrong_picture_is_listed_on_both() -> None:
    first, second = (ended().matters[number] for number in (FIRST_MATTER, SECOND_MATTER))
    assert [one.cause for one in first.repairs] == ["folded", "separated"]
    assert [one.cause for one in second.repairs] == ["separated"]
    assert second.repairs[0].other_no == FIRST_MATTER
    assert second.repairs[0].orders


def test_nothing_of_this_is_listed_where_nobody_erred() -> None:
    assert not any(matter.repairs for matter in ended(decided=False).matters.values())


def test_kafka_ends_it_as_memory_does(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    ending = on_kafka(told(), ENDS_AT, kafka_broker.bootstrap_servers, namespace, tmp_path, CALLED_AND_DONE)
    assert_ends_alike(ending, ended())
