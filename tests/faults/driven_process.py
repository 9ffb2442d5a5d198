"""`python -m tests.faults.driven_process BOOTSTRAP NAMESPACE KEYS PROCESSOR…`: workers of the hub, to be killed.

Their clock is simulated and another process's: each line that comes in is the instant it stands at (milliseconds), and
each is answered by one line of JSON, for each processor how far it is. It ends with its input.
"""

import json
import logging
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from streams.engine.clock import SimulatedClock
from streams.engine.quarantine import SealingQuarantine
from streams.engine.worker import Surroundings, Worker
from streams.secrecy.sealing import Keys, Sealer
from tests.processors.kit import codec, topology


def main(bootstrap: str, namespace: str, keys: str, *names: str) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    wiring = replace(topology().with_namespace(namespace), clock="simulated")
    clock = SimulatedClock(int(sys.stdin.readline()))
    shared = Surroundings(bootstrap, codec(), SealingQuarantine(codec(), Sealer(Keys(Path(keys), create=True))), clock)
    workers = [Worker(wiring, name, shared) for name in names]
    for worker in workers:
        threading.Thread(target=run, args=(worker,), daemon=True).start()
    tell(workers)
    for line in sys.stdin:
        clock.set_forward(int(line))
        tell(workers)


def run(worker: Worker) -> None:
    """Work; one that fails has logged why and is found through its status."""
    with suppress(Exception):
        worker.run()


def tell(workers: list[Worker]) -> None:
    print(json.dumps({worker.wiring.name: told(worker) for worker in workers}), flush=True)


def told(worker: Worker) -> dict[str, Any]:
    """Its status, and by partition the end it has read to and its next due moment."""
    progress = {number: (one.end, one.next_due_at) for number, one in worker.progress.items()}
    return {"status": worker.status(), "progress": progress}


if __name__ == "__main__":
    main(*sys.argv[1:])
