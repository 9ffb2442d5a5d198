"""`python -m tests.faults.worker_process BOOTSTRAP NAMESPACE KEYS SLOT`: the toy's two processors, to be killed.

Its log says when a worker becomes ready, and why not when it is not.
"""

import logging
import signal
import sys
import threading
from pathlib import Path

from streams.engine.quarantine import SealingQuarantine
from streams.engine.worker import Surroundings, Worker
from streams.secrecy.sealing import Keys, Sealer
from tests.engine.toy import Accounts, Totals, toy_codec, toy_topology

LOOK_SECONDS = 0.2

log = logging.getLogger(__name__)


def tell_changes(workers: list[Worker], told: dict[str, str]) -> None:
    """Log each worker whose readiness is another than was told last."""
    for worker in workers:
        name, (_, ready, reasons) = worker.wiring.name, worker.status()
        said = f"{name} is ready" if ready else f"{name} is not ready: {'; '.join(reasons)}"
        if told.get(name) != said:
            told[name] = said
            log.info(said)


def main(bootstrap: str, namespace: str, keys: str, slot: str) -> int:
    """Run until told to stop; 1 if a worker stopped by itself."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    codec = toy_codec()
    topology = toy_topology(namespace)
    shared = Surroundings(bootstrap, codec, SealingQuarantine(codec, Sealer(Keys(Path(keys), create=True))))
    workers = [Worker(topology, code.name, shared, slot, code) for code in (Accounts(), Totals())]
    ended = threading.Event()
    failures: list[BaseException] = []

    def run(worker: Worker) -> None:
        try:
            worker.run()
        except Exception as error:  # noqa: BLE001 - said in the exit code
            failures.append(error)
        ended.set()

    def stop(*_: object) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, stop)
    threads = [threading.Thread(target=run, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    told: dict[str, str] = {}
    while not ended.wait(LOOK_SECONDS):
        tell_changes(workers, told)
    for worker in workers:
        worker.stop()
    for thread in threads:
        thread.join()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
