"""What waits at the centre is shown to whoever may decide it, and to nobody else."""

import json
from dataclasses import asdict, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.facts import views
from streams.secrecy.actors import Actor
from streams.wall.desk.competence import competence_of
from streams.wall.desk.waiting import Waiting
from tests.hechuan import hechuan
from tests.wall.desk_stage import CENTRE, ONE, OTHER, TOLD, asking, meeting_of, review_of, supervised
from tests.wall.duty_stage import UNIT, clock, matter_of, order_of
from tests.wall.wall_stage import incident

COMPETENCE = competence_of(hechuan().rules)
ROLES = ("duty_officer", "shift_leader", "leader", "centre_leader", "unit_leader", "operator", "responder", "centre")
UNITS = (CENTRE, UNIT, "500117-police", "500117001-town_centre")


def actor(role: str, unit: str = CENTRE) -> Actor:
    return Actor(unit=unit, post="值班长", officer="0301", shift="夜班", role=role, purpose="dispatch")


def as_kept(record: Any) -> Any:
    return json.loads(json.dumps(asdict(record)))


def waiting(*matters: views.Matter, reviews: tuple[views.Review, ...] = (), **changes: Any) -> Waiting:
    """What waits; `changes` are those of the incident that was told of later."""
    found = Waiting(COMPETENCE)
    for one in matters:
        found.take(one.matter_no, as_kept(one))
    found.reviews = {f"{one.incident_no}/{one.other_no}": as_kept(one) for one in reviews}
    found.incidents = {ONE: as_kept(incident(ONE, **changes)), OTHER: as_kept(incident(OTHER))}
    return found


def test_the_centre_has_a_desk_and_of_another_unit_whoever_decides_for_it() -> None:
    assert (set(COMPETENCE.centres), set(COMPETENCE.leaders)) == ({CENTRE}, {"unit_leader"})
    assert COMPETENCE.may_come(actor("operator"))
    assert COMPETENCE.may_come(actor("unit_leader", UNIT))
    assert not COMPETENCE.may_come(actor("shift_leader", UNIT))
    assert not COMPETENCE.may_come(actor("centre", "500117-centre"))


def test_a_units_leader_has_the_requests_of_his_own_unit_alone() -> None:
    own = asking(1, approver_unit=UNIT, approver_role="unit_leader", reason="weather")
    other = asking(2, approver_unit="500117-police", approver_role="unit_leader")
    shown = waiting(own, other, supervised(3), reviews=(review_of(),)).of(actor("unit_leader", UNIT))
    assert [one["request_no"] for one in shown["requests"]] == ["50011720261122R00001"]
    assert (shown["centre"], shown["reviews"], shown["supervisions"], shown["meetings"]) == (False, None, None, [])


def test_a_role_of_the_centre_gives_another_unit_nothing_of_it() -> None:
    wide = replace(COMPETENCE, leaders=frozenset(["shift_leader"]))
    found = waiting(supervised(1), reviews=(replace(review_of(), owner=UNIT),))
    found.competence = wide
    shown = found.of(actor("shift_leader", UNIT))
    assert wide.may_come(actor("shift_leader", UNIT))
    assert (shown["reviews"], shown["supervisions"]) == (None, None)


def test_a_review_shows_both_sides_with_their_reports_and_what_is_due_first_in_front() -> None:
    late = review_of(due_in_seconds=-60)
    later = replace(review_of(), other_no="50011720261122E00409", incident_no=OTHER)
    first, second = waiting(reviews=(later, late)).of(actor("duty_officer"))["reviews"]
    assert (first["incident_no"], second["incident_no"]) == (ONE, OTHER)
    assert [len(side["told"]) for side in first["sides"]] == [1, 2]
    assert first["sides"][1]["told"][0]["words"] == ["水管", "爆裂", "嘉滨路", "3栋"]
    assert second["sides"][1] == {"incident_no": "50011720261122E00409", "known": False, "told": []}
    assert "actor_officer" not in first


def test_of_a_confidential_incident_there_is_no_report_even_where_the_review_still_has_one() -> None:
    (shown,) = waiting(reviews=(review_of(),), confidential=True).of(actor("duty_officer"))["reviews"]
    assert (shown["sides"][0]["confidential"], shown["sides"][0]["told"]) == (True, [])
    assert len(shown["sides"][1]["told"]) == 2


def test_reports_of_an_incident_that_is_not_known_here_are_not_shown() -> None:
    found = waiting(reviews=(review_of(),))
    found.incidents = {}
    (shown,) = found.of(actor("duty_officer"))["reviews"]
    assert [side["told"] for side in shown["sides"]] == [[], []]


def test_a_role_without_a_say_is_told_so_and_another_units_reviews_are_not_shown() -> None:
    found = waiting(reviews=(review_of(), replace(review_of(), incident_no=OTHER, other_no=ONE, owner="500118-x")))
    assert found.of(actor("operator"))["reviews"] is None
    assert found.of(actor("operator"))["supervisions"] is None
    assert len(found.of(actor("shift_leader"))["reviews"]) == 1


