"""Incidents merged, split, linked and reviewed by people: what stands then, and that the matcher leaves it so."""

from typing import Any

import pytest

from streams.facts.incidents import Linked, Merged, Progressed, Reviewed, Split
from streams.facts.views import Incident, Link, Report, Review
from streams.processors.incident_fields import GATHERED_MILLISECONDS
from tests.hechuan import hechuan
from tests.processors.kit import DISTRICT, HOUR, INCIDENTS, MINUTE, Centre, spot

REPORTS, REVIEWS, FIELDS = "hub.view.reports.v1", "hub.view.reviews.v1", "hub.view.fields.v1"
FAR = 900
ACTOR: dict[str, Any] = {
    "actor_unit": "500117-district_centre", "actor_post": "值班长", "actor_officer": "0301", "actor_shift": "夜班",
    "actor_role": "shift_leader", "words": "核实后决定",
}  # fmt: skip


class Desk(Centre):
    """A centre with Hechuan's rules, where officers decide about incidents."""

    def __init__(self) -> None:
        super().__init__(items=hechuan().rules)
        self._acts = 0

    def decide(self, kind: Any, **said: Any) -> None:
        self._acts += 1
        act = f"act:{self._acts}"
        fact = kind(id=act, key=DISTRICT, source="gateway", trace=act, occurred_at=self.now, **{**ACTOR, **said})
        self.append(INCIDENTS, fact)
        self.hub.settle()

    def flood(self, record_no: str, east_metres: float = 0, **said: Any) -> str:
        """A report of a flood; the number of the incident that it lies in."""
        self.report(record_no, spot(east_metres), **{"incident_class": "flooding", **said})
        return next(one.incident_no for one in self.reports() if one.record_no == record_no)

    def reports(self) -> list[Report]:
        return list(self.hub.latest(REPORTS).values())

    def reviews(self) -> list[Review]:
        return list(self.hub.latest(REVIEWS).values())

    def named(self, incident_no: str) -> Incident:
        return next(one for one in self.incidents() if one.incident_no == incident_no)

    def open_matters(self) -> list[str]:
        """The incidents of matters at which somebody works."""
        return sorted(one.incident_no for one in self.matters() if one.state != "closed")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_two_that_a_person_merges_are_one_with_all_reports_and_one_matter(desk: Desk) -> None:
    one, other = desk.flood("1"), desk.flood("2", FAR)
    assert desk.open_matters() == [one, other]
    desk.decide(Merged, replaced_no=other, replacing_no=one)
    assert (desk.named(one).reports, desk.named(one).replaces) == (2, (other,))
    assert (desk.named(other).state, desk.named(other).replaced_by) == ("replaced", one)
    assert desk.open_matters() == [one]
    assert desk.set_aside() == []


def test_the_matcher_does_not_take_back_what_a_person_has_merged(desk: Desk) -> None:
    one, other = desk.flood("1"), desk.flood("2", FAR)
    desk.decide(Merged, replaced_no=other, replacing_no=one)
    desk.wait(2 * HOUR)
    assert desk.named(one).reports == 2


def test_what_is_told_beside_either_joins_the_one(desk: Desk) -> None:
    one, other = desk.flood("1"), desk.flood("2", FAR)
    desk.decide(Merged, replaced_no=other, replacing_no=one)
    assert desk.named(one).reports == 2
    desk.update("2", urgency="critical")
    assert desk.named(one).urgency == "critical"


def test_merging_again_changes_nothing(desk: Desk) -> None:
    one, other = desk.flood("1"), desk.flood("2", FAR)
    for _ in range(2):
        desk.decide(Merged, replaced_no=other, replacing_no=one)
    assert (desk.named(one).reports, desk.set_aside()) == (2, [])


