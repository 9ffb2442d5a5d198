"""What everybody is told of a confidential incident: that there is one of its class in its district (保密)."""

from dataclasses import replace

from streams.facts import views
from streams.rules.numbering import district_of_number


def as_shown(incident: views.Incident) -> views.Incident:
    """The incident as everybody sees it: of a confidential one neither where it is nor which systems told of it."""
    if not incident.confidential:
        return incident
    district = district_of_number(incident.incident_no)
    return replace(incident, region=district, longitude=None, latitude=None, systems=(), confidence=None)