def test_a_request_says_what_is_asked_for_and_names_no_officer() -> None:
    (shown,) = waiting(asking(1)).of(actor("centre_leader"))["requests"]
    assert (shown["request"], shown["amount"], shown["unit_name"]) == ("extend", 5, "合川区供水公司抢修队")
    assert [(one["kind"], one["unit"]) for one in shown["clocks"]] == [("resolve", "minute")]
    assert not {"requested_officer", "incident_no", "orders", "requesters"} & set(shown)
    assert waiting(asking(1)).of(actor("shift_leader"))["requests"] == []
    assert waiting(asking(1, state="approved")).of(actor("centre_leader"))["requests"] == []


def test_of_what_is_over_only_a_correction_waits() -> None:
    def asked(state: Any = "assigned", order_state: Any = "accepted", **changes: Any) -> list[Any]:
        matter = asking(1, **changes)
        order = replace(matter.orders[0], state=order_state)
        found = waiting(replace(matter, state=state, orders=(order,))).of(actor("centre_leader"))["requests"]
        return list(found)

    assert (
        len(asked()) == len(asked("closed", request="correct")) == len(asked(order_state="folded", request="correct"))
    )
    assert asked("closed") == asked(order_state="withdrawn") == asked(order_state="returned") == []


def test_a_supervision_order_waits_for_a_signature_and_then_for_whoever_signed() -> None:
    (proposed,) = waiting(supervised(1)).of(actor("leader"))["supervisions"]
    assert (proposed["state"], proposed["demand"], proposed["origin"]) == ("proposed", "finish", "breach")
    signed_by = {"signer_unit": CENTRE, "signer_role": "shift_leader", "signer_post": "值班长"}
    assert waiting(supervised(1, state="signed", **signed_by)).of(actor("shift_leader"))["supervisions"] == []
    answered = waiting(supervised(1, state="answered", **signed_by))
    assert len(answered.of(actor("shift_leader"))["supervisions"]) == 1
    assert answered.of(actor("leader"))["supervisions"] == []
    assert waiting(supervised(1, unit=CENTRE)).of(actor("leader"))["supervisions"] == []


def test_a_meeting_is_shown_once_with_all_of_its_matters() -> None:
    (shown,) = waiting(*meeting_of(1, 11, 12)).of(actor("operator"))["meetings"]
    assert [one["matter_no"] for one in shown["matters"]] == ["50011720261122M00011", "50011720261122M00012"]
    assert waiting(*meeting_of(1, 11, unit=UNIT)).of(actor("operator"))["meetings"] == []
    assert waiting(*meeting_of(1, 11, state="decided")).of(actor("operator"))["meetings"] == []


def test_only_a_matter_on_which_something_waits_changes_the_desk() -> None:
    found = Waiting(COMPETENCE)
    quiet = as_kept(matter_of(order_of(1, clock("resolve", 900))))
    assert not found.take("50011720261122M00001", quiet)
    assert found.take("50011720261122M00001", as_kept(asking(1)))
    assert found.take("50011720261122M00001", quiet)
    assert not found.take("50011720261122M00001", None)
    assert found.matters == {}


MATTERS = (asking(1), asking(2, approver_unit=UNIT, approver_role="unit_leader"), supervised(3), *meeting_of(4, 14, 15))


@given(st.permutations(MATTERS), st.lists(st.sampled_from(MATTERS)), st.sampled_from(ROLES), st.sampled_from(UNITS))
def test_in_whatever_order_and_however_often_matters_come_an_officer_sees_his_own_and_the_same(
    order: list[views.Matter], again: list[views.Matter], role: str, unit: str
) -> None:
    somebody = actor(role, unit)
    shown, usual = waiting(*order, *again).of(somebody), waiting(*MATTERS).of(somebody)
    assert shown.pop("centre") == usual.pop("centre") == (unit == CENTRE)
    assert {name: _numbers(items) for name, items in shown.items()} == {
        name: _numbers(items) for name, items in usual.items()
    }
    expected = {(CENTRE, "centre_leader"): ["50011720261122R00001"], (UNIT, "unit_leader"): ["50011720261122R00002"]}
    assert [one["request_no"] for one in shown["requests"]] == expected.get((unit, role), [])
    assert (len(shown["meetings"]) == 1) == (unit == CENTRE)
    assert bool(shown["supervisions"]) == (role in ("shift_leader", "leader") and unit == CENTRE)


def _numbers(items: list[dict[str, Any]] | None) -> set[str] | None:
    return None if items is None else {json.dumps(one, sort_keys=True) for one in items if "matters" not in one}


def test_what_a_review_says_of_reports_has_no_exact_place() -> None:
    assert {"longitude", "latitude", "place_code", "case_no"}.isdisjoint(asdict(TOLD[0]))
