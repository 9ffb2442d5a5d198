"""误并: two burst mains are taken for one after both units were called, and found to be two when one of them is there.

Pure description: who says what and when, on a working day in Hechuan, by the city's own rules.
"""

from typing import Any

from streams.contract import Fact
from streams.facts.deliveries import Attempted
from streams.facts.incidents import Reported
from streams.facts.matters import Answered, Folded, Separated
from tests.scenarios.returned_thrice import DELIVERIES, DISTRICT, INCIDENTS, MATTERS, MINUTE, STARTS_AT, actor

WATER = "500117-water_utility"
FIRST, SECOND = "50011720250707M00001", "50011720250707M00002"
INCIDENT, OTHER = "50011720250707E00001", "50011720250707E00002"
HERE, THERE = ("500117001001001", 106.2628, 29.993), ("500117001001002", 106.2940, 29.993)
"""Three kilometres apart."""
ENDS_AT = STARTS_AT + 240 * MINUTE


def report(system: str, record_no: str, where: tuple[str, float, float]) -> Reported:
    region, longitude, latitude = where
    return Reported(
        key=DISTRICT, occurred_at=STARTS_AT, system=system, record_no=record_no, incident_class="burst_main",
        urgency="urgent", recorded_at=STARTS_AT, region=region, longitude=longitude, latitude=latitude,
        located_by="point", self_resolved=False,
    )  # fmt: skip


def reached(order_no: str) -> Attempted:
    """The call of an order came to its unit."""
    return Attempted(
        key=WATER, occurred_at=0, delivery_no=f"{order_no}-D1", attempt=1, channel="webhook", outcome="delivered",
        status_code=204, detail="",
    )  # fmt: skip


def answered(order_no: str, answer: Any, result: Any = None) -> Answered:
    said = actor(WATER, f"{WATER}-02", "")
    del said["actor_role"]
    return Answered(key=DISTRICT, occurred_at=0, order_no=order_no, answer=answer, channel="api", result=result, **said)


def two_after_all() -> Separated:
    region, longitude, latitude = THERE
    return Separated(
        key=DISTRICT, occurred_at=0, incident_no=INCIDENT, to_no=OTHER, records=("zz_community_e/S1",),
        incident_class="burst_main", urgency="urgent", region=region, longitude=longitude, latitude=latitude,
        dispatched=True,
    )  # fmt: skip


STORY: tuple[tuple[int, str, Fact], ...] = (
    (0, INCIDENTS, report("ga_alarm110", "JQ1", HERE)),
    (3, INCIDENTS, report("zz_community_e", "S1", THERE)),
    (4, DELIVERIES, reached(f"{FIRST}-01")),
    (5, DELIVERIES, reached(f"{SECOND}-01")),
    (6, MATTERS, Folded(key=DISTRICT, occurred_at=0, incident_no=OTHER, into_no=INCIDENT)),
    (7, MATTERS, answered(f"{SECOND}-01", "acknowledge")),
    (20, MATTERS, answered(f"{FIRST}-01", "arrive")),
    (21, MATTERS, answered(f"{FIRST}-01", "first_contact")),
    (30, MATTERS, two_after_all()),
    (31, DELIVERIES, reached(f"{SECOND}-02")),
    (33, MATTERS, answered(f"{SECOND}-01", "arrive")),
    (34, MATTERS, answered(f"{SECOND}-02", "first_contact")),
    (50, MATTERS, answered(f"{FIRST}-01", "resolve", "solved")),
    (51, MATTERS, answered(f"{FIRST}-01", "reply")),
    (80, MATTERS, answered(f"{SECOND}-02", "resolve", "solved")),
    (81, MATTERS, answered(f"{SECOND}-02", "reply")),
)
"""In minutes from the beginning. An answer to the order that was folded is the unit's own number for the work."""
