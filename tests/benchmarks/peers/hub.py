"""A processor on the hub's own engine, as an operator's worker runs it, with everything it does switched on.

Arguments: the processor (`module:class`), the job. The port of /metrics is written to `metrics.port` in its folder.
"""

import signal
import sys
from importlib import import_module
from pathlib import Path

from prometheus_client import start_http_server

from streams.codec import Codec
from streams.contract import KINDS, Processor
from streams.embedded.ports import HOST
from streams.engine.quarantine import SealingQuarantine
from streams.engine.worker import Surroundings, Worker
from streams.metrics import REGISTRY
from streams.schema_files import SCHEMAS
from streams.secrecy.person_key_store import PersonKeyStore
from streams.secrecy.sealing import Keys, Sealer
from streams.topology import ProcessorWiring, Topic, Topology
from tests.benchmarks.bench import BENCH_SCHEMAS, GROUP_PREFIX, METRICS_PORT
from tests.benchmarks.peers.job import Job, job_of_this_process


def topology_of(job: Job, code: str, processor: Processor) -> Topology:
    """One processor between the job's topics; its name makes the group that the job names."""
    name = job.group.removeprefix(GROUP_PREFIX)
    ports = dict.fromkeys(processor.ports, job.views)
    wiring = ProcessorWiring(name, code, job.log, ports, job.changelog)
    published = tuple(kind for kinds in processor.ports.values() for kind in kinds)
    return Topology(
        city="bench",
        clock="broker",
        namespace="",
        topics={
            job.log: _topic(job, job.log, processor.reads, compacted=False),
            job.views: _topic(job, job.views, published, compacted=True),
        },
        connectors={},
        gateway_reads=(),
        gateway_publishes=(),
        answer_folders={},
        processors={name: wiring},
        agents={},
        workers={},
    )


def _topic(job: Job, name: str, kinds: tuple[type, ...], *, compacted: bool) -> Topic:
    schemas = tuple(KINDS[kind] for kind in kinds)
    return Topic(name, schemas, "key", job.partitions, None, compacted, job.group)


def main() -> None:
    job = job_of_this_process()
    code = sys.argv[1]
    module, _, name = code.partition(":")
    processor: Processor = getattr(import_module(module), name)()
    topology = topology_of(job, code, processor)
    folder = Path(job.folder)
    server, _ = start_http_server(0, addr=HOST, registry=REGISTRY)
    draft = folder / f"{METRICS_PORT}.new"
    draft.write_text(str(server.server_port))
    draft.replace(folder / METRICS_PORT)
    codec = Codec.load(SCHEMAS, BENCH_SCHEMAS, persons=PersonKeyStore(folder, create=True, renews=False))
    quarantine = SealingQuarantine(codec, Sealer(Keys(folder, create=True)))
    (wired,) = topology.processors
    worker = Worker(topology, wired, Surroundings(job.bootstrap, codec, quarantine), processor=processor)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


if __name__ == "__main__":
    main()
