"""`python -m tests.benchmarks.connector_process BOOTSTRAP HOME SYSTEM ...`: these connectors alone, until TERM."""

import signal
import sys
import threading
from pathlib import Path

from connectors.readers.opening import open_reader
from connectors.runner import PULLING, ConnectorRunner
from connectors.surroundings import Surroundings
from streams.topology import load_topology
from tests.part_topologies import connectors_alone


def main(bootstrap: str, home: Path, systems: list[str]) -> None:
    topology = connectors_alone(load_topology(environment={}), *systems)
    surroundings = Surroundings(bootstrap, home, home / "secrets", home / "keys", 0)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    runner = ConnectorRunner(topology, surroundings, PULLING, open_reader)
    runner.start()
    stop.wait()
    runner.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
