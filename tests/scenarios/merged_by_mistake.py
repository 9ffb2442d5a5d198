"""Two burst mains 2 km apart are merged by an officer after both units were called, and split again when one is there.

Pure description: who says what and when, on a working morning in Hechuan, by the city's own rules.
"""

from typing import Any

from streams.facts.incidents import ActOnIncidents, Merged, Split
from tests.scenarios.flood_hour import DISTRICT, STARTS_AT
from tests.scenarios.returned_thrice import CENTRE, actor
from tests.scenarios.tellings import INCIDENTS, appended, reported
from tests.scenarios.units import MINUTE, SECOND, Manner, Said, Step, minutes

FIRST, SECOND_MAIN = "50011720250707E00001", "50011720250707E00002"
FIRST_MATTER, SECOND_MATTER = "50011720250707M00001", "50011720250707M00002"
OF_THE_FIRST = {"ga_alarm110/A1", "cg_digital/A2"}
OF_THE_SECOND = {"ga_alarm110/B1", "cg_digital/B2"}
MERGED_AT = STARTS_AT + 6 * MINUTE
SPLIT_AT = STARTS_AT + 15 * MINUTE
ENDS_AT = STARTS_AT + 150 * MINUTE

CALLED_AND_DONE = Manner(
    steps=(
        Step("acknowledge", minutes(2, 3)),
        Step("accept", minutes(4, 5)),
        Step("first_contact", minutes(15, 20)),
        Step("arrive", minutes(30, 40)),
        Step("resolve", minutes(60, 65)),
        Step("reply", minutes(66, 70)),
    )
)


def said_by_the_centre(at: int, kind: type[ActOnIncidents], role: str = "duty_officer", **fields: Any) -> Said:
    """What an officer of the district's centre decides."""
    named = f"gateway:{kind.__name__}:{at}"
    fact = kind(
        id=named, key=DISTRICT, source="gateway", trace=named, occurred_at=at, words="现场核实", **fields,
        **actor(CENTRE, "0117", role),
    )  # fmt: skip
    return Said(at, INCIDENTS, fact)


REPORTS = (
    ("ga_alarm110", "A1", 60 * SECOND, 0),
    ("cg_digital", "A2", 150 * SECOND, 5),
    ("ga_alarm110", "B1", 80 * SECOND, 2_000),
    ("cg_digital", "B2", 170 * SECOND, 2_005),
)
"""System, record, when it happened, metres to the east."""


def told(*, decided: bool = True) -> list[Said]:
    """The reports and, if it is `decided`, what the centre says of them."""
    calls = [
        appended(reported(system, record_no, "burst_main", STARTS_AT + after, east, 0, 30))
        for system, record_no, after, east in REPORTS
    ]
    if not decided:
        return sorted(calls, key=lambda one: one.at)
    merged = said_by_the_centre(MERGED_AT, Merged, replaced_no=SECOND_MAIN, replacing_no=FIRST)
    parted = said_by_the_centre(SPLIT_AT, Split, incident_no=FIRST, records=tuple(sorted(OF_THE_SECOND)))
    return sorted([*calls, merged, parted], key=lambda one: one.at)
