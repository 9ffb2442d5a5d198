"""Which matter an incident has, and which goes on with the work of one that was folded (并单).

An order's number begins with the matter that it was called for; the order stands with the matter that goes on.
"""

from dataclasses import dataclass

from streams.contract import TableName, Tables, record
from streams.facts import matters, views
from streams.processors.matter_outputs import MATTERS
from streams.rules.numbering import next_number


@record("dispatch.incident.v1")
@dataclass(frozen=True, kw_only=True)
class IncidentMatter:
    """The matter of an incident; `closed_before` is one that was closed before another one became the incident's."""

    matter_no: str
    closed_before: str | None = None


BY_INCIDENT = TableName("by_incident", IncidentMatter)


def new_matter(
    now: int,
    asked: matters.Opened | matters.Separated | matters.Raised,
    incident_no: str,
    tables: Tables,
    *,
    exercise: bool,
) -> views.Matter:
    """A matter for an incident or a subject, with the next number of its district and nobody called yet."""
    return views.Matter(
        matter_no=next_number(now, asked.key, "M", tables),
        incident_no=incident_no,
        incident_class=asked.incident_class,
        urgency=asked.urgency,
        region=asked.region,
        state="unassigned",
        opened_at=now,
        orders=(),
        clocks=(),
        as_of=now,
        exercise=exercise,
    )


def own_matter(incident_no: str, tables: Tables) -> views.Matter | None:
    """The incident's own matter, also where it was folded into another one."""
    known = tables[BY_INCIDENT].get(incident_no)
    return tables[MATTERS].get(known.matter_no) if known else None


def matter_of(incident_no: str, tables: Tables) -> views.Matter | None:
    """The matter in which the incident is worked on."""
    known = tables[BY_INCIDENT].get(incident_no)
    return remaining(known.matter_no, tables) if known else None


def remaining(matter_no: str, tables: Tables) -> views.Matter | None:
    """The matter of a number, or the one that it went into in the end."""
    matter = tables[MATTERS].get(matter_no)
    while matter is not None and matter.folded_into is not None:
        matter = tables[MATTERS].get(matter.folded_into)
    return matter


def give_incident(matter: views.Matter, incident_no: str, tables: Tables) -> None:
    """Let the matter be that of an incident; one that is closed comes back once this one leaves again."""
    before = tables[BY_INCIDENT].get(incident_no)
    tables[BY_INCIDENT].put(
        incident_no, IncidentMatter(matter_no=matter.matter_no, closed_before=before.matter_no if before else None)
    )


def take_incident(matter: views.Matter, incident_no: str, tables: Tables) -> None:
    """Let the matter not be that of an incident any more."""
    known = tables[BY_INCIDENT].get(incident_no)
    if known is None or known.matter_no != matter.matter_no:
        return
    if known.closed_before is None:
        tables[BY_INCIDENT].delete(incident_no)
    else:
        tables[BY_INCIDENT].put(incident_no, IncidentMatter(matter_no=known.closed_before))
