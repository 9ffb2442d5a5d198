"""How an incident goes on: later words, closings, its matter, its number, and when it is forgotten."""

import pytest

from streams.facts import matters
from tests.processors.kit import (
    DAY,
    GRID,
    HOUR,
    MATTERS,
    MINUTE,
    RULES,
    SECOND,
    START_AT,
    Centre,
    Spot,
    beijing,
    incident_class,
    publish_rules,
    spot,
)

OTHER_RULES = tuple(rule for rule in RULES if getattr(rule, "incident_class", "") != "public_security")


@pytest.fixture
def centre() -> Centre:
    return Centre()


def asked(centre: Centre) -> list[str]:
    """What event_profiles told dispatch, in order."""
    told = (fact for fact in centre.hub.values(MATTERS) if isinstance(fact, matters.Opened | matters.Joined))
    return [f"{type(fact).__name__} {fact.record_no}" for fact in told]


# Later words.


def test_a_later_word_makes_an_incident_more_urgent(centre: Centre) -> None:
    centre.report("1", urgency="routine")
    centre.wait(MINUTE)
    centre.update("1", "critical")
    assert (centre.incident().urgency, centre.incident().as_of) == ("critical", START_AT + MINUTE)


def test_a_later_word_never_makes_it_less_urgent(centre: Centre) -> None:
    centre.report("1", urgency="urgent")
    centre.update("1", "routine")
    centre.update("1", None)
    assert centre.incident().urgency == "urgent"


def test_a_more_urgent_report_makes_the_incident_it_joins_more_urgent(centre: Centre) -> None:
    centre.report("1", urgency="routine")
    centre.report("2", urgency="critical")
    centre.report("3", urgency="urgent")
    assert centre.incident().urgency == "critical"


def test_a_second_version_of_a_report_is_a_later_word_and_no_second_report(centre: Centre) -> None:
    centre.report("1", urgency="routine")
    centre.report("1", spot(5_000), urgency="urgent")
    incident = centre.incident()
    assert (incident.reports, incident.urgency, incident.longitude) == (1, "urgent", spot(0).longitude)


def test_a_second_version_may_say_that_it_is_over(centre: Centre) -> None:
    centre.report("1", incident_class="public_security")
    centre.report("1", incident_class="public_security", self_resolved=True)
    assert centre.incident().state == "closed"


def test_the_same_number_of_another_system_is_another_report(centre: Centre) -> None:
    centre.report("1", system="ga_alarm110")
    centre.report("1", system="zz_community_e")
    assert centre.incident().reports == 2


# Words that come before their report.


def test_a_word_that_came_before_its_report_counts_when_that_comes(centre: Centre) -> None:
    centre.update("1", "critical")
    assert centre.incidents() == []
    centre.report("1", urgency="routine")
    assert centre.incident().urgency == "critical"


def test_an_early_closing_does_not_unsay_an_early_urgency(centre: Centre) -> None:
    centre.update("1", "critical")
    centre.close_at_source("1")
    centre.update("1", None)
    centre.report("1", urgency="routine")
    assert (centre.incident().urgency, centre.incident().state) == ("critical", "closed")


def test_a_report_that_was_closed_before_it_came_calls_nobody(centre: Centre) -> None:
    centre.close_at_source("1")
    centre.report("1")
    assert centre.incident().state == "closed"
    assert centre.matters() == []


def test_a_record_that_was_handed_over_is_done_with_for_its_department(centre: Centre) -> None:
    """The system that goes on with it reports by itself."""
    centre.report("1", incident_class="public_security")
    centre.hand_over_at_source("1")
    centre.report("2", incident_class="public_security", system="zw_hotline12345", transferred_from="1")
    assert centre.incident().state == "open"
    centre.close_at_source("2", system="zw_hotline12345")
    assert centre.incident().state == "closed"


def test_an_early_word_waits_a_day_for_its_report(centre: Centre) -> None:
    centre.update("1", "critical")
    centre.wait(DAY - SECOND)
    assert len(centre.kept("event_profiles", "reports")) == 1
    centre.wait(SECOND)
    assert centre.kept("event_profiles", "reports") == {}


# Closing.


