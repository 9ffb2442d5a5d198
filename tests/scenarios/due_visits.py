"""Visits that are owed by a day, and calls for help: what departments say, when, and how units behave.

Two weeks of July 2025, from Monday the 7th, 09:00, by the rules of Hechuan.
"""

from datetime import datetime
from typing import Any

from streams.contract import Fact
from streams.facts.people import Help, HelpContent, Service, ServiceContent
from streams.rules.calendar import BEIJING
from tests.scenarios.units import Manner, Said, Step, Units, minutes

PEOPLE = "hub.log.people.v1"
DISTRICT, VILLAGE = "500117", "500117001001"
VISITS, CORRECTION, CALLS = "cl_disability_service", "sf_correction_service", "mz_elder_call"


def july(day: int, hour: int, minute: int = 0) -> int:
    return round(datetime(2025, 7, day, hour, minute, tzinfo=BEIJING).timestamp() * 1_000)


STARTS_AT, ENDS_AT = july(7, 9), july(22, 9)


def units() -> Units:
    """Whoever must acknowledges and goes there; that it is done stands in the department's own record alone."""
    acknowledged = Manner(steps=(Step("acknowledge", minutes(5, 20)),))
    there = Manner(steps=(Step("acknowledge", minutes(1, 1.5)), Step("arrive", minutes(10, 20))))
    return Units({("service_due", DISTRICT): acknowledged, ("help_call", DISTRICT): there}, seed=1)


def visit(at: int, record_no: str, due_on: str, state: Any = "due", version: int = 1, **said: Any) -> Said:
    """A row on a service that a unit owes to a person; each record is about another person."""
    system = said.get("system", VISITS)
    trace = f"{system}:{record_no}:{version}"
    content = ServiceContent(
        unit=said.get("unit", VILLAGE),
        region=said.get("region", VILLAGE),
        kind=said.get("kind", "disability"),
        state=state,
        due_on=due_on,
        under_14=False,
    )
    fact = Service(
        **_envelope(trace, record_no, at), system=system, record_no=record_no, content=content, recorded_at=at
    )
    return Said(at, PEOPLE, fact)


def call(at: int, record_no: str, *, answered: bool = False) -> Said:
    """A row of the platform for the old: somebody calls for help, or the call was answered."""
    content = HelpContent(region=VILLAGE, answered=answered, unit=None)
    trace = f"{CALLS}:{record_no}:{1 + answered}"
    fact: Fact = Help(
        **_envelope(trace, record_no, at), system=CALLS, record_no=record_no, content=content, recorded_at=at
    )
    return Said(at, PEOPLE, fact)


def _envelope(trace: str, record_no: str, at: int) -> dict[str, Any]:
    token = f"services:1:{record_no.encode().hex():0>16}"
    return {"id": f"{trace}#1", "key": token, "source": "row", "trace": trace, "occurred_at": at, "token": token}


STORY = [
    visit(july(7, 9, 1), "CJ1", "2025-07-08"),
    visit(july(8, 16), "CJ1", "2025-07-08", "done", 2),
    visit(july(7, 9, 2), "CJ2", "2025-07-09"),
    visit(july(10, 10), "CJ2", "2025-07-09", "done", 2),
    visit(july(7, 9, 3), "CJ3", "2025-07-11"),
    visit(july(9, 11), "CJ3", "2025-07-21", version=2),
    visit(july(15, 15), "CJ3", "2025-07-21", "done", 3),
    visit(july(7, 9, 4), "BF1", "2025-07-08", system=CORRECTION, kind="correction", unit="SFS-07", region=DISTRICT),
    call(july(7, 9, 30), "HJ1"),
    call(july(7, 9, 55), "HJ1", answered=True),
    call(july(7, 10), "HJ2"),
    call(july(7, 12, 30), "HJ2", answered=True),
]
"""CJ1 is done in time, CJ2 a day late, CJ3 is moved and done; BF1, of correction, is not done at all. HJ1 is answered
in time, HJ2 too late."""
