"""Services that are owed by a day and calls for help, from the department's row to the order of the unit that must."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from streams.contract import Fact
from streams.engine.tables import PartitionTables
from streams.facts import deliveries, matters, people, rules
from streams.facts.person_access import MatterMoved
from streams.facts.services import PersonCounting, PersonService
from streams.processors.due_services import DUE, call_forgotten, service_forgotten
from streams.processors.person_profiles import PersonProfiles
from streams.processors.service_counts import TALLIES
from tests.processors.kit import (
    DAY,
    DELIVERIES,
    DISTRICT,
    HOUR,
    MATTERS,
    MINUTE,
    RULES,
    VILLAGE,
    Centre,
    beijing,
    clock_limit,
    codec,
    publish_rules,
    unit,
)

PEOPLE = "hub.log.people.v1"
TOKEN, OTHER = "services:1:0123456789abcdef", "services:1:fedcba9876543210"
FEDERATION, JUSTICE, TOWN = "500117-disabled_federation", "500117-justice", "500117001-town_centre"
RECORD = "CJ00017"
DAY_LIMIT: dict[str, Any] = {"day_end": "midnight", "rolls_over": True}


def service_rule(kind: Any, unit_kind: str, **said: Any) -> PersonService:
    fields: dict[str, Any] = {
        "urgency": "routine", "remind_days": 3, "remind_hour": 9, "restricted": False, "counted": True, **said,
    }  # fmt: skip
    return PersonService(
        key="rules", occurred_at=0, version="", kind=kind, unit_kind=unit_kind, document="建议稿", **fields
    )


def time_of(kind: str, urgency: Any, clock: Any, amount: int, unit_: Any = "minute", **said: Any) -> Any:
    return replace(clock_limit(urgency, clock, amount, unit_, **said), incident_class=kind)  # type: ignore[call-arg]


CITY: tuple[Fact, ...] = (
    *RULES,
    unit(FEDERATION, "disabled_federation", DISTRICT),
    unit(JUSTICE, "justice", DISTRICT),
    unit(TOWN, "town_centre", VILLAGE[:9]),
    clock_limit("routine", "assign", 1, "hour"),
    time_of("help_call", "urgent", "acknowledge", 2),
    time_of("help_call", "urgent", "arrive", 30),
    time_of("help_call", "urgent", "resolve", 60),
    time_of("service_due", "routine", "acknowledge", 1, "hour"),
    time_of("service_due", "routine", "resolve", 1, "natural_day", **DAY_LIMIT),
    service_rule("disability", "disabled_federation"),
    service_rule("aid", "town_centre"),
    service_rule("correction", "justice", restricted=True, counted=False),
    service_rule("help_call", "town_centre", urgency="urgent", remind_days=0, remind_hour=0),
    PersonCounting(key="rules", occurred_at=0, version="", step=5, every_minutes=60, document="建议稿"),
)


class Departments:
    """What departments' rows say of persons; each row is one version of a record."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self._rows = 0

    def say(self, fact: Fact, system: str, record_no: str) -> None:
        self._rows += 1
        trace = f"{system}:{record_no}:{self._rows}"
        self.centre.hub.publish(PEOPLE, replace(fact, id=f"{trace}#1", trace=trace, source=system))
        self.centre.hub.settle()

    def service(self, due_on: str | None, state: Any = "due", recorded_at: int | None = None, **said: Any) -> None:
        """By default a visit that the federation for the disabled owes to a person in a village."""
        fields: dict[str, Any] = {
            "token": TOKEN, "system": "cl_disability_service", "unit": VILLAGE, "record_no": RECORD,
            "region": VILLAGE, "kind": "disability", "under_14": False, **said,
        }  # fmt: skip
        self.say(_service(self.centre.now, due_on, state, recorded_at, fields), fields["system"], fields["record_no"])

    def call(self, call_no: str = "HJ1", *, answered: bool = False, recorded_at: int | None = None) -> None:
        now = self.centre.now
        fact = people.Help(
            key=TOKEN, occurred_at=now, token=TOKEN, system="mz_elder_call", record_no=call_no,
            content=people.HelpContent(region=VILLAGE, answered=answered, unit=None),
            recorded_at=now if recorded_at is None else recorded_at,
        )  # fmt: skip
        self.say(fact, "mz_elder_call", call_no)


def _service(now: int, due_on: str | None, state: Any, recorded_at: int | None, fields: dict[str, Any]) -> Fact:
    return people.Service(
        key=fields["token"],
        occurred_at=now,
        token=fields["token"],
        system=fields["system"],
        record_no=fields["record_no"],
        content=people.ServiceContent(
            unit=fields["unit"],
            region=fields["region"],
            kind=fields["kind"],
            state=state,
            due_on=due_on,
            under_14=fields["under_14"],
        ),
        recorded_at=now if recorded_at is None else recorded_at,
    )


@pytest.fixture
def centre() -> Centre:
    """Monday, 21 September 2026, 08:00."""
    centre = Centre(items=None)
    publish_rules(centre.hub, CITY, logs=("hub.log.incidents.v1", MATTERS, DELIVERIES, PEOPLE))
    centre.hub.settle()
    return centre