def test_an_incident_without_work_is_closed_when_its_last_department_has_closed_it(centre: Centre) -> None:
    centre.report("1", incident_class="public_security")
    centre.report("2", incident_class="public_security", system="ga_public_order")
    centre.close_at_source("1")
    centre.close_at_source("1")
    assert centre.incident().state == "open"
    centre.close_at_source("2", system="ga_public_order")
    assert centre.incident().state == "closed"
    assert centre.matters() == []


def test_an_incident_that_resolved_itself_is_closed_at_once_and_calls_nobody(centre: Centre) -> None:
    centre.report("1", self_resolved=True)
    assert centre.incident().state == "closed"
    assert centre.matters() == []


def test_a_report_after_that_is_a_new_incident_that_does(centre: Centre) -> None:
    centre.report("1", self_resolved=True)
    centre.report("2")
    assert [incident.state for incident in centre.incidents()] == ["closed", "assigned"]


def test_others_join_a_record_that_was_closed_before_it_came_and_it_is_worked_on(centre: Centre) -> None:
    centre.close_at_source("1")
    centre.report("1")
    assert (centre.incident().state, centre.matters()) == ("closed", [])
    centre.wait(10 * MINUTE)
    centre.report("2", system="zw_hotline12345")
    assert (centre.incident().state, centre.incident().reports) == ("assigned", 2)


def test_nobody_joins_it_when_all_that_may_come_late_has_come(centre: Centre) -> None:
    centre.close_at_source("1")
    centre.report("1")
    centre.wait(20 * MINUTE)
    centre.report("2", system="zw_hotline12345")
    assert [incident.state for incident in centre.incidents()] == ["closed", "assigned"]


def test_an_incident_with_a_matter_ends_when_the_matter_does_not_when_departments_say(centre: Centre) -> None:
    centre.report("1")
    centre.close_at_source("1")
    assert centre.incident().state == "assigned"
    centre.end_attempt("delivered")
    centre.answer("accept")
    assert centre.incident().state == "in_hand"
    centre.answer("resolve")
    assert centre.incident().state == "resolved"
    centre.answer("reply")
    assert centre.incident().state == "closed"


def test_an_incident_whose_matter_nobody_takes_stays_open_whatever_departments_close(centre: Centre) -> None:
    centre.report("1", incident_class="gas_leak")
    centre.close_at_source("1")
    incident = centre.incident()
    assert (incident.state, incident.matter_no) == ("open", centre.matter().matter_no)


def test_a_closing_that_overtakes_dispatch_does_not_close_what_needs_work(centre: Centre) -> None:
    """The department closes its record, and others report, before dispatch's word on the matter has come back."""
    with centre.before_anybody_reacts():
        centre.report("1")
        centre.close_at_source("1")
        centre.report("2", self_resolved=True)
        centre.report("3")
    assert (centre.incident().state, centre.incident().reports) == ("assigned", 3)


# Its matter.


def test_dispatch_is_asked_once_and_told_of_every_report_however_soon_it_comes(centre: Centre) -> None:
    with centre.before_anybody_reacts():
        for number in range(1, 5):
            centre.report(str(number), system=("ga_alarm110", "zz_community_e")[number % 2])
    assert asked(centre) == ["Opened 1", "Joined 2", "Joined 3", "Joined 4"]
    assert len(centre.matters()) == 1


def test_dispatch_is_not_told_of_what_it_has_no_part_in(centre: Centre) -> None:
    centre.report("1", incident_class="public_security")
    centre.report("2", incident_class="public_security")
    assert asked(centre) == []


def test_a_class_that_comes_to_be_dispatched_asks_at_its_next_report(centre: Centre) -> None:
    centre.report("1", incident_class="public_security")
    publish_rules(centre.hub, (*OTHER_RULES, incident_class("public_security", 100, 1_800)), version="2")
    centre.report("2", incident_class="public_security")
    assert asked(centre) == ["Opened 2"]
    assert centre.incident().matter_no == centre.matter().matter_no


