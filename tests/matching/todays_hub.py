"""The hub as it is: the processor `event_profiles` in its own engine, in memory, over the same steps.

It reads what the log carries; what a fact could carry beside it is not seen by it.
"""

from collections.abc import Sequence

from streams.city import CITIES, read_city
from streams.codec import Codec
from streams.contract import Fact
from streams.engine.engine import LogPartition, Partition
from streams.engine.memory import IN_MEMORY
from streams.engine.partitioner import partition_of
from streams.engine.worker import load_processor
from streams.facts.incidents import Progressed, Reported
from streams.processors.event_profiles import PROFILES, REPORTS
from streams.rules_publication import facts_for, logs_of_rules
from streams.topology import load_topology
from tests.matching.city_map import DISTRICT
from tests.matching.matcher import Grouping
from tests.matching.telling import Step

PROCESSOR = "event_profiles"


class NotApplied(Exception):
    """The processor set a record aside: the grouping is worth nothing."""


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
        for rule in self._rules:
            self._apply(steps[0].at, rule)
        records: list[str] = []
        for step in steps:
            if step.fact is not None:
                self._apply(step.at, step.fact)
            elif (incident_no := self._dispatched(step.ended)) is not None:
                self._apply(step.at, ended(step, incident_no))
            if isinstance(step.fact, Reported):
                records.append(f"{step.fact.system}/{step.fact.record_no}")
        found = {record: self._incident_of(record) for record in records}
        return Grouping({record: incident_no for record, incident_no in found.items() if incident_no})

    def _apply(self, at: int, fact: Fact) -> None:
        """Append and apply a record; commit whenever a transaction is full."""
        data = self._codec.encode(fact)
        while not self._partition.apply(self._records, at, fact.key.encode(), data):
            self._settle()
        self._records += 1
        for held in self._partition.held:
            raise NotApplied(f"{held.reason}: {held.detail}")

    def _settle(self) -> None:
        self._partition.changelog()
        self._partition.commit()

    def _dispatched(self, record: str) -> str | None:
        """The record's incident, if dispatch has a matter of it and so will say when it ends."""
        incident_no = self._incident_of(record)
        profile = self._partition.tables[PROFILES].get(incident_no) if incident_no else None
        is_open = profile is not None and profile.matter_asked and profile.incident.state != "closed"
        return incident_no if is_open else None

    def _incident_of(self, record: str) -> str | None:
        report = self._partition.tables[REPORTS].get(record)
        return report.incident_no or None if report is not None else None


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
