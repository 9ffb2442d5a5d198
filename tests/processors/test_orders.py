"""Who is called, how an order goes on, and what closes it."""

import pytest

from streams.facts import deliveries, matters
from tests.processors.kit import (
    DAY,
    DELIVERIES,
    DISTRICT,
    EMERGENCY,
    GRID,
    HOUR,
    MATTERS,
    MINUTE,
    RULES,
    START_AT,
    TOWN,
    VILLAGE,
    WATER,
    Centre,
    Spot,
    answered,
    spot,
    unit,
)


@pytest.fixture
def centre() -> Centre:
    """One burst main, urgent, and its order delivered."""
    centre = Centre()
    centre.report("1")
    centre.end_attempt("delivered")
    return centre


# Who is called.


def test_an_incident_that_needs_work_opens_a_matter_with_an_order() -> None:
    centre = Centre()
    centre.report("1", spot(40))
    matter, order = centre.matter(), centre.order()
    assert (matter.matter_no, matter.state) == ("50011720260921M00001", "assigned")
    assert (matter.incident_no, matter.urgency) == (centre.incident().incident_no, "urgent")
    assert (order.order_no, order.unit, order.state) == ("50011720260921M00001-01", WATER, "sent")
    assert centre.changes() == ["opened", "assigned"]


def test_the_unit_is_told_what_where_and_within_what_time() -> None:
    centre = Centre()
    centre.report("1", spot(40), urgency="critical")
    (request,) = (fact for fact in centre.hub.values(DELIVERIES) if isinstance(fact, deliveries.Requested))
    assert (request.key, request.unit, request.district) == (WATER, WATER, DISTRICT)
    assert (request.order_no, request.delivery_no) == ("50011720260921M00001-01", "50011720260921M00001-01-D1")
    assert (request.incident_class, request.urgency) == ("burst_main", "critical")
    assert (request.region, request.longitude, request.latitude) == (GRID, spot(40).longitude, spot(40).latitude)
    assert [(one.kind, one.amount, one.unit) for one in request.limits] == [
        ("acknowledge", 5, "minute"),
        ("arrive", 30, "minute"),
    ]


WATER_UNITS = {
    "district": unit("500117-water", "water_utility", DISTRICT),
    "town": unit("water-town", "water_utility", TOWN),
    "village": unit("water-village", "water_utility", VILLAGE),
    "grid": unit("water-grid", "water_utility", GRID),
    "other town": unit("water-other", "water_utility", "500117002"),
}
OTHERS = tuple(rule for rule in RULES if getattr(rule, "unit", "") != WATER)


@pytest.mark.parametrize(("there_are", "called"), [
    (["district", "town", "village", "grid", "other town"], "water-grid"),
    (["district", "town", "village", "other town"], "water-village"),
    (["district", "town", "other town"], "water-town"),
    (["district", "other town"], "500117-water"),
])  # fmt: skip
def test_the_unit_of_the_right_kind_nearest_above_the_place_is_called(there_are: list[str], called: str) -> None:
    centre = Centre(items=(*OTHERS, *(WATER_UNITS[name] for name in there_are)))
    centre.report("1")
    assert centre.order().unit == called


def test_among_units_of_one_region_the_first_by_code_is_called() -> None:
    centre = Centre(items=(*OTHERS, unit("water-b", "water_utility", TOWN), unit("water-a", "water_utility", TOWN)))
    centre.report("1")
    assert centre.order().unit == "water-a"


def test_the_class_decides_of_which_kind_the_unit_is() -> None:
    centre = Centre()
    centre.report("1", incident_class="flooding")
    assert centre.order().unit == EMERGENCY


def test_a_place_known_only_as_the_district_is_the_districts_units() -> None:
    centre = Centre(items=(*OTHERS, WATER_UNITS["town"], WATER_UNITS["district"]))
    centre.report("1", Spot(DISTRICT, None, None, "system"))
    assert centre.order().unit == "500117-water"