def test_a_matter_says_where_it_happened_and_who_told_of_it(centre: Centre) -> None:
    centre.report("110-9", spot(70), urgency="critical")
    (opened,) = (fact for fact in centre.hub.values(MATTERS) if isinstance(fact, matters.Opened))
    assert (opened.incident_no, opened.incident_class) == (centre.incident().incident_no, "burst_main")
    assert (opened.urgency, opened.region, opened.longitude) == ("critical", GRID, spot(70).longitude)
    assert (opened.system, opened.record_no) == ("ga_alarm110", "110-9")


# Numbers.


def test_numbers_count_by_district_and_day(centre: Centre) -> None:
    centre.report("1", spot(0))
    centre.report("2", Spot("500151001001001", 106.05, 29.85))
    centre.report("3", spot(3_000))
    assert [incident.incident_no for incident in centre.incidents()] == [
        "50011720260921E00001",
        "50011720260921E00002",
        "50015120260921E00001",
    ]
    assert [matter.matter_no[-6:] for matter in centre.matters()] == ["M00001", "M00002", "M00001"]


def test_the_day_ends_at_midnight_in_beijing() -> None:
    centre = Centre(start_at=beijing(2026, 12, 31, 23, 59))
    centre.report("1", spot(0))
    centre.wait_until(beijing(2027, 1, 1) - 1)
    centre.report("2", spot(3_000))
    centre.wait(1)
    centre.report("3", spot(6_000))
    assert [incident.incident_no[6:] for incident in centre.incidents()] == [
        "20261231E00001",
        "20261231E00002",
        "20270101E00001",
    ]


def test_a_restart_goes_on_with_the_next_number(centre: Centre) -> None:
    centre.report("1", spot(0))
    centre.hub.restart()
    centre.report("2", spot(3_000))
    assert centre.incidents()[-1].incident_no.endswith("E00002")


def test_a_report_that_is_set_aside_takes_no_number(centre: Centre) -> None:
    centre.report("1", spot(0))
    centre.report("2", spot(3_000), incident_class="meteorite")
    centre.report("3", spot(3_000))
    assert centre.incidents()[-1].incident_no.endswith("E00002")


# Forgetting.


def test_an_incident_is_forgotten_thirty_days_after_its_closing(centre: Centre) -> None:
    centre.report("1", incident_class="public_security")
    centre.wait(HOUR)
    centre.close_at_source("1")
    centre.wait(30 * DAY - 1)
    assert centre.incident().state == "closed"
    centre.wait(1)
    assert centre.incidents() == []
    assert left(centre) == NOTHING


def test_a_word_after_closing_keeps_it_for_thirty_days_more(centre: Centre) -> None:
    centre.report("1", incident_class="public_security")
    centre.close_at_source("1")
    centre.wait(20 * DAY)
    centre.update("1", "urgent")
    centre.wait(30 * DAY - 1)
    assert len(centre.incidents()) == 1
    centre.wait(1)
    assert centre.incidents() == []


def test_an_open_incident_is_never_forgotten(centre: Centre) -> None:
    centre.report("1")
    centre.wait(400 * DAY)
    assert centre.incident().state == "assigned"


@pytest.mark.parametrize("reports", [200, 201, 701])
def test_an_incident_of_many_reports_is_forgotten_in_slices_and_whole(centre: Centre, reports: int) -> None:
    with centre.before_anybody_reacts():
        for number in range(reports):
            centre.report(str(number), incident_class="public_security", self_resolved=number > 0)
    centre.close_at_source("0")
    assert (centre.incident().reports, left(centre)["told"]) == (reports, reports)
    centre.wait(30 * DAY)
    assert centre.incidents() == []
    assert left(centre) == NOTHING
    assert centre.set_aside() == []


def test_a_late_word_on_a_forgotten_report_is_forgotten_too(centre: Centre) -> None:
    centre.report("1", incident_class="public_security", self_resolved=True)
    centre.wait(30 * DAY)
    centre.update("1", "urgent")
    centre.wait(DAY)
    assert left(centre) == NOTHING
    assert centre.incidents() == []


NOTHING = {"profiles": 0, "reports": 0, "told": 0, "places": 0}


def left(centre: Centre) -> dict[str, int]:
    """How many entries the tables of incidents hold."""
    return {table: len(centre.kept("event_profiles", table)) for table in NOTHING}
