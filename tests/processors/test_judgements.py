"""An order ends when somebody else has verified it; work comes back, orders are withdrawn, closed matters re-opened."""

import pytest

from streams.facts import views
from tests.processors.ending import CENTRE, OTHER_TOWN_CENTRE, TOWN_CENTRE, city, delivered, ending, judge
from tests.processors.kit import DAY, EMERGENCY, HOUR, MINUTE, RULES, SECOND, START_AT, WATER, Centre, answered
from tests.processors.test_give_backs import route


@pytest.fixture
def centre() -> Centre:
    """One burst main whose unit says that it is done."""
    centre = delivered()
    centre.answer("acknowledge")
    centre.wait(30 * MINUTE)
    centre.answer("resolve", result="solved")
    return centre


def centres_clock(centre: Centre, kind: str) -> views.Clock:
    """One of the centre's clocks on the only matter."""
    (clock,) = (clock for clock in centre.matter().clocks if clock.kind == kind)
    return clock


# Done is not closed.


def test_what_has_to_be_verified_is_not_closed_by_the_reply(centre: Centre) -> None:
    centre.answer("reply")
    assert (centre.matter().state, centre.order().state, centre.order().verification) == (
        "resolved", "replied", "pending",
    )  # fmt: skip
    judge(centre, "verify")
    assert (centre.matter().state, centre.order().verification) == ("closed", "passed")
    assert centre.incident().state == "closed"
    assert centre.changes()[-2:] == ["verified", "closed"]


def test_what_is_verified_before_the_reply_is_closed_by_it(centre: Centre) -> None:
    judge(centre, "verify")
    assert centre.matter().state == "resolved"
    centre.answer("reply")
    assert centre.matter().state == "closed"


def test_a_class_that_needs_no_verification_is_closed_by_the_reply() -> None:
    centre = delivered(ending("urgent", verified_classes=("flooding",)))
    centre.answer("reply")
    assert (centre.matter().state, centre.order().verification) == ("closed", None)
    assert [clock.kind for clock in centre.matter().clocks] == ["assign"]


def test_an_order_says_how_it_ended(centre: Centre) -> None:
    assert (centre.order().result, centre.order().resolved_by) == ("solved", "officer-1")
    centre.answer("reply", result="partly_solved")
    assert centre.order().result == "partly_solved"


def test_the_time_to_verify_is_the_centres_and_runs_from_the_word_that_it_is_done(centre: Centre) -> None:
    clock = centres_clock(centre, "verify")
    assert (clock.state, clock.started_at, clock.due_at) == ("running", centre.now, centre.now + DAY)
    centre.answer("reply")
    assert centres_clock(centre, "verify") == clock
    judge(centre, "verify")
    assert (centres_clock(centre, "verify").state, centres_clock(centre, "verify").ended_at) == ("met", centre.now)


def test_a_verification_that_nobody_makes_counts_against_the_centre_and_not_the_unit(centre: Centre) -> None:
    centre.answer("reply")
    centre.wait(DAY)
    (breach,) = (notice for notice in centre.notices() if notice.change == "breached")
    assert (breach.clock, breach.order_no, breach.unit) == ("verify", None, None)
    judge(centre, "verify")
    assert centres_clock(centre, "verify").state == "breached"
    assert centre.matter().state == "closed"


# Who verifies is not who resolved.


@pytest.mark.parametrize("by", [CENTRE, TOWN_CENTRE])
def test_the_centre_and_the_town_of_the_place_verify(centre: Centre, by: str) -> None:
    judge(centre, "verify", by=by)
    assert centre.order().verification == "passed"


