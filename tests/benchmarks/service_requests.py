"""Service requests as a community system pushes them: each an incident and a matter of its own."""

from datetime import UTC, datetime
from typing import Any

SYSTEM = "zz_community_e"
REQUEST_CLASS, INCIDENT_CLASS = "A9", "service_request"
"""Of this class each report is an incident and a matter of its own: each push changes the tile of its grid."""
STRUCTURED = "application/cloudevents+json"


def service_request(number: str, grid: str) -> dict[str, Any]:
    """A CloudEvent, submitted now in a grid."""
    data = {
        "request_no": number,
        "request_class": REQUEST_CLASS,
        "submit_time": datetime.now(UTC).isoformat(timespec="seconds"),
        "grid_code": grid,
        "address": None,
        "content_masked": "想咨询办事流程",
        "requester_phone": "19000000000",
        "satisfaction": None,
        "version": 1,
    }
    return {"specversion": "1.0", "id": number, "source": "urn:bench", "type": "request.submitted", "data": data}