def test_a_merge_is_undone_by_splitting_off_what_came_with_it(desk: Desk) -> None:
    one, other = desk.flood("1"), desk.flood("2", FAR)
    before = {number: (desk.named(number).reports, desk.named(number).systems) for number in (one, other)}
    desk.decide(Merged, replaced_no=other, replacing_no=one)
    desk.wait(10 * MINUTE)
    desk.decide(Split, incident_no=one, records=("ga_alarm110/2",))
    assert {number: (desk.named(number).reports, desk.named(number).systems) for number in (one, other)} == before
    assert (desk.named(one).replaces, desk.named(other).replaced_by) == ((), None)
    assert desk.open_matters() == [one, other]
    desk.wait(2 * HOUR)
    assert {number: desk.named(number).reports for number in (one, other)} == {one: 1, other: 1}
    assert desk.set_aside() == []


def test_what_is_split_off_is_an_incident_of_its_own_with_a_matter(desk: Desk) -> None:
    one = desk.flood("1")
    assert desk.flood("2", 20, system="zw_hotline12345") == one
    desk.decide(Split, incident_no=one, records=("zw_hotline12345/2",))
    (new,) = [incident for incident in desk.incidents() if incident.incident_no != one]
    assert (desk.named(one).reports, new.reports, new.systems) == (1, 1, ("zw_hotline12345",))
    assert desk.open_matters() == [one, new.incident_no]
    desk.wait(2 * HOUR)
    assert (desk.named(one).reports, desk.named(new.incident_no).reports) == (1, 1)


@pytest.mark.parametrize("records", [("ga_alarm110/1",), ("ga_alarm110/9",)])
def test_nothing_can_be_split_off_that_leaves_nothing_or_is_not_there(desk: Desk, records: tuple[str, ...]) -> None:
    one = desk.flood("1")
    desk.decide(Split, incident_no=one, records=records)
    assert desk.set_aside() == ["NoSuchReport"]
    assert desk.named(one).reports == 1


def test_linked_incidents_stay_two_and_say_so_on_both_until_it_is_undone(desk: Desk) -> None:
    one, other = desk.flood("1"), desk.flood("2", FAR)
    desk.decide(Linked, incident_no=one, other_no=other, relation="parent")
    assert desk.named(one).links == (Link(other_no=other, relation="parent"),)
    assert desk.named(other).links == (Link(other_no=one, relation="child"),)
    desk.decide(Linked, incident_no=one, other_no=other, relation="parent", undone=True)
    assert desk.named(one).links == desk.named(other).links == ()
    assert desk.open_matters() == [one, other]


def test_whoever_may_not_decide_changes_nothing(desk: Desk) -> None:
    one, other = desk.flood("1"), desk.flood("2", FAR)
    desk.decide(Merged, replaced_no=other, replacing_no=one, actor_role="responder")
    assert desk.set_aside() == ["NotAuthorised"]
    assert desk.named(one).reports == 1


def test_what_was_shown_of_an_incident_is_shown_no_longer_once_it_is_confidential(desk: Desk) -> None:
    desk.flood("1")
    desk.wait(MINUTE)
    assert desk.hub.latest(REPORTS)
    assert "place" in [field.name for shown in desk.hub.latest(FIELDS).values() for field in shown.fields]
    desk.report("2", spot(20), incident_class="flooding", system="zw_hotline12345", confidential=True)
    desk.wait(MINUTE)
    assert desk.incident().reports == 2
    assert desk.hub.latest(REPORTS) == {}
    assert "place" not in [field.name for shown in desk.hub.latest(FIELDS).values() for field in shown.fields]


# 疑似重复.


def doubtful(desk: Desk) -> tuple[str, str]:
    """Two fires so near one another that only a person knows."""
    one = desk.flood("1", 0, incident_class="fire", urgency="critical")
    desk.wait(2 * MINUTE)
    other = desk.flood("2", 230, incident_class="fire", urgency="critical", system="xj_alarm119")
    return one, other