@pytest.mark.parametrize(("by", "why"), [
    (WATER, "resolved it itself"),
    (EMERGENCY, "is of no kind that verifies"),
    (OTHER_TOWN_CENTRE, "answers for another town"),
    ("nobody", "is no unit"),
])  # fmt: skip
@pytest.mark.parametrize("result", ["passed", "failed"])
def test_a_unit_does_not_verify_that(centre: Centre, by: str, why: str, result: str) -> None:
    before = centre.matter()
    judge(centre, "verify", by=by, result=result)
    assert centre.set_aside() == ["NotEntitled"], why
    assert centre.matter() == before


def test_where_the_rules_ask_for_another_officer_a_colleague_may_verify_and_the_resolver_not() -> None:
    rule = ending("urgent", verifiers=("water_utility",), apart="officer")
    centre = delivered(rule)
    centre.answer("resolve")
    judge(centre, "verify", by=WATER, actor_officer="officer-1")
    assert (centre.set_aside(), centre.order().verification) == (["NotEntitled"], "pending")
    judge(centre, "verify", by=WATER, actor_officer="officer-2")
    assert centre.order().verification == "passed"


@pytest.mark.parametrize("word", ["verify", "rework"])
def test_what_nobody_calls_done_is_not_judged(word: str) -> None:
    centre = delivered()
    centre.answer("arrive")
    judge(centre, word)
    assert centre.set_aside() == ["NothingToJudge"]


def test_a_verification_said_twice_is_told(centre: Centre) -> None:
    judge(centre, "verify")
    judge(centre, "verify")
    assert centre.set_aside() == ["NothingToJudge"]
    assert centre.changes().count("verified") == 1


def test_without_rules_for_it_nothing_is_verified_sent_back_or_withdrawn() -> None:
    centre = Centre(items=RULES)
    centre.report("1")
    for word in ("verify", "rework", "withdraw"):
        judge(centre, word)
    assert centre.set_aside() == ["NotEntitled"] * 3


# Sent back (退回重办).


def test_work_that_fails_its_verification_is_in_hand_again_with_its_time_to_resolve_anew(centre: Centre) -> None:
    resolved_at = centre.now
    centre.wait(HOUR)
    judge(centre, "verify", result="failed", reason="not_as_said")
    order = centre.order()
    assert (centre.matter().state, order.state, order.reworks) == ("in_hand", "accepted", 1)
    assert (order.verification, order.result, order.resolved_by) == ("failed", None, None)
    clock = centre.clock("resolve")
    assert (clock.state, clock.started_at, clock.due_at) == ("running", centre.now, centre.now + 4 * HOUR)
    (earlier,) = order.earlier_clocks
    assert (earlier.kind, earlier.state, earlier.ended_at) == ("resolve", "met", resolved_at)
    assert centres_clock(centre, "verify").state == "met"
    assert centre.changes()[-1] == "sent_back"


def test_the_time_to_reply_goes_on_while_work_is_sent_back(centre: Centre) -> None:
    due_at = centre.clock("reply").due_at
    judge(centre, "verify", result="failed", reason="not_done")
    assert (centre.clock("reply").state, centre.clock("reply").due_at) == ("running", due_at)


def test_who_had_replied_has_to_reply_again(centre: Centre) -> None:
    centre.answer("reply")
    judge(centre, "rework")
    assert (centre.clock("reply").state, centre.clock("reply").due_at) == ("running", centre.now + 6 * HOUR)
    assert {clock.kind for clock in centre.order().earlier_clocks} == {"resolve", "reply"}


def test_a_second_round_is_verified_again_and_both_times_are_kept(centre: Centre) -> None:
    judge(centre, "verify", result="failed", reason="not_done")
    centre.wait(HOUR)
    centre.answer("reply", result="solved")
    assert centre.order().verification == "pending"
    judge(centre, "verify", by=TOWN_CENTRE)
    assert (centre.matter().state, centre.order().reworks) == ("closed", 1)
    verified = [*centre.matter().earlier_clocks, centres_clock(centre, "verify")]
    assert [(clock.kind, clock.state) for clock in verified] == [("verify", "met"), ("verify", "met")]


