"""`python -m tests.faults.agent_process WORKER PART…`: the Faust worker of these parts, in simulated time."""

from dataclasses import replace

from faust.cli.faust import cli

from streams import topology
from streams.topology import Topology
from tests.hosting.launch import with_these_parts_only


def in_simulated_time() -> Topology:
    return replace(with_these_parts_only(), clock="simulated")


if __name__ == "__main__":
    topology.load_topology = in_simulated_time  # type: ignore[assignment]
    cli(["-A", "streams.app", "worker"])
