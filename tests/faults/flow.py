"""Records that flow while something happens to who applies them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from streams.engine.clock import WallClock
from tests.engine.toy import ALARMS
from tests.eventually import eventually
from tests.faults import ledger
from tests.faults.records import added, append, encoded
from tests.faults.stage import Stage

SHARE = 100
REMINDED_EVERY = 10
PAUSE_SECONDS = 0.2
CAUGHT_UP_SECONDS = 60.0


class Flow(threading.Thread):
    """Appends records, some with a due moment in the next seconds, until it is stopped."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(daemon=True)
        self.records = 0
        self.due: dict[str, int] = {}
        self._stage = stage
        self._random = Random(17)
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(PAUSE_SECONDS):
            facts = [added(number) for number in range(self.records, self.records + SHARE)]
            for place in range(0, SHARE, REMINDED_EVERY):
                due_at = WallClock().now() + self._random.randint(500, 5_000)
                facts[place] = fact = added(facts[place].amount, order="remind", due_at=due_at)
                self.due[f"{fact.key}/{fact.id}/remind"] = due_at
            append(self._stage.bootstrap, self._stage.log, encoded(facts))
            self.records += SHARE

    def stop(self) -> None:
        self._stopping.set()
        self.join(60)
        assert not self.is_alive()

    def await_progress(self) -> None:
        """Until more has been applied than is appended by now."""
        records = self.records + SHARE
        eventually(lambda: self._applied() >= records, within_seconds=CAUGHT_UP_SECONDS)

    def judge(self) -> None:
        """Wait for what is still to come; nothing was lost or doubled, each due moment fired once, as in a replay."""
        bootstrap, topology = self._stage.bootstrap, self._stage.topology
        eventually(lambda: self._applied() >= self.records, within_seconds=CAUGHT_UP_SECONDS)
        eventually(
            lambda: len(ledger.values(bootstrap, topology, ALARMS)) >= len(self.due), within_seconds=CAUGHT_UP_SECONDS
        )
        ledger.assert_applied_once(bootstrap, topology, self.records)
        ledger.assert_fired_once_and_never_early(bootstrap, topology, self.due)
        ledger.assert_equal_to_a_replay(bootstrap, topology)

    def _applied(self) -> int:
        return ledger.applied_records(self._stage.bootstrap, self._stage.topology)


@contextmanager
def flow(stage: Stage) -> Iterator[Flow]:
    """Records that flow while the block runs."""
    flowing = Flow(stage)
    flowing.start()
    try:
        yield flowing
    finally:
        flowing.stop()
