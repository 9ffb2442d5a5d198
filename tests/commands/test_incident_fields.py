"""`hub incident fields` and `conflicts`: sources of each field, and contradictions side by side."""

import pytest

from streams.facts.fields import Conflict, Field, Fields, Saying
from tests.commands.conftest import HELD_AT, Desk

pytestmark = pytest.mark.timeout(300)

VIEW = "hub.view.fields.v1"


def saying(value: str, system: str, record_no: str, uncertainty_metres: float | None = None) -> Saying:
    return Saying(
        value=value, system=system, record_no=record_no, said_at=HELD_AT, uncertainty_metres=uncertainty_metres
    )


def fields(number: int, *, contradicted: bool = False) -> Fields:
    """An urgent fire that 119 tells of, and the city management, of which the latter may have another class."""
    place = Field(name="place", shown=saying("106.26280,29.99300", "xj_alarm119", "F1", 20.0), others=())
    fire, traffic = saying("fire", "xj_alarm119", "F1"), saying("traffic", "cg_digital", "C1")
    what = Field(name="incident_class", shown=fire, others=(traffic,))
    status = Field(name="status", shown=saying("open", "xj_alarm119", "F1"), others=())
    conflict = Conflict(field="incident_class", shown=fire, other=traffic)
    return Fields(
        incident_no=f"50011720261122E{number:05}", fields=(place, what, status),
        conflicts=(conflict,) if contradicted else (), as_of=HELD_AT,
    )  # fmt: skip


def test_each_field_is_shown_with_who_said_it_and_what_others_said(desk: Desk) -> None:
    given = fields(801)
    desk.topics.append(VIEW, given.incident_no, given)
    shown = desk.hub("incident", "fields", given.incident_no).stdout
    for text in ("106.26280,29.99300 ±20米", "火情", "交通事故(cg_digital C1", "xj_alarm119", "办理中"):
        assert text in shown
    assert "与之矛盾" not in shown
    listed = desk.listed("incident", "fields", given.incident_no)
    assert (listed["fields"][1]["shown"]["value"], listed["as_of"][-6:]) == ("fire", "+08:00")
    assert desk.hub("incident", "fields", "50011720261122E99999").exit_code == 1


def test_contradictions_are_listed_side_by_side_the_newest_incident_first(desk: Desk) -> None:
    for given in (fields(811, contradicted=True), fields(812), fields(813, contradicted=True)):
        desk.topics.append(VIEW, given.incident_no, given)
    listed = [one["incident_no"] for one in desk.listed("incident", "conflicts")["incidents"]]
    assert listed == [fields(813).incident_no, fields(811).incident_no]
    shown = desk.hub("incident", "conflicts").stdout
    for text in ("火情(xj_alarm119 F1", "交通事故(cg_digital C1", "共 2 处"):
        assert text in shown
    assert "与之矛盾" in desk.hub("incident", "fields", fields(811).incident_no).stdout