@pytest.fixture
def departments(centre: Centre) -> Departments:
    return Departments(centre)


def raised(centre: Centre) -> list[matters.Raised]:
    return [one for one in centre.hub.values(MATTERS) if isinstance(one, matters.Raised)]


def settled(centre: Centre) -> list[str]:
    return [one.result for one in centre.hub.values(MATTERS) if isinstance(one, matters.Settled)]


def orders(centre: Centre) -> list[deliveries.Requested]:
    found = [one for one in centre.hub.values(DELIVERIES) if isinstance(one, deliveries.Requested)]
    return [one for one in found if one.kind == "order"]


def test_the_order_goes_out_three_days_before_the_day_and_is_done_in_time(
    centre: Centre, departments: Departments
) -> None:
    departments.service("2026-09-30")
    centre.wait_until(beijing(2026, 9, 27, 9) - 1)
    assert orders(centre) == []
    centre.wait_until(beijing(2026, 9, 27, 9))
    (order,) = orders(centre)
    assert (order.unit, order.record_no, order.due_at) == (FEDERATION, RECORD, beijing(2026, 10, 1, 0))

    centre.end_attempt()
    centre.answer("acknowledge")
    centre.wait(DAY)
    departments.service("2026-09-30", "done")
    centre.wait(30 * DAY)
    assert (settled(centre), centre.changes().count("breached resolve")) == (["done"], 0)
    assert centre.hub.values(MATTERS)  # the log keeps it; the view lets go of a matter that was closed long ago


def test_what_is_not_done_by_its_day_is_a_breach_and_stays_one(centre: Centre, departments: Departments) -> None:
    departments.service("2026-09-22")
    centre.end_attempt()
    centre.wait_until(beijing(2026, 9, 23, 0))
    assert centre.clock("resolve").state == "breached"
    departments.service("2026-09-22", "done")
    assert (centre.matter().state, centre.clock("resolve").state) == ("closed", "breached")


@pytest.mark.parametrize("day", ["2026-09-01", "2026-09-20", "2026-09-23"])
def test_one_that_comes_near_its_day_or_after_it_goes_out_at_once(
    centre: Centre, departments: Departments, day: str
) -> None:
    departments.service(day)
    centre.wait(0)
    assert len(orders(centre)) == 1
    centre.end_attempt()
    centre.wait(1)
    assert centre.clock("resolve").state == ("running" if day == "2026-09-23" else "breached")


def test_a_later_day_before_the_order_puts_it_off_and_after_it_moves_the_deadline(
    centre: Centre, departments: Departments
) -> None:
    departments.service("2026-09-25")
    departments.service("2026-09-28")
    centre.wait_until(beijing(2026, 9, 25, 9) - 1)
    assert orders(centre) == []
    centre.wait_until(beijing(2026, 9, 25, 9))
    centre.end_attempt()
    departments.service("2026-10-08")
    assert centre.clock("resolve").due_at == beijing(2026, 10, 9, 0)
    assert len(centre.matters()) == 1
    departments.service("2026-10-08", "closed")
    assert (settled(centre), centre.matter().state) == (["ended"], "closed")


def test_the_next_round_of_a_service_is_a_matter_of_its_own(centre: Centre, departments: Departments) -> None:
    departments.service("2026-09-22")
    departments.service("2026-09-22", "done")
    departments.service("2026-09-23")
    centre.wait(0)
    first, second = {one.subject_no for one in raised(centre)}
    assert first != second
    assert sorted(matter.state for matter in centre.matters()) == ["assigned", "closed"]


def test_whatever_order_rows_come_in_and_however_often_the_latest_holds(centre: Centre) -> None:
    now = centre.now
    rows: tuple[dict[str, Any], ...] = (
        {"due_on": "2026-09-22", "recorded_at": now - 3 * HOUR},
        {"due_on": "2026-09-23", "recorded_at": now - 2 * HOUR},
        {"due_on": "2026-09-23", "state": "done", "recorded_at": now - HOUR},
    )
    for order in permutations((*rows, rows[0])):
        told = Centre(items=None)
        publish_rules(told.hub, CITY, logs=("hub.log.incidents.v1", MATTERS, DELIVERIES, PEOPLE))
        departments = Departments(told)
        for row in order:
            departments.service(**row)
        told.wait(30 * DAY)
        assert len({one.subject_no for one in raised(told)}) == len(settled(told)) <= 1


def test_two_services_of_a_person_and_one_of_another_are_three_matters(
    centre: Centre, departments: Departments
) -> None:
    departments.service("2026-09-22")
    departments.service("2026-09-22", record_no="CJ00018")
    departments.service("2026-09-22", token=OTHER, record_no="CJ00019")
    centre.wait(0)
    assert len(centre.matters()) == 3


