"""保密工单: nothing that units, the wall or other departments are told leads to who told of it; who reads is noted."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from streams.facts.incidents import MasterOrder
from streams.facts.matters import GivenBack, Mirrored, Read, Sealed
from streams.facts.notices import Attempt, GiveBack
from streams.facts.views import Content
from tests.processors.alerts import ALERT_RULES, LEADER
from tests.processors.kit import (
    DAY,
    DISTRICT,
    EMERGENCY,
    GRID,
    LATITUDE,
    LONGITUDE,
    MATTERS,
    MINUTE,
    OTHER_TOWN_GRID,
    SECOND,
    WATER,
    Centre,
    Spot,
    incident_class,
    spot,
)
from tests.processors.test_give_backs import route

CONTENTS, GIVE_BACKS = "hub.view.contents.v1", "hub.notice.give_backs.v1"
SHOWN = ("hub.view.", "hub.notice.", "hub.log.deliveries.v1", "hub.log.situation.v1")
"""What units, the wall, watchers and departments read; the logs of incidents and matters are the hub's own."""

RECORD = "GD-SECRET-77"
HOTLINE, GRID_APP = "zw_hotline12345", "zz_grid_app"
RULES = (*ALERT_RULES, route(HOTLINE, write_back="topic"), route(GRID_APP))


@pytest.fixture
def centre() -> Centre:
    return Centre(items=RULES)


def told(centre: Centre) -> dict[str, list[Any]]:
    """Every record of what others read, by topic, but for the content that is shown under a receipt."""
    topics = [name for name in centre.hub.topology.topics if name.startswith(SHOWN) and name != CONTENTS]
    return {topic: list(centre.hub.values(topic)) for topic in topics}


def leaks(centre: Centre, *hidden: object) -> list[tuple[str, object]]:
    """Where a hidden value stands in something that others read; a requester's own system is told its own number."""
    found = []
    for topic, records in told(centre).items():
        for one in records:
            shown = replace(one, record_no="", give_back_no="") if isinstance(one, GiveBack) else one
            text = repr(asdict(shown)) if hasattr(shown, "__dataclass_fields__") else repr(shown)
            found += [(topic, value) for value in hidden if str(value) in text]
    return found


def read(centre: Centre, unit: str = WATER, role: str = "unit", order_no: str = "", officer: str = "0117") -> None:
    """Somebody leaves the receipt of a reading."""
    centre.append(
        MATTERS,
        Read(
            key=DISTRICT, occurred_at=centre.now, order_no=order_no or centre.order().order_no, actor_unit=unit,
            actor_post="值班员", actor_officer=officer, actor_shift="夜班", actor_role=role,
        ),
    )  # fmt: skip
    centre.hub.settle()


def seal(centre: Centre, role: str = LEADER, matter_no: str = "") -> None:
    """Somebody makes the only matter confidential."""
    centre.append(
        MATTERS,
        Sealed(
            key=DISTRICT, occurred_at=centre.now, matter_no=matter_no or centre.matter().matter_no, cause="反映人要求",
            document="值班记录7", actor_unit="centre-district", actor_post="带班领导", actor_officer="0301",
            actor_shift="夜班", actor_role=role,
        ),
    )  # fmt: skip
    centre.hub.settle()


def content(centre: Centre) -> Content:
    (found,) = centre.hub.latest(CONTENTS).values()
    assert isinstance(found, Content)
    return found


def deliver_give_backs(centre: Centre) -> list[GiveBack]:
    """Every reply that went out, each taken by its system."""
    centre.wait(SECOND)
    replies = [one for one in centre.hub.values(GIVE_BACKS) if one.kind == "reply"]
    for one in replies:
        fact = GivenBack(
            key=one.district, occurred_at=centre.now, give_back_no=one.give_back_no, attempt=one.attempt,
            outcome="delivered", status_code=None, detail="",
        )  # fmt: skip
        centre.append(MATTERS, fact)
    centre.hub.settle()
    return replies


def test_from_the_call_to_the_reply_nobody_is_told_who_asked_or_where(centre: Centre) -> None:
    centre.report(RECORD, system=HOTLINE, confidential=True)
    centre.end_attempt()
    read(centre)
    centre.wait(11 * MINUTE)
    for answer in ("acknowledge", "arrive", "resolve", "reply"):
        centre.answer(answer)
    replies = deliver_give_backs(centre)

    assert (centre.matter().state, centre.matter().replied_to) == ("closed", 1)
    assert [(one.system, one.record_no) for one in replies] == [(HOTLINE, RECORD)]
    assert "breached acknowledge" in centre.changes()
    assert "requester_replied" in centre.changes()
    assert leaks(centre, RECORD, GRID, GRID[:9], LONGITUDE, LATITUDE) == []
    assert centre.set_aside() == []


def test_the_same_without_the_wish_is_told_in_full(centre: Centre) -> None:
    centre.report(RECORD, system=HOTLINE)
    centre.end_attempt()
    for answer in ("acknowledge", "arrive", "resolve", "reply"):
        centre.answer(answer)
    deliver_give_backs(centre)

    found = {value for _, value in leaks(centre, RECORD, GRID, LONGITUDE)}
    assert found == {RECORD, GRID, LONGITUDE}
    assert centre.hub.latest(CONTENTS) == {}


def test_the_call_and_every_word_after_it_say_that_it_is_confidential(centre: Centre) -> None:
    centre.report(RECORD, confidential=True)
    (call,) = centre.attempts()
    assert isinstance(call, Attempt)
    assert (call.confidential, call.region, call.longitude, call.latitude) == (True, DISTRICT, None, None)
    assert call.limits
    assert (centre.matter().confidential, centre.incident().confidential) == (True, True)
    assert (centre.incident().systems, centre.incident().longitude) == ((), None)


