"""Which systems the hub may take rows of: each contract's word, and the decisions that `hub.view.sources.v1` shows.

A decision takes effect in every process of the connectors as soon as the view has it. A process knows what holds before
its first connector starts, and while Kafka is away what it knew last goes on to hold.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping

from connectors.contract import Contract
from connectors.kafka import KafkaAway, Message, PositionedConsumer, read_topic
from connectors.vocabulary import Authorisation
from streams.codec import Codec, CodecError
from streams.facts.views import Source
from streams.metrics import show_authorised

VIEW = "hub.view.sources.v1"
MOST_RECORDS = 500
READ_SECONDS = 0.5
PAUSE_SECONDS = 1.0

logger = logging.getLogger(__name__)


def authorisation_of(contract: Contract, shown: Source | None) -> Authorisation:
    """How a system's authorisation stands: what was decided last, or else its contract's own word."""
    return (shown.authorisation if shown else None) or contract.authorisation


class Authorisations:
    """The authorisations of some systems, as the view shows them."""

    def __init__(self, bootstrap: str, topic: str, codec: Codec, contracts: Iterable[Contract]) -> None:
        """`topic` is the view's name on the cluster."""
        self._bootstrap = bootstrap
        self._topic = topic
        self._codec = codec
        self._contracts: Mapping[str, Contract] = {contract.system: contract for contract in contracts}
        self._current = {system: contract.authorisation for system, contract in self._contracts.items()}
        self._next_offset = 0

    def permits(self, system: str) -> bool:
        """Whether rows of the system may be taken now."""
        return self._current[system] == "authorised"

    def recall(self) -> None:
        """Know what the view shows now; KafkaAway."""
        for message in read_topic(self._bootstrap, self._topic):
            self._learn(message)
        for system in self._current:
            show_authorised(system, authorised=self.permits(system))

    def follow(self, stop: threading.Event, on_change: Callable[[str], None]) -> None:
        """Learn of every decision until `stop` is set, `on_change` called for each; waits out Kafka being away."""
        while not stop.is_set():
            consumer = PositionedConsumer(self._bootstrap, self._topic, f"read-{self._topic}")
            try:
                consumer.start({0: self._next_offset} if self._next_offset else {})
                while not stop.is_set():
                    for message in consumer.read(MOST_RECORDS, READ_SECONDS):
                        self._tell(message, on_change)
            except KafkaAway as away:
                logger.warning("decisions on authorisations are not heard of: %s", away)
                stop.wait(PAUSE_SECONDS)
            finally:
                consumer.close()

    def _tell(self, message: Message, on_change: Callable[[str], None]) -> None:
        system = self._learn(message)
        if system is not None:
            logger.warning("%s: its authorisation is now %s", system, self._current[system])
            show_authorised(system, authorised=self.permits(system))
            on_change(system)

    def _learn(self, message: Message) -> str | None:
        """The system whose authorisation a record of the view has changed, if it has."""
        self._next_offset = int(message.offset() or 0) + 1
        try:
            shown = self._codec.decode(message.value() or b"")
        except CodecError as error:
            logger.warning("a record of %s that is none is passed over: %s", self._topic, error)
            return None
        if not isinstance(shown, Source) or shown.system not in self._contracts:
            return None
        authorisation = authorisation_of(self._contracts[shown.system], shown)
        changed = authorisation != self._current[shown.system]
        self._current[shown.system] = authorisation
        return shown.system if changed else None


class Permit:
    """One connector's leave to run: its thread waits for it, and its reader stops when it is withdrawn."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._stop = threading.Event()
        self._stop.set()
        self._ended = False

    @property
    def holds(self) -> bool:
        return not self._stop.is_set()

    def grant(self) -> None:
        """Let the connector run; a reader that was told to stop is not called back, another one is opened."""
        with self._turn:
            if not self.holds and not self._ended:
                self._stop = threading.Event()
                self._turn.notify_all()

    def withdraw(self) -> None:
        """Have the connector stop after the batch it is at."""
        self._stop.set()

    def end(self) -> None:
        """Withdraw it for good: the hub stops."""
        with self._turn:
            self._ended = True
            self._stop.set()
            self._turn.notify_all()

    def obtain(self) -> threading.Event | None:
        """Wait for the leave to run; the event that says stop, None when there is nothing more to run for."""
        with self._turn:
            self._turn.wait_for(lambda: self.holds or self._ended)
            return None if self._ended else self._stop
