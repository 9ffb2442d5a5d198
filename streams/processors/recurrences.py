"""A recurrence (再次发生) is found by where closed incidents were, linked on both, and counted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from streams.contract import Output, TableName, Tables, record
from streams.durations import DAY_MILLISECONDS
from streams.facts import rules, situation, views
from streams.processors.concealed_incidents import as_shown
from streams.rules.geography import cell_of, cells_around
from streams.rules.numbering import district_of_number
from streams.rules.recurrence import REACH_METRES, Happening, recurs
from streams.rules.shown_fields import CanBeOne

RECURRED = "recurred"
"""Kind of the situation's figures; `recurred_<class>` counts those of one class."""
SYSTEM = "hub"
"""Who says so: no department does."""


@record("event_profiles.closed.v1")
@dataclass(frozen=True, kw_only=True)
class Closed:
    """A closed incident that another one may recur, as it was when it was closed."""

    incident_no: str
    incident_class: str
    place_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    uncertainty_metres: float | None = None
    occurred_at: int
    closed_at: int


CLOSED = TableName("closed", Closed, ordered=True)
"""Under `<cell of its point>/<incident_no>` and `=<registered place>/<incident_no>`, until its days are over."""


def keep_closed(happening: Happening, rule: rules.IncidentClass, tables: Tables) -> None:
    """Remember an incident that was closed at `closed_at` for the days of its class."""
    if happening.closed_at is None:
        return
    closed = Closed(**{**vars(happening), "closed_at": happening.closed_at})
    due_at = happening.closed_at + rule.recurrence_days * DAY_MILLISECONDS + 1
    for where in _wheres(happening) if rule.recurrence_days else ():
        tables[CLOSED].put(f"{where}/{happening.incident_no}", closed, due_at=due_at)


def forget_closed(happening: Happening, tables: Tables) -> None:
    """It is worked on again."""
    for where in _wheres(happening):
        tables[CLOSED].delete(f"{where}/{happening.incident_no}")


def recurred_by(new: Happening, rule: rules.IncidentClass, can_be_one: CanBeOne, tables: Tables) -> str | None:
    """The number of the closed incident that a new one recurs, None where it recurs none."""
    found = {closed.incident_no: closed for where in _near(new) for _, closed in tables[CLOSED].scan(f"{where}/")}
    return recurs(new, [Happening(**vars(closed)) for closed in found.values()], rule, can_be_one)


def linked_recurrence(new: views.Incident, closed: views.Incident) -> tuple[views.Incident, views.Incident]:
    """Both incidents with the link to each other, which they have once however often they are linked.

    A confidential one gets none: that it was at the place of another one says where it was.
    """
    if new.confidential or closed.confidential:
        return new, closed
    return (
        _with_link(new, views.Link(other_no=closed.incident_no, relation="recurrence_of")),
        _with_link(closed, views.Link(other_no=new.incident_no, relation="recurred_as")),
    )


def counted_recurrence(incident: views.Incident, occurred_at: int) -> Iterator[Output]:
    """What the situation counts of an incident that recurs another, on the day it happened: once for each incident.

    A confidential one counts in its district, as all that is shown of it.
    """
    district = district_of_number(incident.incident_no)
    for kind in (RECURRED, f"{RECURRED}_{incident.incident_class}"):
        yield Output(
            "situation",
            district,
            situation.Counted(
                key=district,
                occurred_at=occurred_at,
                system=SYSTEM,
                kind=kind,
                count=1,
                region=as_shown(incident).region,
            ),
        )


def _with_link(incident: views.Incident, link: views.Link) -> views.Incident:
    return incident if link in incident.links else replace(incident, links=(*incident.links, link))


def _wheres(happening: Happening) -> Iterator[str]:
    if happening.longitude is not None and happening.latitude is not None:
        yield cell_of(happening.longitude, happening.latitude)
    if happening.place_code:
        yield f"={happening.place_code}"


def _near(happening: Happening) -> Iterator[str]:
    if happening.longitude is not None and happening.latitude is not None:
        yield from cells_around(happening.longitude, happening.latitude, REACH_METRES)
    if happening.place_code:
        yield f"={happening.place_code}"
