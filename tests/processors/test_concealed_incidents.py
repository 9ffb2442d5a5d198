"""A confidential incident is not found by the incidents beside it."""

from dataclasses import replace

import pytest

from streams.facts.views import Incident, Link, Reason, Review
from streams.processors.concealed_incidents import as_shown, review_as_shown

ONE, SECRET, THIRD = (f"50011720261122E0000{number}" for number in (1, 2, 3))
INCIDENT = Incident(
    incident_no=ONE, incident_class="noise", urgency="routine", state="open", region="500117001020008",
    longitude=106.26, latitude=29.98, opened_at=1, last_report_at=1, reports=2, systems=("zw_hotline12345",), as_of=1,
    suspected=(SECRET, THIRD), links=(Link(other_no=THIRD, relation="recurrence_of"),
                                      Link(other_no=SECRET, relation="related")),
)  # fmt: skip
REVIEW = Review(
    incident_no=SECRET, other_no=ONE, state="open", owner="500117-district_centre", opened_at=1, due_at=2,
    probability=0.6, reasons=tuple(Reason(name=name, points=1.0) for name in ("class", "distance", "time", "reporter")),
)  # fmt: skip


def test_a_confidential_incident_names_none_that_lies_where_it_does() -> None:
    shown = as_shown(replace(INCIDENT, confidential=True))
    assert (shown.suspected, shown.links, shown.region) == ((), (), "500117")


def test_an_incident_beside_it_does_not_name_it_either_and_names_all_others() -> None:
    shown = as_shown(INCIDENT, concealed={SECRET})
    assert shown == replace(INCIDENT, suspected=(THIRD,), links=INCIDENT.links[:1])
    assert as_shown(INCIDENT) == INCIDENT


@pytest.mark.parametrize(
    ("confidential", "told"), [(True, ["class", "time"]), (False, ["class", "distance", "time", "reporter"])]
)
def test_a_review_of_one_says_neither_how_near_it_is_nor_who_told_of_both(
    *, confidential: bool, told: list[str]
) -> None:
    shown = review_as_shown(REVIEW, confidential=confidential)
    assert [one.name for one in shown.reasons] == told
    assert replace(shown, reasons=REVIEW.reasons) == REVIEW
