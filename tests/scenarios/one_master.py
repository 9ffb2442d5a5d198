"""Stories of one master for every order: who told what and when, and how units behave.

Reports go the way they go in the city: rows of departments, through their connectors' words, to the logs.
"""

from datetime import datetime
from typing import Any

from streams.facts.incidents import MasterOrder, Reported
from streams.facts.matters import Judged, Mirrored, MirroredState
from streams.rules.calendar import BEIJING
from tests.scenarios.units import MINUTE, Manner, Said, Step, Units, minutes

INCIDENTS, MATTERS = "hub.log.incidents.v1", "hub.log.matters.v1"
DISTRICT = "500117"
STARTS_AT = round(datetime(2025, 7, 7, 9, tzinfo=BEIJING).timestamp() * 1_000)
ENDS_AT = STARTS_AT + 300 * MINUTE
HERE, GRID = (106.2628, 29.993), "500117001001001"
OVER_THE_BORDER = "500117002001001"

PROMPT = Manner(
    steps=(
        Step("acknowledge", minutes(1, 2)),
        Step("accept", minutes(3, 4)),
        Step("arrive", minutes(10, 20)),
        Step("first_contact", minutes(22, 24)),
        Step("resolve", minutes(60, 90)),
        Step("reply", minutes(95, 100)),
    )
)


def units() -> Units:
    """Everybody is prompt, whatever it is about."""
    classes = ("street_order", "burst_main", "service_request")
    return Units({(name, region): PROMPT for name in classes for region in (GRID, OVER_THE_BORDER)}, seed=1)


def report(
    minute: int,
    system: str,
    record_no: str,
    incident_class: str,
    *,
    order: MasterOrder | None = None,
    grid: str = GRID,
    east: float = 0.0,
    **said: Any,
) -> Said:
    """A department tells of it at a minute of the story; `east` is in degrees."""
    at = STARTS_AT + minute * MINUTE
    fact = Reported(
        **_envelope(system, record_no, 1),
        occurred_at=at,
        system=system,
        record_no=record_no,
        incident_class=incident_class,
        urgency="urgent",
        recorded_at=at,
        region=grid,
        longitude=HERE[0] + east,
        latitude=HERE[1],
        located_by="point",
        self_resolved=False,
        order=order,
        **said,
    )
    return Said(at, INCIDENTS, fact)


def row(minute: int, system: str, record_no: str, state: MirroredState, **said: Any) -> Said:
    """A later row of a department's own order."""
    at = STARTS_AT + minute * MINUTE
    fact = Mirrored(
        **_envelope(system, record_no, 2 + minute), occurred_at=at, system=system, order_no=record_no, state=state,
        recorded_at=at, **said,
    )  # fmt: skip
    return Said(at, MATTERS, fact)


def verified(minute: int, order_no: str) -> Said:
    """The town's centre has gone to see, and it is well."""
    at = STARTS_AT + minute * MINUTE
    fact = Judged(
        id=f"{order_no}:verify", key=DISTRICT, source="gateway", trace=order_no, occurred_at=at, order_no=order_no,
        word="verify", result="passed", method="on_site", actor_unit="500117001-town_centre", actor_post="网格员",
        actor_officer="WG-1", actor_shift="白班", actor_role="verifier",
    )  # fmt: skip
    return Said(at, MATTERS, fact)


def _envelope(system: str, record_no: str, version: int) -> dict[str, Any]:
    name = f"{system}:{record_no}:{version}"
    return {"id": f"{name}#1", "key": DISTRICT, "source": system, "trace": name}


HOTLINE = report(
    2, "zw_hotline12345", "GD1", "street_order", order=MasterOrder(order_no="GD1", assigned=False), east=0.0001
)
GRID_WORKER = report(4, "zz_grid_app", "WG1", "street_order", east=0.0002)
CASE_ORDER = MasterOrder(order_no="CG1", unit="市政设施所", due_at=STARTS_AT + 240 * MINUTE)

POTHOLE: list[Said] = [
    report(1, "cg_digital", "CG1", "street_order", order=CASE_ORDER),
    HOTLINE,
    GRID_WORKER,
    row(20, "cg_digital", "CG1", "routed", unit="市政设施所"),
    row(120, "cg_digital", "CG1", "resolved"),
    row(150, "cg_digital", "CG1", "closed"),
]
"""One pothole, told by 数字城管, whose order stays master, by 12345, which gave it to nobody, and by the grid."""

POTHOLE_OF_NOBODY: list[Said] = [HOTLINE, GRID_WORKER, verified(150, "50011720250707M00001-01")]
"""The same without 数字城管; a street is verified before anybody is told that it is well again."""

BURST_MAIN: list[Said] = [
    report(1, "zz_community_e", "SQ1", "burst_main"),
    report(3, "zz_community_e", "SQ2", "burst_main", east=0.001),
    report(6, "zz_community_e", "SQ3", "burst_main", grid=OVER_THE_BORDER, east=0.002),
    report(7, "zz_community_e", "SQ4", "burst_main", grid=OVER_THE_BORDER, east=0.002),
]
"""A main bursts at the border of two towns."""

COMPLAINT: list[Said] = [
    report(
        1, "zw_hotline12345", "GD2", "service_request",
        order=MasterOrder(order_no="GD2", assigned=False), complained_unit="合阳城街道综治中心",
    ),
]  # fmt: skip
"""A request that the town's own centre leaves lying, and somebody complains of that centre."""
