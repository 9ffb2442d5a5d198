"""A hub on Kafka in simulated time whose workers are processes that may be killed at any moment, and its broker too.

The driver's clock stands still while anybody is away: it goes on when every log is read to its end again. What a worker
said last stays true when it is killed, because it says only what is committed.
"""

import json
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeVar

from streams.contract import Fact
from streams.embedded.kafka import KafkaBroker
from streams.engine.clock import SimulatedClock
from streams.engine.memory import Appended
from streams.engine.owned import Progress
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import Ends, KafkaHub, NotSettled
from streams.kafka import KafkaException, Topics
from streams.secrecy.sealing import Keys, Sealer
from streams.topology import ProcessorWiring
from tests.eventually import eventually
from tests.faults.processes import REPOSITORY
from tests.processors.kit import codec, processors, topology

PATIENCE_SECONDS = 180.0
"""However many are away at once on a busy machine."""
Answer = TypeVar("Answer")


class Mortal(Protocol):
    """What can be killed and started again."""

    def kill(self) -> None: ...
    def start(self) -> None: ...


@dataclass
class RemoteWorker:
    """A processor's worker in another process, as that last told of it."""

    wiring: ProcessorWiring
    progress: Mapping[int, Progress] = field(default_factory=dict)
    told: tuple[bool, bool, tuple[str, ...]] = (True, False, ("has said nothing yet",))

    def status(self) -> tuple[bool, bool, tuple[str, ...]]:
        return self.told

    def stop(self) -> None:
        """Its process ends with its driver's word."""

    def hear(self, said: dict[str, Any]) -> None:
        live, ready, reasons = said["status"]
        self.told = live, ready, tuple(reasons)
        new = {int(number): Progress(*one) for number, one in said["progress"].items()}
        self.progress = {**self.progress, **new}


