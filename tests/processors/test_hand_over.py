"""Between 110 and 12345 in two phases: who was told first stays responsible until the other took it."""

from typing import Any

import pytest

from tests.processors.kit import DAY, MINUTE, Centre, spot

HOTLINE, POLICE = "zw_hotline12345", "ga_alarm110"


@pytest.fixture
def centre() -> Centre:
    """110 was told of something that is not for the police, and offers it to the hotline."""
    centre = Centre()
    centre.report("JQ1", spot(0), incident_class="public_security")
    centre.hand_over_at_source("JQ1")
    return centre


def take(centre: Centre, record_no: str = "GD1", first: str = "JQ1", **said: Any) -> None:
    """The hotline reports under a number of its own, far from where the police put it."""
    centre.report(
        record_no, spot(5_000), system=HOTLINE, incident_class="public_security", transferred_from=first, **said
    )


def test_an_offer_leaves_it_with_who_was_told_first(centre: Centre) -> None:
    assert (centre.incident().state, centre.incident().hand_over) == ("open", "offered")


def test_what_the_other_takes_is_the_same_incident_and_goes_on_there(centre: Centre) -> None:
    take(centre)
    assert (centre.incident().reports, centre.incident().hand_over) == (2, "taken")
    assert centre.incident().state == "open"
    centre.close_at_source("JQ1")
    assert centre.incident().state == "open"
    centre.close_at_source("GD1", system=HOTLINE)
    assert centre.incident().state == "closed"


def test_who_speaks_of_it_again_goes_on_with_it_itself(centre: Centre) -> None:
    centre.update("JQ1", "urgent")
    assert centre.incident().hand_over == "refused"
    centre.wait(DAY)
    assert centre.incident().hand_over == "refused"


def test_an_offer_that_nobody_takes_falls_back_after_a_while(centre: Centre) -> None:
    centre.wait(30 * MINUTE - 1)
    assert centre.incident().hand_over == "offered"
    centre.wait(1)
    assert (centre.incident().hand_over, centre.incident().state) == ("lapsed", "open")
    take(centre)
    assert (centre.incident().hand_over, centre.incident().reports) == ("taken", 2)


def test_an_offer_that_comes_after_the_taking_changes_nothing() -> None:
    centre = Centre()
    centre.report("JQ1", spot(0), incident_class="public_security")
    take(centre)
    centre.hand_over_at_source("JQ1")
    assert centre.incident().hand_over == "taken"


def test_an_offer_that_comes_before_its_report_waits_for_it() -> None:
    centre = Centre()
    centre.hand_over_at_source("JQ1")
    centre.report("JQ1", spot(0), incident_class="public_security")
    assert centre.incident().hand_over == "offered"
    centre.wait(30 * MINUTE)
    assert centre.incident().hand_over == "lapsed"


def test_a_report_that_takes_over_what_is_not_known_is_one_of_its_own() -> None:
    centre = Centre()
    take(centre, first="JQ9")
    assert (centre.incident().reports, centre.incident().hand_over) == (1, "none")


def test_a_system_that_is_no_platform_takes_nothing_over(centre: Centre) -> None:
    centre.report("XF1", spot(5_000), system="xf_petition", incident_class="public_security", transferred_from="JQ1")
    assert len(centre.incidents()) == 2
