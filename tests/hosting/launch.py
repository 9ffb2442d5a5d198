"""`python -m tests.hosting.launch WORKER PART…`: the Faust worker as it is always started, but of these parts only."""

import sys
from dataclasses import replace

from faust.cli.faust import cli

from streams import topology
from streams.topology import Topology, WorkerWiring

whole_topology = topology.load_topology


def with_these_parts_only() -> Topology:
    topology, worker, names = whole_topology(), sys.argv[1], sys.argv[2:]
    wiring = WorkerWiring(
        name=worker,
        processors=tuple(name for name in names if name in topology.processors),
        agents=tuple(name for name in names if name in topology.agents),
    )
    return replace(topology, workers={worker: wiring})


if __name__ == "__main__":
    topology.load_topology = with_these_parts_only  # type: ignore[assignment]
    cli(["-A", "streams.app", "worker"])
