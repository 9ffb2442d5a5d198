"""Whose each report was by the event profiles, found by replaying the log: also what their views have forgotten."""

from streams.after_action.logged import INCIDENTS, Logs
from streams.after_action.membership import Report
from streams.codec import Codec
from streams.contract import Processor
from streams.engine.engine import LogPartition, Partition, Versions
from streams.topology import ProcessorWiring, Topology

PORT = "reports"
REPLAY = Versions(code="replay", configuration="replay")


def replayed_reports(topology: Topology, codec: Codec, processor: Processor, logs: Logs) -> dict[Report, str]:
    """The last incident of each report that it was shown of; `processor` is the owner of the incidents log."""
    wiring = topology.processors[processor.name]
    found: dict[Report, str] = {}
    partition: Partition | None = None
    for record in logs(INCIDENTS):
        if partition is None:
            log = LogPartition(INCIDENTS, record.partition, topology.topics[INCIDENTS].partitions)
            partition = Partition(processor, wiring.ports, codec, log, REPLAY)
            partition.load({})
        while not partition.apply(record.offset, record.appended_at, record.fact.key.encode(), record.data):
            _take(partition, wiring, found)
    if partition is not None:
        _take(partition, wiring, found)
    return found


def _take(partition: Partition, wiring: ProcessorWiring, found: dict[Report, str]) -> None:
    """Note what was shown, and go on as after a commit."""
    for topic, key, value, _ in partition.emissions:
        if topic == wiring.ports[PORT] and value is not None:
            incident_no, system, record_no = key.split("/", 2)
            found[system, record_no] = incident_no
    partition.changelog()
    partition.commit()
