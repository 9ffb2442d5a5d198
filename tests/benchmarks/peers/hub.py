"""`w1` on the hub's own engine, as an operator's worker runs it: one processor, everything it does switched on."""

import signal
from pathlib import Path

from streams.codec import Codec
from streams.engine.quarantine import SealingQuarantine
from streams.engine.worker import Surroundings, Worker
from streams.schema_files import SCHEMAS
from streams.sealing import Keys, Sealer
from streams.topology import ProcessorWiring, Topic, Topology
from tests.benchmarks.peers.job import Job, job_of_this_process
from tests.benchmarks.w1_processor import BenchProfiles
from tests.benchmarks.w1_records import BENCH_SCHEMAS

GROUP_PREFIX = "hub."


def topology_of(job: Job) -> Topology:
    """One processor between the job's topics; its name makes the group that the job names."""
    name = job.group.removeprefix(GROUP_PREFIX)
    wiring = ProcessorWiring(
        name, "tests.benchmarks.w1_processor:BenchProfiles", job.readings, {"view": job.profiles}, job.changelog)
    return Topology(
        city="bench",
        clock="broker",
        namespace="",
        topics={
            job.readings: _topic(job, job.readings, "bench.reading.v1", compacted=False),
            job.profiles: _topic(job, job.profiles, "bench.profile.v1", compacted=True),
        },
        connectors={},
        gateway_publishes=(),
        processors={name: wiring},
        agents={},
        workers={},
    )


def _topic(job: Job, name: str, schema: str, *, compacted: bool) -> Topic:
    return Topic(name, (schema,), "facility", job.partitions, None, compacted, job.group)


def main() -> None:
    job = job_of_this_process()
    codec = Codec.load(SCHEMAS, BENCH_SCHEMAS)
    quarantine = SealingQuarantine(codec, Sealer(Keys(Path(job.folder), create=True)))
    topology = topology_of(job)
    (name,) = topology.processors
    worker = Worker(topology, name, Surroundings(job.bootstrap, codec, quarantine), processor=BenchProfiles())
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


if __name__ == "__main__":
    main()
