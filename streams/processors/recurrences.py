"""A recurrence (再次发生) is linked on both incidents and counted where it happened, by its class and over all."""

from collections.abc import Iterator
from dataclasses import replace

from streams.contract import Output
from streams.facts import situation, views
from streams.processors.concealed_incidents import as_shown
from streams.rules.numbering import district_of_number

RECURRED = "recurred"
"""Kind of the situation's figures; `recurred_<class>` counts those of one class."""
SYSTEM = "hub"
"""Who says so: no department does."""


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