def test_what_may_be_the_same_thing_is_put_before_a_person_and_dispatch_goes_on(desk: Desk) -> None:
    one, other = doubtful(desk)
    (review,) = desk.reviews()
    assert (review.incident_no, review.other_no, review.state) == (other, one, "open")
    assert (review.owner, review.due_at) == ("500117-district_centre", review.opened_at + 15 * MINUTE)
    assert 0.5 < review.probability < 0.98
    assert desk.named(one).suspected == (other,)
    assert desk.named(other).suspected == (one,)
    assert desk.open_matters() == [one, other]


def told_of(desk: Desk) -> list[tuple[str, str]]:
    """The incidents and records of the reports that are put before whoever decides."""
    (review,) = desk.reviews()
    return [(telling.incident_no, telling.record_no) for telling in review.told]


def test_whoever_decides_reads_what_both_were_told_by_also_what_is_told_meanwhile(desk: Desk) -> None:
    one, other = doubtful(desk)
    assert told_of(desk) == [(other, "2"), (one, "1")]
    (review,) = desk.reviews()
    assert (review.told[0].system, review.told[0].incident_class) == ("xj_alarm119", "fire")
    desk.wait(MINUTE)
    desk.flood("3", 0, incident_class="fire", urgency="critical")
    desk.wait(GATHERED_MILLISECONDS)
    assert told_of(desk) == [(other, "2"), (one, "3"), (one, "1")]
    desk.decide(Reviewed, incident_no=other, other_no=one, decision="apart")
    assert told_of(desk) == []


def test_what_is_told_in_one_breath_shows_what_is_asked_once(desk: Desk) -> None:
    one, _ = doubtful(desk)
    desk.wait(MINUTE)
    shown = len(desk.hub.values(REVIEWS))
    for number in range(3, 13):
        desk.flood(str(number), 0, incident_class="fire", urgency="critical")
    desk.wait(GATHERED_MILLISECONDS)
    assert desk.named(one).reports == 11
    assert len(desk.hub.values(REVIEWS)) == shown + 1


def test_of_an_incident_that_becomes_confidential_no_report_is_put_before_anybody_any_more(desk: Desk) -> None:
    one, other = doubtful(desk)
    sealed = Progressed(
        id="sealed:1", key=DISTRICT, source="dispatch", trace="sealed:1", occurred_at=desk.now, incident_no=other,
        matter_no="50011720260921M00002", state="assigned", confidential=True,
    )  # fmt: skip
    desk.append(INCIDENTS, sealed)
    desk.hub.settle()
    (review,) = desk.reviews()
    assert (review.state, told_of(desk)) == ("open", [(one, "1")])
    assert {reason.name for reason in review.reasons} <= {"class", "time"}


def test_a_person_says_that_they_are_one(desk: Desk) -> None:
    one, other = doubtful(desk)
    desk.decide(Reviewed, incident_no=other, other_no=one, decision="join")
    assert desk.named(one).reports == 2
    assert [(review.state, review.actor_officer) for review in desk.reviews()] == [("joined", "0301")]
    assert desk.named(one).suspected == desk.named(other).suspected == ()


def test_a_person_says_that_they_are_two_and_is_not_asked_again(desk: Desk) -> None:
    one, other = doubtful(desk)
    desk.decide(Reviewed, incident_no=other, other_no=one, decision="apart")
    desk.wait(2 * HOUR)
    assert [review.state for review in desk.reviews()] == ["apart"]
    assert (desk.named(one).reports, desk.named(other).reports) == (1, 1)


def test_a_review_lapses_when_one_of_the_two_has_ended(desk: Desk) -> None:
    one, other = doubtful(desk)
    ended = Progressed(
        id="ended:1", key=DISTRICT, source="dispatch", trace="ended:1", occurred_at=desk.now, incident_no=other,
        matter_no="50011720260921M00002", state="resolved",
    )  # fmt: skip
    desk.append(INCIDENTS, ended)
    desk.hub.settle()
    assert [review.state for review in desk.reviews()] == ["lapsed"]
    assert desk.named(one).suspected == desk.named(other).suspected == ()
