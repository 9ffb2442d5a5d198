"""Workers in threads of the test's own process, that a test may look into."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.contract import Processor
from streams.engine.clock import OwnClock, WallClock
from streams.engine.quarantine import SealingQuarantine
from streams.engine.stops import WorkerStopped
from streams.engine.transactions import Transactions
from streams.engine.worker import Surroundings, Worker
from streams.secrecy.sealing import Keys, Sealer
from streams.topology import Topology
from tests.engine.toy import Accounts
from tests.eventually import eventually
from tests.faults.ledger import CODEC


class RunningWorker:
    """A worker and its thread; `failure` is what ended it."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"worker-{worker.wiring.name}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.worker.run()
        except BaseException as error:  # noqa: BLE001 - the test asks for it
            self.failure = error

    def stop(self) -> None:
        self.worker.stop()
        self._thread.join(60)
        assert not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def is_ready(self) -> bool:
        return self.worker.status()[1]

    @property
    def reasons(self) -> str:
        return "; ".join(self.worker.status()[2])

    @property
    def transactions(self) -> Transactions:
        return self.worker._transactions

    def is_at_the_end(self) -> bool:
        """Whether every partition it has is read to its end, and all of it is committed."""
        progress = self.worker.progress
        return bool(progress) and all(one.end is not None for one in progress.values())

    def stopped(self, within_seconds: float = 30.0) -> WorkerStopped:
        """Why the worker stopped by itself, as soon as it has."""
        eventually(lambda: not self.is_alive, within_seconds=within_seconds)
        assert isinstance(self.failure, WorkerStopped), repr(self.failure)
        assert self.worker.status()[0] is False
        assert self.reasons == str(self.failure)
        return self.failure


class Workers:
    """Makes workers of one topology that share keys, and starts them."""

    def __init__(self, topology: Topology, bootstrap: str, keys: Path, clock: OwnClock | None = None) -> None:
        self.topology = topology
        self.bootstrap = bootstrap
        self.sealer = Sealer(Keys(keys, create=True))
        self._clock = clock or WallClock()
        self._started: list[RunningWorker] = []

    def start(self, processor: Processor | None = None, slot: str = "0") -> RunningWorker:
        """Start the processor's worker, the accounts' if none is named."""
        code = processor or Accounts()
        surroundings = Surroundings(self.bootstrap, CODEC, SealingQuarantine(CODEC, self.sealer), self._clock)
        running = RunningWorker(Worker(self.topology, code.name, surroundings, slot, code))
        self._started.append(running)
        return running

    def stop(self) -> None:
        """Stop all that still run."""
        for running in self._started:
            running.stop()


@contextmanager
def workers(topology: Topology, bootstrap: str, keys: Path, clock: OwnClock | None = None) -> Iterator[Workers]:
    """Workers that have all ended when the block does."""
    made = Workers(topology, bootstrap, keys, clock)
    try:
        yield made
    finally:
        made.stop()