def test_a_second_round_that_is_late_is_breached_and_the_first_stays_met(centre: Centre) -> None:
    judge(centre, "verify", result="failed", reason="not_done")
    centre.wait(4 * HOUR)
    assert (centre.clock("resolve").state, centre.order().earlier_clocks[0].state) == ("breached", "met")
    assert centre.changes().count("breached resolve") == 1


def test_a_breach_of_the_first_round_is_not_removed_by_the_second() -> None:
    centre = delivered()
    centre.wait(5 * HOUR)
    centre.answer("resolve")
    judge(centre, "rework")
    centre.answer("reply")
    judge(centre, "verify")
    assert [clock.state for clock in centre.order().earlier_clocks] == ["breached"]


def test_only_the_centre_sends_back_what_nobody_asked_it_to_verify() -> None:
    centre = delivered(ending("urgent", verified_classes=()))
    centre.answer("resolve")
    judge(centre, "rework", by=TOWN_CENTRE)
    assert centre.set_aside() == ["NotEntitled"]
    judge(centre, "rework")
    assert centre.order().reworks == 1


# Re-opened.


def closed() -> Centre:
    centre = delivered()
    centre.answer("reply", result="solved")
    judge(centre, "verify")
    assert centre.matter().state == "closed"
    return centre


def test_a_closed_matter_is_reopened_under_its_number_and_counts_against_who_had_closed_it() -> None:
    centre = closed()
    number = centre.matter().matter_no
    centre.wait(14 * DAY)
    judge(centre, "rework", reason="recurred")
    matter = centre.matter()
    assert (matter.matter_no, matter.state, matter.reopened, matter.closed_at) == (number, "in_hand", 1, None)
    (reopened,) = (notice for notice in centre.notices() if notice.change == "reopened")
    assert (reopened.unit, reopened.order_no) == (WATER, f"{number}-01")
    assert (centre.incident().state, centre.incident().reopened) == ("in_hand", 1)
    assert centre.matter().opened_at == START_AT


def test_a_reopened_matter_is_not_forgotten_at_the_end_of_its_first_month() -> None:
    centre = closed()
    centre.wait(14 * DAY)
    judge(centre, "rework")
    centre.wait(60 * DAY)
    assert centre.matter().state == "in_hand"


def test_the_last_moment_to_reopen_counts_and_the_next_does_not() -> None:
    centre = closed()
    centre.wait(15 * DAY + 1)
    judge(centre, "rework")
    assert (centre.set_aside(), centre.matter().state) == (["EndedOrder"], "closed")
    centre = closed()
    centre.wait(15 * DAY)
    judge(centre, "rework")
    assert centre.matter().state == "in_hand"


# Withdrawn.


@pytest.mark.parametrize("answers", [[], ["acknowledge"], ["resolve"], ["reply"]])
def test_a_withdrawn_order_stops_every_clock_without_a_breach(answers: list[str]) -> None:
    centre = delivered()
    for answer in answers:
        centre.answer(answer)
    centre.wait(5 * MINUTE)
    judge(centre, "withdraw")
    matter, order = centre.matter(), centre.order()
    assert (matter.state, order.state, order.result) == ("closed", "withdrawn", "withdrawn")
    assert {clock.state for clock in views.clocks_of(matter)} <= {"met", "stopped"}
    assert {clock.ended_at for clock in views.clocks_of(matter) if clock.state == "stopped"} <= {centre.now}
    centre.wait(10 * DAY)
    assert not [change for change in centre.changes() if change.startswith("breached")]
    assert centre.changes()[-2:] == ["withdrawn", "closed"]
    assert centre.incident().state == "closed"
    assert centre.kept("dispatch", "clocks") == {}
    assert centre.kept("dispatch", "limits") == {}


def test_what_was_breached_before_the_withdrawal_stays_so() -> None:
    centre = delivered()
    centre.wait(10 * MINUTE)
    judge(centre, "withdraw")
    clock = centre.clock("acknowledge")
    assert (clock.state, clock.ended_at) == ("breached", centre.now)


