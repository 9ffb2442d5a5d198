"""What departments tell of happenings in Hechuan, and the stories of them played on any hub in simulated time.

Nothing of it is measured: who tells what how exactly is ours, within what `tests/matching/systems.py` says of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from math import cos, radians
from pathlib import Path
from typing import Any

from streams.contract import Fact, replace
from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.facts.incidents import Reported
from streams.facts.views import Report
from streams.secrecy.sealing import Keys, Sealer
from tests.hechuan import hechuan
from tests.processors.kit import codec, processors, topology
from tests.scenarios.flood_hour import DISTRICT, GRID, METRES_A_DEGREE, SEAT, STARTS_AT
from tests.scenarios.player import Ending, play, publish_city
from tests.scenarios.units import MINUTE, SECOND, Manner, Said, Step, Units, minutes

INCIDENTS = "hub.log.incidents.v1"
ALL_SETTLED = 45 * MINUTE
"""After the last report of a story: it is looked at for the last time 40 minutes after it happened (matching.yaml)."""
CALLED = Manner(steps=(Step("acknowledge", minutes(1, 2)), Step("arrive", minutes(8, 12))))
"""What every unit of these stories does: it is called and comes; how the work ends is another story."""


def reported(
    system: str, record_no: str, incident_class: str, at: int, east: float, north: float, metres: float, **said: Any
) -> Reported:
    """What happened `at` an instant, so many metres from the district's seat, known to within `metres`."""
    longitude, latitude = SEAT
    row = f"{system}:{record_no}:1"
    report = Reported(
        id=f"{row}#1", key=DISTRICT, source=system, trace=row, occurred_at=at, system=system, record_no=record_no,
        incident_class=incident_class, urgency="urgent", recorded_at=at, region=GRID,
        longitude=longitude + east / (METRES_A_DEGREE * cos(radians(latitude))),
        latitude=latitude + north / METRES_A_DEGREE, located_by="point", self_resolved=False,
        uncertainty_metres=metres,
    )  # fmt: skip
    return replace(report, **said)


def appended(fact: Fact, after_seconds: int = 5) -> Said:
    """The fact on the log, so long after what it tells of."""
    return Said(fact.occurred_at + after_seconds * SECOND, INCIDENTS, fact)


def in_memory(story: Iterable[Said], ends_at: int, manner: Manner = CALLED, faults: Faults = NO_FAULTS) -> Ending:
    """The story on the hub in memory."""
    hub = MemoryHub(topology(), processors(), codec(), STARTS_AT, faults)
    publish_city(hub, hechuan())
    return play(hub, story, every_unit(manner), ends_at)


def on_kafka(
    story: Iterable[Said], ends_at: int, servers: str, namespace: str, keys: Path, manner: Manner = CALLED
) -> Ending:
    """The story on Kafka; `keys` is a folder for those of the quarantine."""
    quarantine = SealingQuarantine(codec(), Sealer(Keys(keys, create=True)))
    wiring = topology().with_namespace(namespace)
    with KafkaHub.running(wiring, processors(), codec(), servers, quarantine, STARTS_AT) as hub:
        publish_city(hub, hechuan())
        return play(hub, story, every_unit(manner), ends_at)


def every_unit(manner: Manner) -> Units:
    return Units(defaultdict(lambda: manner), seed=1)


def lies_in(ending: Ending, record: str) -> str:
    """The incident in which a report, `<system>/<record_no>`, is to be found."""
    (report,) = [one for one in ending.reports.values() if record_of(one) == record]
    return report.incident_no


def record_of(report: Report) -> str:
    return f"{report.system}/{report.record_no}"


def assert_ends_alike(ending: Ending, expected: Ending) -> None:
    """Incident by incident, report by report, matter by matter with all that was told of it, tile by tile."""
    for found, wanted in (
        (ending.incidents, expected.incidents),
        (ending.reports, expected.reports),
        (ending.reviews, expected.reviews),
        (ending.matters, expected.matters),
        (ending.changes, expected.changes),
        (ending.tiles, expected.tiles),
    ):
        assert found.keys() == wanted.keys()
        assert {key: (found[key], wanted[key]) for key in wanted if found[key] != wanted[key]} == {}
    assert ending.set_aside == expected.set_aside
    assert ending.violations == expected.violations == []
