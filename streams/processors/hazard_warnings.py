"""What is known of warnings in force, and which of them explains an incident."""

from streams.contract import TableName, Tables
from streams.facts.views import Incident
from streams.facts.warnings import HazardWarning, WarningRule
from streams.rules.warnings import explains, gravest

WARNINGS = TableName("warnings", HazardWarning, ordered=True)
WARNING_RULES = TableName("warning_rules", WarningRule, ordered=True)


def warning_of(incident: Incident, began_at: int, tables: Tables) -> str | None:
    """The number of the gravest warning that explains an incident; of one that is forgotten what was said before."""
    known = incident.warning_no
    if known is not None and tables[WARNINGS].get(known) is None:
        return known
    found = gravest(
        warning
        for _, warning in tables[WARNINGS].scan("")
        if explains(warning, incident.incident_class, incident.region, began_at)
    )
    return None if found is None else found.warning_no