class WorkersProcess:
    """A process with some of the hub's workers; it is told the time and says how far they are."""

    def __init__(self, workers: list[RemoteWorker], arguments: tuple[str, ...], log_path: Path) -> None:
        self.workers = workers
        names = [worker.wiring.name for worker in workers]
        self._command = [sys.executable, "-m", "tests.faults.driven_process", *arguments, *names]
        self._log_path = log_path
        self._process: subprocess.Popen[str] | None = None
        self._talk = threading.Lock()

    def start(self) -> None:
        with self._talk, self._log_path.open("ab") as errors:
            self._process = subprocess.Popen(
                self._command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def kill(self) -> None:
        """SIGKILL, and gone; also in the middle of its answer."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ask(self, now: int) -> None:
        """Tell it the time and hear how far its workers are; nothing is heard of one that is killed meanwhile.

        Raises NotSettled where it has ended by itself.
        """
        with self._talk:
            process = self._process
            assert process is not None
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(f"{now}\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except BrokenPipeError:
                line = ""
        if not line and process.wait() != -signal.SIGKILL:
            raise NotSettled(f"a process of the hub ended by itself: {self.last_words()}")
        if line.endswith("\n"):
            said = json.loads(line)
            for worker in self.workers:
                worker.hear(said[worker.wiring.name])

    def last_words(self) -> str:
        return self._log_path.read_text(encoding="utf-8")[-2_000:]


class ToldClock(SimulatedClock):
    """Tells everybody who works by it whenever it is set forward, before anything is written at the new time."""

    def __init__(self, now: int, tell: Callable[[], None]) -> None:
        super().__init__(now)
        self._tell = tell

    def set_forward(self, instant: int) -> None:
        before = self.now()
        super().set_forward(instant)
        if self.now() != before:
            self._tell()


@dataclass(frozen=True)
class Kill:
    """Who is killed: so many seconds after the first work that there is at an instant or later."""

    at: int
    victim: str
    after_seconds: float


def kills_between(starts_at: int, ends_at: int, kills: Mapping[str, int], seed: int) -> list[Kill]:
    """So many kills of each victim at random moments, by time."""
    random = Random(seed)
    victims = [victim for victim, times in kills.items() for _ in range(times)]
    moments = [(random.randrange(starts_at, ends_at), victim) for victim in victims]
    return [Kill(at, victim, random.uniform(0, 0.06)) for at, victim in sorted(moments)]


class MortalHub(KafkaHub):
    """Processors in groups, each group a process; `kills` come to pass while the hub is driven through its story.

    Whoever publishes has lost a receipt now and then and says the same again: `twice` of all facts.
    """

    def __init__(
        self,
        broker: KafkaBroker,
        namespace: str,
        folder: Path,
        start_at: int,
        groups: Mapping[str, tuple[str, ...]],
        kills: list[Kill],
        twice: float,
    ) -> None:
        keys = folder / "keys"
        quarantine = SealingQuarantine(codec(), Sealer(Keys(keys, create=True)))
        wiring = topology().with_namespace(namespace)
        super().__init__(wiring, processors(), codec(), broker.bootstrap_servers, quarantine, start_at)
        self._clock = ToldClock(start_at, self._ask_all)
        self._broker = broker
        arguments = (broker.bootstrap_servers, namespace, str(keys))
        self._processes = {
            group: WorkersProcess(
                [RemoteWorker(self.topology.processors[name]) for name in names], arguments, folder / f"{group}.log"
            )
            for group, names in groups.items()
        }
        self._kills = kills
        self._killers: list[threading.Thread] = []
        self._one_at_a_time: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._random = Random(len(kills))
        self._twice = twice
        self.killed: list[str] = []
        self.killed_at_work = 0

    # Life and death.

    def start(self) -> None:
        self._settled_at = None
        for process in self._processes.values():
            process.start()
        self.workers = [worker for process in self._processes.values() for worker in process.workers]
        self._ask_all()

    def stop(self) -> None:
        for killer in self._killers:
            killer.join()
        for process in self._processes.values():
            process.kill()

    def _kill_soon(self) -> None:
        """Begin each kill whose moment has come: there is work to do right now."""
        while self._kills and self._kills[0].at <= self.now:
            killer = threading.Thread(target=self._kill, args=(self._kills.pop(0),), daemon=True)
            self._killers.append(killer)
            killer.start()

    def _mortal(self, name: str) -> Mortal:
        return self._broker if name == "broker" else self._processes[name]

    def _kill(self, kill: Kill) -> None:
        threading.Event().wait(kill.after_seconds)
        mortal = self._mortal(kill.victim)
        with self._one_at_a_time[kill.victim]:
            self.killed_at_work += self._is_waiting
            mortal.kill()
            mortal.start()
            self.killed.append(kill.victim)

    # Driving, whoever is away.

    def publish(self, topic: str, fact: Fact) -> None:
        super().publish(topic, fact)
        if self._random.random() < self._twice:
            super().publish(topic, fact)

    def _ask_all(self) -> None:
        for process in self._processes.values():
            process.ask(self.now)

    _is_waiting = False

    def _wait_until_read_to(self, ends: Ends, give_up_at: float) -> None:
        if ends != self._settled_at:
            self._kill_soon()
        self._is_waiting = True
        try:
            eventually(lambda: self._have_read_to(ends), within_seconds=PATIENCE_SECONDS)
        except AssertionError as error:
            stand = {worker.wiring.name: (worker.progress, worker.status()) for worker in self.workers}
            raise NotSettled(f"the logs end at {ends}, the workers stand at {stand}") from error
        self._is_waiting = False

    def _have_read_to(self, ends: Ends) -> bool:
        """Whether all workers have read to the ends. Raises NotSettled where one has given up."""
        self._ask_all()
        if any(not worker.status()[0] for worker in self.workers):
            said = [process.last_words() for process in self._processes.values()]
            raise NotSettled(f"{[(one.wiring.name, one.status()) for one in self.workers]}: {said}")
        return all(self._has_read_to(worker, ends) for worker in self.workers)

    def _ends(self) -> Ends:
        return self._until_answered(super()._ends)

    def appended(self, topic: str) -> list[Appended]:
        """As of any hub, however often the broker goes away meanwhile."""
        return self._until_answered(lambda: super(MortalHub, self).appended(topic))

    def _until_answered(self, ask: Callable[[], Answer]) -> Answer:
        def answered() -> tuple[Answer] | None:
            try:
                return (ask(),)
            except KafkaException:
                self._topics = Topics(self._bootstrap)
                return None

        answer = eventually(answered, within_seconds=PATIENCE_SECONDS)
        assert answer is not None
        return answer[0]
