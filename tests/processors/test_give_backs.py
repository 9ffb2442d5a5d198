"""Whoever told of a matter is told its outcome, each once; systems with orders of their own are told how it stands."""

from typing import Any

import pytest

from streams.facts import rules
from streams.facts.incidents import MasterOrder
from streams.facts.matters import GivenBack, Mirrored
from streams.facts.notices import GiveBack
from tests.processors.kit import DAY, DISTRICT, HOUR, MATTERS, MINUTE, RULES, SECOND, START_AT, Centre, Spot, spot

GIVE_BACKS = "hub.notice.give_backs.v1"


def route(system: str, reply: Any = "topic", write_back: Any = "none") -> rules.ReplyRoute:
    return rules.ReplyRoute(
        key="rules", occurred_at=START_AT, version="", system=system, reply=reply, write_back=write_back,
        address="secret:callback",
    )  # fmt: skip


WITH_ROUTES = (
    *RULES,
    route("zw_hotline12345", write_back="topic"),
    route("cg_digital", reply="none", write_back="topic"),
    route("zz_grid_app"),
    route("zz_community_e", reply="callback"),
    route("zw_convenience", reply="table"),
    route("ga_alarm110", reply="none"),
)


@pytest.fixture
def centre() -> Centre:
    return Centre(items=WITH_ROUTES)


def sent(centre: Centre, kind: str = "reply") -> list[GiveBack]:
    """Every attempt that went out, in order."""
    return [one for one in centre.hub.values(GIVE_BACKS) if one.kind == kind]


def end(centre: Centre, give_back: GiveBack, outcome: Any = "delivered") -> None:
    """The result of an attempt comes back."""
    centre.append(
        MATTERS,
        GivenBack(
            key=give_back.district, occurred_at=centre.now, give_back_no=give_back.give_back_no,
            attempt=give_back.attempt, outcome=outcome, status_code=None, detail="",
        ),
    )  # fmt: skip
    centre.hub.settle()


def tell(centre: Centre, system: str, record_no: str, **said: Any) -> None:
    """One more system tells of the same burst main."""
    centre.report(record_no, spot(len(record_no)), system=system, **said)


def reply(centre: Centre) -> None:
    """The unit does its work and answers."""
    centre.end_attempt("delivered")
    for answer in ("acknowledge", "resolve", "reply"):
        centre.wait(MINUTE)
        centre.answer(answer)
    centre.wait(SECOND)


def test_the_outcome_goes_to_every_report_once_under_its_own_number(centre: Centre) -> None:
    tell(centre, "zw_hotline12345", "GD1", order=MasterOrder(order_no="GD1", assigned=False))
    tell(centre, "zz_grid_app", "WG1")
    tell(centre, "zz_grid_app", "WG1")
    tell(centre, "zz_community_e", "SQ1")
    reply(centre)
    replies = sent(centre)
    assert sorted((one.system, one.record_no, one.medium) for one in replies) == [
        ("zw_hotline12345", "GD1", "topic"),
        ("zz_community_e", "SQ1", "callback"),
        ("zz_grid_app", "WG1", "topic"),
    ]
    assert {(one.matter_no, one.unit_name) for one in replies} == {(centre.matter().matter_no, centre.order().unit)}
    for one in replies:
        end(centre, one)
    assert (centre.matter().requesters, centre.matter().replied_to) == (3, 3)
    told = [(one.system, one.record_no) for one in centre.notices() if one.change == "requester_replied"]
    assert sorted(told) == sorted((one.system, one.record_no) for one in replies)
    centre.wait(DAY)
    assert len(sent(centre)) == 3


def test_where_there_is_no_way_back_the_centre_is_told_once_for_each_system(centre: Centre) -> None:
    for number in range(3):
        tell(centre, "ga_alarm110", f"JQ{number}")
    tell(centre, "zw_convenience", "BM1")
    tell(centre, "cg_municipal_iot", "IOT1")
    reply(centre)
    assert sent(centre) == []
    by_centre = [one.system for one in centre.notices() if one.change == "reply_by_centre"]
    assert sorted(str(system) for system in by_centre) == ["ga_alarm110", "zw_convenience"]