def test_the_content_says_where_and_who_was_shown_it(centre: Centre) -> None:
    centre.report(RECORD, confidential=True)
    before = content(centre)
    assert (before.region, before.longitude, before.latitude, before.readings) == (GRID, LONGITUDE, LATITUDE, ())
    read(centre)
    centre.wait(MINUTE)
    read(centre, "centre-district", "centre", officer="0301")

    assert [(one.unit, one.officer, one.post, one.shift) for one in content(centre).readings] == [
        (WATER, "0117", "值班员", "夜班"),
        ("centre-district", "0301", "值班员", "夜班"),
    ]
    first, second = content(centre).readings
    assert second.read_at - first.read_at == MINUTE
    assert centre.changes().count("content_read") == 2


def test_a_class_may_be_confidential_whether_it_is_asked_for_or_not() -> None:
    secret = replace(incident_class("burst_main", 500, 7_200), confidential=True)  # type: ignore[call-arg]
    others = [
        one for one in RULES if getattr(one, "incident_class", "") != "burst_main" or "radius_metres" not in vars(one)
    ]
    centre = Centre(items=(*others, secret))
    centre.report(RECORD, system=HOTLINE)
    assert centre.matter().confidential
    assert leaks(centre, RECORD, GRID, LONGITUDE) == []


def test_one_confidential_report_among_several_makes_the_matter_so_from_then_on(centre: Centre) -> None:
    centre.report("GRID-1", system=GRID_APP)
    assert not centre.matter().confidential
    seen = {topic: len(records) for topic, records in told(centre).items()}
    centre.report(RECORD, spot(20), system=HOTLINE, confidential=True)

    assert (centre.matter().confidential, centre.incident().confidential) == (True, True)
    later = [repr(one) for topic, records in told(centre).items() for one in records[seen[topic] :]]
    assert later
    assert [text for text in later if RECORD in text or "GRID-1" in text] == []
    assert [one for one in centre.hub.latest("hub.view.matters.v1").values() if one.region != DISTRICT] == []
    assert {key.partition("|")[0]: tile[0] for key, tile in centre.tiles().items() if key.endswith("|burst_main")}[
        GRID
    ] == 0


def test_the_centre_makes_a_matter_confidential(centre: Centre) -> None:
    centre.report(RECORD, system=HOTLINE)
    centre.end_attempt()
    clocks = centre.order().clocks
    seal(centre)
    assert (centre.matter().region, centre.matter().confidential, centre.incident().confidential) == (
        DISTRICT,
        True,
        True,
    )
    assert centre.order().clocks == clocks
    assert content(centre).region == GRID
    count = len(centre.notices())
    seal(centre)
    assert len(centre.notices()) == count


@pytest.mark.parametrize("case", ["role", "matter"])
def test_nobody_else_makes_one_confidential_and_none_that_there_is_not(centre: Centre, case: str) -> None:
    centre.report(RECORD)
    seal(centre, *(("unit",) if case == "role" else (LEADER, "50011720260921M09999")))
    assert len(centre.set_aside()) == 1
    assert not centre.matter().confidential


@pytest.mark.parametrize("case", ["other unit", "no such order", "not confidential", "withdrawn"])
def test_a_receipt_that_is_none_is_set_aside(centre: Centre, case: str) -> None:
    centre.report(RECORD, confidential=case != "not confidential")
    match case:
        case "other unit":
            read(centre, EMERGENCY)
        case "no such order":
            read(centre, order_no="50011720260921M09999-01")
        case "withdrawn":
            centre.report("CG1", spot(10), system="cg_digital", order=MasterOrder(order_no="CG1", unit="市政所"))
            assert centre.order().state == "withdrawn"
            read(centre)
        case _:
            read(centre)
    assert len(centre.set_aside()) == 1
    assert [one.readings for one in centre.hub.latest(CONTENTS).values()] in ([()], [])


def test_a_departments_own_order_leads_without_its_number(centre: Centre) -> None:
    order = MasterOrder(order_no=RECORD, unit="市政设施所", due_at=centre.now + DAY)
    centre.report(RECORD, system="cg_digital", order=order, confidential=True)
    centre.append(
        MATTERS,
        Mirrored(
            key=DISTRICT, occurred_at=centre.now, system="cg_digital", order_no=RECORD, state="resolved",
            recorded_at=centre.now,
        ),
    )  # fmt: skip
    centre.hub.settle()

    (master,) = centre.matter().mirrored
    assert (master.system, master.unit, master.state) == ("cg_digital", "市政设施所", "resolved")
    assert centre.matter().state == "resolved"
    assert leaks(centre, RECORD, GRID) == []


def test_one_that_gets_its_place_later_is_shown_there_under_a_receipt_alone(centre: Centre) -> None:
    centre.report(RECORD, Spot(DISTRICT, None, None, "system"), confidential=True)
    centre.locate(centre.matter().incident_no, Spot(OTHER_TOWN_GRID))
    assert (content(centre).region, content(centre).longitude) == (OTHER_TOWN_GRID, LONGITUDE)
    assert leaks(centre, OTHER_TOWN_GRID, OTHER_TOWN_GRID[:9], LONGITUDE) == []


def test_the_content_is_forgotten_with_its_matter(centre: Centre) -> None:
    centre.report(RECORD, confidential=True)
    centre.end_attempt()
    for answer in ("acknowledge", "arrive", "resolve", "reply"):
        centre.answer(answer)
    centre.wait(40 * DAY)
    assert centre.hub.latest(CONTENTS) == {}
    assert centre.kept("dispatch", "contents") == {}