@pytest.mark.parametrize(("incident_class", "urgency", "why"), [
    ("gas_leak", "urgent", "no unit of the kind"),
    ("streetlight", "urgent", "no call for the class"),
    ("flooding", "critical", "no call for the urgency"),
])  # fmt: skip
def test_where_there_is_nobody_to_call_the_centre_keeps_the_matter(incident_class: str, urgency: str, why: str) -> None:
    centre = Centre()
    centre.report("1", incident_class=incident_class, urgency=urgency)
    assert (centre.matter().state, centre.matter().orders) == ("unassigned", ()), why
    assert centre.changes() == ["opened", "unassignable"]
    assert centre.incident().matter_no == centre.matter().matter_no
    assert centre.tiles()[f"{GRID}|{incident_class}"] == (1, 0, 0)
    assert centre.attempts() == []


def test_units_of_another_town_are_not_called() -> None:
    centre = Centre(items=(*OTHERS, WATER_UNITS["other town"]))
    centre.report("1")
    assert centre.changes() == ["opened", "unassignable"]


# What an order goes through.


def test_an_order_goes_from_sent_to_replied() -> None:
    centre = Centre()
    centre.report("1")
    states = [centre.order().state]
    centre.end_attempt("delivered")
    states.append(centre.order().state)
    for answer in ("acknowledge", "accept", "arrive", "resolve", "reply"):
        centre.answer(answer)
        states.append(centre.order().state)
    assert states == ["sent", "delivered", "acknowledged", "accepted", "arrived", "resolved", "replied"]
    assert centre.changes() == [
        "opened", "assigned", "delivered", "acknowledged", "accepted", "arrived", "resolved", "replied", "closed",
    ]  # fmt: skip


def test_the_matter_is_in_hand_from_the_first_word_and_closed_by_the_reply(centre: Centre) -> None:
    states = [centre.matter().state]
    for answer in ("acknowledge", "arrive", "resolve", "reply"):
        centre.answer(answer)
        states.append(centre.matter().state)
    assert states == ["assigned", "in_hand", "in_hand", "resolved", "closed"]


def test_a_unit_may_skip_steps(centre: Centre) -> None:
    centre.answer("resolve")
    assert (centre.order().state, centre.matter().state) == ("resolved", "resolved")
    assert {clock.state for clock in centre.order().clocks} == {"met"}


@pytest.mark.parametrize("late", ["acknowledge", "accept", "arrive"])
def test_an_order_never_goes_back(centre: Centre, late: str) -> None:
    centre.answer("resolve")
    told = centre.changes()
    centre.answer(late)
    assert (centre.order().state, centre.matter().state) == ("resolved", "resolved")
    assert centre.changes() == told


@pytest.mark.parametrize("answer", ["acknowledge", "accept", "arrive", "first_contact", "resolve", "reply"])
def test_an_answer_that_is_repeated_changes_nothing(centre: Centre, answer: str) -> None:
    centre.answer(answer)
    centre.wait(MINUTE)
    view, told = centre.matter(), centre.changes()
    centre.answer(answer)
    assert (centre.matter(), centre.changes()) == (view, told)


def test_first_contact_is_told_whenever_it_comes_and_once(centre: Centre) -> None:
    for answer in ("accept", "first_contact", "arrive", "first_contact"):
        centre.answer(answer)
        centre.wait(MINUTE)
    assert centre.changes()[3:] == ["accepted", "first_contacted", "arrived"]
    assert centre.order().first_contact_at == START_AT + MINUTE


def test_a_first_contact_after_the_reply_does_not_close_twice(centre: Centre) -> None:
    centre.answer("reply")
    centre.answer("first_contact")
    assert centre.changes().count("closed") == 1
    assert centre.matter().state == "closed"


def test_an_answer_of_another_unit_is_set_aside(centre: Centre) -> None:
    centre.answer("acknowledge", actor_unit=EMERGENCY)
    assert centre.set_aside() == ["WrongUnit"]
    assert centre.order().state == "delivered"