def test_a_call_for_help_is_an_order_at_once_and_its_answer_ends_it(centre: Centre, departments: Departments) -> None:
    departments.call()
    (order,) = orders(centre)
    assert (order.unit, order.subject, order.record_no, order.urgency) == (TOWN, "help_call", "HJ1", "urgent")
    centre.end_attempt()
    centre.wait(MINUTE)
    departments.call(answered=True)
    centre.wait(DAY)
    assert [clock.state for clock in centre.order().clocks] == ["met"] * 3
    assert (settled(centre), centre.matter().state) == (["answered"], "closed")


def test_a_call_that_is_answered_late_was_breached(centre: Centre, departments: Departments) -> None:
    departments.call()
    departments.call()
    centre.end_attempt()
    centre.wait(31 * MINUTE)
    departments.call(answered=True)
    departments.call(answered=True)
    states = {clock.kind: clock.state for clock in centre.order().clocks}
    assert states == {"acknowledge": "breached", "arrive": "breached", "resolve": "met"}
    assert (len(raised(centre)), settled(centre)) == (1, ["answered"])


def test_a_call_that_was_answered_before_it_is_heard_of_is_no_matter(centre: Centre, departments: Departments) -> None:
    departments.call(answered=True)
    departments.call(recorded_at=centre.now - MINUTE)
    assert raised(centre) == []


def test_without_any_rules_its_unit_alone_is_told_and_nothing_is_lost() -> None:
    centre = Centre()
    departments = Departments(centre)
    departments.service("2026-09-21", unit=f"{DISTRICT}999")
    departments.call()
    centre.wait(0)
    assert [one.restricted for one in raised(centre)] == [True, True]
    assert [matter.state for matter in centre.matters()] == ["unassigned", "unassigned"]
    assert centre.set_aside() == []


def test_no_order_view_or_notice_has_a_token_and_only_its_owner_is_told_by_it(
    centre: Centre, departments: Departments
) -> None:
    departments.service("2026-09-22")
    departments.call()
    centre.wait(3 * DAY)
    departments.service("2026-09-22", "done")
    departments.call(answered=True)
    centre.wait(DAY)
    for topic in centre.hub.topology.topics:
        if topic not in (PEOPLE, MATTERS):
            texts = [repr(one) for one in (*centre.hub.values(topic), *centre.hub.appended(topic))]
            assert [text for text in texts if TOKEN.rpartition(":")[2] in text] == [], topic
    said = [replace(one, token=None) if isinstance(one, matters.Raised) else one for one in centre.hub.values(MATTERS)]
    assert TOKEN.rpartition(":")[2] not in repr(said)
    moved = [one for one in centre.hub.values(PEOPLE) if isinstance(one, MatterMoved)]
    assert {one.token for one in moved} == {TOKEN}
    assert [one.open for one in moved[-2:]] == [False, False]


def test_rules_of_services_are_a_version_like_others(centre: Centre, departments: Departments) -> None:
    longer = tuple(
        replace(one, remind_days=10) if isinstance(one, PersonService) and one.kind == "disability" else one
        for one in CITY
    )
    publish_rules(centre.hub, longer, "2", logs=(MATTERS, DELIVERIES, PEOPLE))
    centre.hub.settle()
    departments.service("2026-10-02")
    centre.wait_until(beijing(2026, 9, 22, 9))
    assert len(orders(centre)) == 1
    assert isinstance(centre.kept("person_profiles", "in_force")["current"], rules.InForce)


def test_whoever_is_forgotten_leaves_neither_an_order_nor_a_count() -> None:
    """What is to be done before the key of a person is destroyed, while it still opens what is known."""
    tables = PartitionTables(PersonProfiles.tables, codec())
    owner = PersonProfiles()
    version = {"version": "1", "id": "rules:1"}
    for rule in (one for one in CITY if isinstance(one, PersonService | PersonCounting)):
        list(owner.on_record(0, replace(rule, **version), tables))  # type: ignore[arg-type]
    in_force = rules.InForce(key="rules", occurred_at=0, version="1", effective_at=0, items=5)
    list(owner.on_record(0, in_force, tables))
    now = beijing(2026, 9, 21, 8)
    fields: dict[str, Any] = {
        "token": TOKEN, "system": "cl_disability_service", "unit": VILLAGE, "region": VILLAGE, "record_no": RECORD,
        "kind": "disability", "under_14": False,
    }  # fmt: skip
    visit = _service(now, "2026-09-22", "due", None, fields)
    call = people.Help(
        key=TOKEN, occurred_at=now, token=TOKEN, system="mz_elder_call", record_no="HJ1", recorded_at=now,
        content=people.HelpContent(region=VILLAGE, answered=False, unit=None),
    )  # fmt: skip
    first = [output.value.subject_no for said in (visit, call) for output in owner.on_record(now, said, tables)]
    assert isinstance(visit, people.Service)

    key = f"{TOKEN}/cl_disability_service/{RECORD}"
    last = [*service_forgotten(now, key, visit, tables), *call_forgotten(now, call, tables)]
    assert [(one.value.subject_no, one.value.result) for one in last] == [(number, "ended") for number in first]
    gathered = tables[TALLIES].get(f"{VILLAGE}000")
    assert gathered is not None
    assert (gathered.due, gathered.overdue, gathered.calls) == (0, 0, 0)
    assert dict(tables[DUE].scan("")) == {}