def test_an_order_withdrawn_before_its_delivery_starts_no_clock_when_that_is_proven() -> None:
    centre = Centre(items=city())
    centre.report("1")
    judge(centre, "withdraw")
    told = centre.changes()
    centre.end_attempt("delivered")
    centre.wait(DAY)
    assert (centre.order().state, centre.order().clocks, centre.changes()) == ("withdrawn", (), told)
    (assign,) = centre.matter().clocks
    assert assign.state == "stopped"


def test_an_answer_to_a_withdrawn_order_is_told_and_changes_nothing() -> None:
    centre = delivered()
    judge(centre, "withdraw")
    before = centre.matter()
    centre.append("hub.log.matters.v1", answered(centre.now, centre.order().order_no, "acknowledge"))
    centre.hub.settle()
    assert (centre.set_aside(), centre.matter()) == (["EndedOrder"], before)


def test_an_order_is_withdrawn_once_and_not_after_its_matter_was_closed() -> None:
    centre = delivered()
    judge(centre, "withdraw")
    judge(centre, "withdraw")
    assert centre.set_aside() == ["EndedOrder"]
    done = closed()
    judge(done, "withdraw")
    assert done.set_aside() == ["EndedOrder"]


@pytest.mark.parametrize("by", [WATER, TOWN_CENTRE])
def test_nobody_but_the_centre_withdraws(by: str) -> None:
    centre = delivered()
    judge(centre, "withdraw", by=by)
    assert (centre.set_aside(), centre.order().state) == (["NotEntitled"], "delivered")


def test_a_withdrawn_matter_is_not_counted_any_more() -> None:
    centre = delivered()
    assert centre.tiles()["500117|burst_main"] == (1, 0, 0)
    judge(centre, "withdraw")
    assert centre.tiles()["500117|burst_main"] == (0, 0, 0)


def test_the_platform_that_alone_told_of_a_matter_may_withdraw_it() -> None:
    centre = delivered(system="zw_hotline12345")
    centre.report("2", system="zw_hotline12345")
    judge(centre, "withdraw", by="zw_hotline12345")
    assert (centre.matter().state, centre.order().state) == ("closed", "withdrawn")


def test_what_others_have_told_of_as_well_is_not_a_platforms_to_withdraw() -> None:
    centre = delivered(system="zw_hotline12345")
    centre.report("2", system="ga_alarm110")
    for platform in ("zw_hotline12345", "ga_alarm110", "zz_grid_app"):
        judge(centre, "withdraw", by=platform)
    assert (centre.set_aside(), centre.order().state) == (["NotEntitled"] * 3, "delivered")


# What the requesters are told.


def told_by_12345() -> Centre:
    """A burst main that 12345 has told of, which listens on a topic; its order is delivered."""
    centre = Centre(items=(*city(), route("zw_hotline12345")))
    centre.report("1", system="zw_hotline12345")
    centre.end_attempt("delivered")
    return centre


def replies(centre: Centre) -> list[str | None]:
    """With which result the outcome has gone back a second later, each time."""
    centre.wait(SECOND)
    told = centre.hub.values("hub.notice.give_backs.v1")
    return [one.result for one in told if one.kind == "reply"]


def test_the_outcome_goes_back_when_it_was_verified_and_not_before() -> None:
    centre = told_by_12345()
    centre.answer("reply", result="solved")
    assert replies(centre) == []
    judge(centre, "verify", result="failed", reason="not_as_said")
    centre.answer("reply", result="explained")
    judge(centre, "verify")
    assert replies(centre) == ["explained"]


def test_the_requester_is_told_that_a_matter_was_withdrawn() -> None:
    centre = told_by_12345()
    judge(centre, "withdraw")
    assert replies(centre) == ["withdrawn"]