@pytest.mark.parametrize("order_no", ["50011720260921M00001-02", "50011720260921M00099-01", "500117", ""])
def test_an_answer_to_an_order_that_does_not_exist_is_set_aside(centre: Centre, order_no: str) -> None:
    centre.append(MATTERS, answered(centre.now, order_no or "500117nothing", "acknowledge"))
    centre.hub.settle()
    assert centre.set_aside() == ["UnknownOrder"]


def test_what_is_set_aside_leaves_no_trace_in_the_matter(centre: Centre) -> None:
    view = centre.matter()
    centre.answer("reply", actor_unit=EMERGENCY)
    assert centre.matter() == view
    assert centre.changes() == ["opened", "assigned", "delivered"]


# Delivery as dispatch sees it.


def test_an_order_that_cannot_be_delivered_says_so_and_runs_no_clock() -> None:
    centre = undelivered()
    assert centre.order().state == "undelivered"
    assert centre.order().clocks == ()
    assert centre.changes() == ["opened", "assigned", "undelivered"]


def test_a_proof_that_comes_after_all_starts_the_clocks_then() -> None:
    centre = undelivered()
    centre.wait(HOUR)
    centre.end_attempt("delivered")
    assert centre.order().state == "delivered"
    assert {clock.started_at for clock in centre.order().clocks} == {centre.now}


def test_the_answer_of_a_unit_that_no_attempt_reached_starts_its_clocks() -> None:
    """The duty officer has phoned: the unit has the order now, and half an hour to be there."""
    centre = undelivered()
    centre.wait(HOUR)
    centre.answer("acknowledge")
    assert centre.order().state == "acknowledged"
    assert (centre.clock("acknowledge").state, centre.clock("arrive").state) == ("met", "running")
    assert centre.clock("arrive").due_at == centre.now + HOUR
    assert centre.changes() == ["opened", "assigned", "undelivered", "delivered", "acknowledged"]
    centre.wait(HOUR)
    assert centre.changes()[-1] == "breached arrive"


def test_an_order_that_was_answered_before_the_attempts_ran_out_is_not_called_undelivered() -> None:
    centre = Centre()
    centre.report("1")
    centre.answer("acknowledge")
    centre.wait(3 * MINUTE)
    assert centre.order().state == "acknowledged"
    assert (centre.clock("acknowledge").state, centre.clock("arrive").state) == ("met", "running")
    assert "undelivered" not in centre.changes()


def undelivered() -> Centre:
    """One order, three minutes old, of which no attempt had a result."""
    centre = Centre()
    centre.report("1")
    centre.wait(3 * MINUTE)
    return centre


# One matter for one incident; closed ones are forgotten.


def test_an_incident_that_asks_twice_has_one_matter(centre: Centre) -> None:
    (opened,) = (fact for fact in centre.hub.values(MATTERS) if isinstance(fact, matters.Opened))
    centre.append(MATTERS, opened)
    centre.hub.settle()
    assert len(centre.matters()) == 1


def test_a_closed_matter_is_forgotten_after_thirty_days(centre: Centre) -> None:
    centre.answer("reply")
    centre.wait(30 * DAY - 1)
    assert centre.matter().state == "closed"
    centre.wait(1)
    assert centre.matters() == []
    assert [len(centre.kept("dispatch", table)) for table in ("matters", "by_incident", "clocks")] == [0, 0, 0]


def test_an_answer_to_a_forgotten_matter_is_set_aside(centre: Centre) -> None:
    order_no = centre.order().order_no
    centre.answer("reply")
    centre.wait(30 * DAY)
    centre.append(MATTERS, answered(centre.now, order_no, "reply"))
    centre.hub.settle()
    assert centre.set_aside() == ["UnknownOrder"]


def test_a_matter_that_is_not_closed_is_kept(centre: Centre) -> None:
    centre.answer("resolve")
    centre.wait(400 * DAY)
    assert centre.matter().state == "resolved"
