"""What everybody is told of a confidential incident: that there is one of its class in its district (保密).

An incident beside it leads to its place as well: one that is suspected of being the same lies where it lies, and who
has told of both has told of it. So neither of two such incidents names the other where all can read.
"""

from collections.abc import Collection
from dataclasses import replace

from streams.facts import views
from streams.rules.numbering import district_of_number

REASONS_THAT_LEAD_NOWHERE = ("class", "time")
"""What may be told of why a confidential incident is taken for another one: not how near, nor who told of both."""


def as_shown(incident: views.Incident, concealed: Collection[str] = ()) -> views.Incident:
    """The incident as everybody sees it: of a confidential one neither where it is nor which systems told of it.

    `concealed` are the numbers, among those that it is suspected of or linked with, of confidential ones.
    """
    if not incident.confidential and not concealed:
        return incident
    if not incident.confidential:
        suspected = tuple(number for number in incident.suspected if number not in concealed)
        links = tuple(link for link in incident.links if link.other_no not in concealed)
        return replace(incident, suspected=suspected, links=links)
    district = district_of_number(incident.incident_no)
    return replace(
        incident,
        region=district,
        longitude=None,
        latitude=None,
        systems=(),
        confidence=None,
        suspected=(),
        links=(),
        warning_no=None,
    )


def review_as_shown(review: views.Review, *, confidential: bool) -> views.Review:
    """The review as the centre reads it; `confidential`: one of the two is, and then not why it is taken for the other.

    Both numbers stay, since somebody has to decide: the one that is confidential tells no more than its district.
    """
    if not confidential:
        return review
    return replace(review, reasons=tuple(one for one in review.reasons if one.name in REASONS_THAT_LEAD_NOWHERE))
