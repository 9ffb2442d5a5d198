"""The hub as it is: the processor `event_profiles` in its own engine, in memory, over the same steps.

It reads what the log carries; what a fact could carry beside it is not seen by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from streams.cities.city import CITIES, read_city
from streams.codec import Codec
from streams.contract import Fact
from streams.engine.engine import LogPartition, Partition
from streams.engine.memory import IN_MEMORY
from streams.engine.partitioner import partition_of
from streams.engine.tables import PartitionTables
from streams.engine.worker import load_processor
from streams.facts.engine import Tick
from streams.facts.incidents import Progressed, Reported
from streams.facts.views import Incident
from streams.processors.incident_profiles import PROFILES, REPORTS, TOLD, all_told, live_number
from streams.processors.incident_reviews import REVIEWS
from streams.rules_publication import facts_for, logs_of_rules
from streams.topology import load_topology
from tests.matching.city_map import DISTRICT
from tests.matching.matcher import Grouping
from tests.matching.telling import HOUR, Step

PROCESSOR = "event_profiles"
SETTLED_AFTER = HOUR


class NotApplied(Exception):
    """The processor set a record aside: the grouping is worth nothing."""


@dataclass(frozen=True)
class Shown:
    """What everybody sees of an incident that does not depend on the order of what was told."""

    incident_class: str
    urgency: str
    region: str
    longitude: float | None
    latitude: float | None
    reports: int
    systems: frozenset[str]
    last_report_at: int

    @classmethod
    def of(cls, incident: Incident) -> "Shown":
        return cls(
            incident_class=incident.incident_class,
            urgency=incident.urgency,
            region=incident.region,
            longitude=incident.longitude,
            latitude=incident.latitude,
            reports=incident.reports,
            systems=frozenset(incident.systems),
            last_report_at=incident.last_report_at,
        )


class TodaysHub:
    """One district's partition of the incidents log."""

    def __init__(self) -> None:
        topology = load_topology(environment={})
        wiring = topology.processors[PROCESSOR]
        processor = load_processor(wiring)
        partitions = topology.topics[wiring.reads].partitions
        log = LogPartition(wiring.reads, partition_of(DISTRICT, partitions), partitions)
        self._codec = Codec.load()
        self._partition = Partition(processor, wiring.ports, self._codec, log, IN_MEMORY)
        self._partition.load({})
        self._records = 0
        self._rules = facts_for(read_city(CITIES / topology.city), "matching", logs_of_rules(topology)[wiring.reads])

    def group(self, steps: Sequence[Step]) -> Grouping:
        """The incident of each record when all steps are done."""
        self.begin(steps[0].at)
        records: list[str] = []
        for step in steps:
            if step.fact is not None:
                self._tell(step.at, step.fact)
            elif (incident_no := self._dispatched(step.ended)) is not None:
                self._tell(step.at, ended(step, incident_no))
            if isinstance(step.fact, Reported):
                records.append(f"{step.fact.system}/{step.fact.record_no}")
        self.wait(steps[-1].at + SETTLED_AFTER)
        self.commit()
        found = {record: self._incident_of(record) for record in records}
        return Grouping({record: incident_no for record, incident_no in found.items() if incident_no}, self._reviewed())

    def begin(self, at: int) -> None:
        """Let the city's rules of incidents and matching be in force."""
        for rule in self._rules:
            self._tell(at, rule)

    @property
    def tables(self) -> PartitionTables:
        """The partition's."""
        return self._partition.tables

    def shown(self) -> dict[frozenset[str], Shown]:
        """What is shown of each incident that stands, by the records that lie in it."""
        tables = self.tables
        found: dict[frozenset[str], Shown] = {}
        for row in [key for key in tables.rows if key.startswith(f"{PROFILES.name}/")]:
            incident = tables.get(row).incident
            if incident.replaced_by is None:
                records = frozenset(f"{one.system}/{one.record_no}" for one in all_told(incident, tables))
                found[records] = Shown.of(incident)
        return found

    def wait(self, until: int) -> None:
        """Let time go by, and what is due fire."""
        self.apply(until, None, self.encode(Tick(sent_at=until)))

    def _reviewed(self) -> frozenset[str]:
        """A record for each pair of incidents that a person was asked about."""
        tables = self.tables
        return frozenset(
            next((key.partition("/")[2] for key, _ in tables[TOLD].scan(f"{review.incident_no}/")), key)
            for key, review in tables[REVIEWS].scan("")
        )

    def encode(self, fact: Fact | Tick) -> bytes:
        """As it lies in the log."""
        return self._codec.encode(fact)

    def _tell(self, at: int, fact: Fact) -> None:
        self.apply(at, fact.key.encode(), self.encode(fact))

    def apply(self, at: int, key: bytes | None, data: bytes) -> None:
        """Append and apply a record; commit whenever a transaction is full."""
        while not self._partition.apply(self._records, at, key, data):
            self.commit()
        self._records += 1
        for held in self._partition.held:
            raise NotApplied(f"{held.reason}: {held.detail}")

    def commit(self) -> None:
        """End the transaction."""
        self._partition.changelog()
        self._partition.commit()

    def _dispatched(self, record: str) -> str | None:
        """The record's incident, if dispatch has a matter of it and so will say when it ends."""
        incident_no = self._incident_of(record)
        profile = self.tables[PROFILES].get(incident_no) if incident_no else None
        is_open = profile is not None and profile.matter_asked and profile.incident.state != "closed"
        return incident_no if is_open else None

    def _incident_of(self, record: str) -> str | None:
        report = self.tables[REPORTS].get(record)
        if report is None or not report.incident_no:
            return None
        return live_number(report.incident_no, self.tables)


def ended(step: Step, incident_no: str) -> Progressed:
    """Dispatch says that the work is done."""
    return Progressed(
        id=f"ended:{step.ended}",
        key=DISTRICT,
        source="dispatch",
        trace=step.ended,
        occurred_at=step.at,
        incident_no=incident_no,
        matter_no=f"{incident_no}-M",
        state="closed",
    )


def group_as_today(steps: Sequence[Step]) -> Grouping:
    """As a matcher."""
    return TodaysHub().group(steps)
