"""What everybody is told of a confidential incident: that there is one of its class in its district (保密)."""

from dataclasses import replace

from streams.facts import views

DISTRICT_DIGITS = 6


def as_shown(incident: views.Incident) -> views.Incident:
    """The incident as everybody sees it: of a confidential one neither where it is nor which systems told of it."""
    if not incident.confidential:
        return incident
    district = incident.incident_no[:DISTRICT_DIGITS]
    return replace(incident, region=district, longitude=None, latitude=None, systems=(), confidence=None)