def test_an_attempt_that_fails_is_made_again_and_after_the_last_the_centre_is_told(centre: Centre) -> None:
    tell(centre, "zz_community_e", "SQ1")
    reply(centre)
    for number, wait_seconds in enumerate((30, 300, 1_800, 7_200), start=1):
        end(centre, sent(centre)[-1], "failed")
        centre.wait(wait_seconds * SECOND - 1)
        assert [one.attempt for one in sent(centre)] == list(range(1, number + 1))
        centre.wait(1)
    assert [one.attempt for one in sent(centre)] == [1, 2, 3, 4, 5]
    end(centre, sent(centre)[-1], "failed")
    last = centre.notices()[-1]
    assert (last.change, last.system, last.record_no) == ("reply_by_centre", "zz_community_e", "SQ1")
    assert len({one.give_back_no for one in sent(centre)}) == 1


def test_an_attempt_without_a_result_is_planned_again_under_its_number(centre: Centre) -> None:
    tell(centre, "zz_community_e", "SQ1")
    reply(centre)
    centre.wait(MINUTE)
    first, second = sent(centre)[:2]
    assert (first.give_back_no, first.attempt, second.attempt) == (second.give_back_no, 1, 2)
    end(centre, first)
    centre.wait(DAY)
    assert centre.matter().replied_to == 1


def test_a_result_that_comes_twice_counts_once(centre: Centre) -> None:
    tell(centre, "zz_grid_app", "WG1")
    reply(centre)
    end(centre, sent(centre)[0])
    end(centre, sent(centre)[0])
    assert centre.matter().replied_to == 1


def test_a_system_with_orders_of_its_own_is_told_each_step(centre: Centre) -> None:
    tell(centre, "zw_hotline12345", "GD1", order=MasterOrder(order_no="GD1", assigned=False))
    centre.wait(SECOND)
    reply(centre)
    assert list(dict.fromkeys(one.state for one in sent(centre, "status")))[:3] == ["assigned", "in_hand", "resolved"]
    assert {one.record_no for one in sent(centre, "status")} == {"GD1"}


def test_a_master_is_not_told_how_its_own_order_stands_and_the_others_are(centre: Centre) -> None:
    tell(centre, "cg_digital", "CG1", order=MasterOrder(order_no="CG1", unit="市政设施所"))
    tell(centre, "zw_hotline12345", "GD1", order=MasterOrder(order_no="GD1", assigned=False))
    centre.wait(SECOND)
    for state in ("resolved", "closed"):
        centre.wait(MINUTE)
        centre.append(
            MATTERS,
            Mirrored(
                key=DISTRICT, occurred_at=centre.now, system="cg_digital", order_no="CG1", state=state,
                recorded_at=centre.now,
            ),
        )  # fmt: skip
        centre.hub.settle()
    centre.wait(SECOND)
    assert {(one.system, one.state) for one in sent(centre, "status")} >= {("zw_hotline12345", "resolved")}
    assert "cg_digital" not in {one.system for one in sent(centre, "status")}
    assert sorted(one.record_no for one in sent(centre)) == ["CG1", "GD1"]
    assert {one.unit_name for one in sent(centre)} == {"市政设施所"}


def test_a_status_that_cannot_be_written_back_is_told(centre: Centre) -> None:
    tell(centre, "zw_hotline12345", "GD1")
    centre.wait(SECOND)
    for _ in range(5):
        end(centre, sent(centre, "status")[-1], "refused")
        centre.wait(3 * HOUR)
    assert "write_back_failed" in centre.changes()


def test_hundreds_of_requesters_are_seen_to_in_slices(centre: Centre) -> None:
    with centre.before_anybody_reacts():
        for number in range(250):
            centre.report(f"SQ{number}", Spot(), system="zz_community_e")
    reply(centre)
    assert len({one.record_no for one in sent(centre)}) == 250
    assert centre.matter().requesters == 250


def test_nothing_of_a_matter_is_kept_for_ever(centre: Centre) -> None:
    for number in range(250):
        centre.report(f"SQ{number}", Spot(), system="zz_grid_app")
    reply(centre)
    centre.wait(40 * DAY)
    for table in ("requesters", "give_backs", "give_back_rounds", "matters"):
        assert centre.kept("dispatch", table) == {}, table
