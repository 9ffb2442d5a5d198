"""Runs connectors of the topology in one process, a thread each, asleep where there is nothing to fetch.

A connector runs while its system is authorised and its contract approved; else it stops after the batch it is at, keeps
its cursor and goes on from there when it may again. A connector that fails says why and starts again from its last
acknowledged place, with growing pauses; one never stops another. The gateway runs the `http_push` ones in its own
process, the rest run in another.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from connectors.authorisation import VIEW, Authorisations, Obstacle, Permit
from connectors.contract import Batch, Reader, SourceAway
from connectors.cursors import position_of, read_cursors
from connectors.faults import place_of
from connectors.forms import FormLeaks, check_form, delete_form
from connectors.intake import Intake
from connectors.kafka import KafkaAway, SharedProducer, Stopped
from connectors.known_rows import LAST_BATCHES, THREE_DAYS
from connectors.places import Places
from connectors.publisher import CURSORS, QUARANTINE, Manner, Now, Publisher, Sent, Topics, wall_clock
from connectors.readers.http_push import PushIntake
from connectors.readers.means import Means, OpenReader, WrongSetting
from connectors.registers import Registers
from connectors.released_contracts import released_contracts
from connectors.source_figures import SourceFigures
from connectors.surroundings import CITIES, Surroundings
from connectors.systems import fleet
from connectors.topic_reading import read_topic
from streams.codec import Codec
from streams.secrecy.person_key_store import PersonKeyStore
from streams.secrecy.sealing import KeyMissing, Keys, Sealer
from streams.secrecy.secret_store import SecretMissing, SecretStore
from streams.topology import ConnectorWiring, Topology

PULLING = ("kafka", "db_poll", "file_drop", "mqtt")
PUSHED = ("http_push",)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
STOP_SECONDS = 15.0
FORESEEN = (SourceAway, KafkaAway, SecretMissing, KeyMissing, WrongSetting, FormLeaks)
"""What can be wrong around a connector; the text of these says it all and shows no row."""

logger = logging.getLogger(__name__)


@dataclass
class ConnectorState:
    """How one connector is doing: `fault` is empty while it works."""

    system: str
    fault: str = "has not started"


class ConnectorRunner:
    """Starts and stops the connectors of the given transports."""

    def __init__(
        self,
        topology: Topology,
        surroundings: Surroundings,
        transports: Collection[str],
        open_reader: OpenReader | None = None,
        now: Now = wall_clock,
    ) -> None:
        """Reads schemas, released contracts and the city's places; `open_reader` is for those that are not pushed.

        Raises SchemaDiffers, LockError, LockBroken, ValueError where they cannot be used.
        """
        self._topology = topology
        self._open_reader = open_reader
        self._now = now
        self._pace = surroundings.pace
        persons = PersonKeyStore(surroundings.keys, create=surroundings.makes_keys, renews=True)
        self.codec = Codec.load(persons=persons)
        self.places = Places.load(CITIES / topology.city)
        self._keys = Keys(surroundings.keys, create=surroundings.makes_keys)
        self._means = Means(surroundings.bootstrap, SecretStore(surroundings.secrets), self._keys)
        self._cursors: dict[str, str] = {}
        self._wirings = [wiring for wiring in topology.connectors.values() if wiring.reader in transports]
        self._producer = SharedProducer(surroundings.bootstrap)
        self._publishers = {wiring.name: self._publisher(wiring) for wiring in self._wirings}
        self._figures = SourceFigures(fleet()[name].contract for name in topology.connectors)
        self.authorisations = self._authorisations()
        self._registers = Registers(surroundings.bootstrap, topology, self.codec, self.places)
        self._permits = {wiring.name: Permit() for wiring in self._wirings}
        self._stop = threading.Event()
        self._starter = threading.Thread(target=self._start_all, name="connectors", daemon=True)
        self._threads: list[threading.Thread] = []
        self.push_intakes: Mapping[str, PushIntake] = {
            wiring.name: PushIntake() for wiring in self._wirings if wiring.reader in PUSHED
        }
        self.states = {wiring.name: ConnectorState(wiring.name) for wiring in self._wirings}

    def _authorisations(self) -> Authorisations:
        return Authorisations(
            self._means.bootstrap,
            self._topology.topic_name(VIEW),
            self.codec,
            [publisher.contract for publisher in self._publishers.values()],
            released_contracts(),
            self._now,
            self._figures.show,
        )

    def start(self) -> None:
        """Start every connector as soon as Kafka has said where each goes on; returns at once."""
        self._starter.start()

    def _start_all(self) -> None:
        pause_seconds = 0.0
        while not self._stop.wait(pause_seconds):
            try:
                self._recall_cursors()
                self.authorisations.recall()
                self._registers.recall()
                self._figures.await_first()
                break
            except KafkaAway as away:
                pause_seconds = _next_pause(pause_seconds, 0.0)
                logger.warning("no connector has started: %s; tried again in %.0f s", away, pause_seconds)
                for state in self.states.values():
                    state.fault = str(away)
        else:
            return
        for wiring in self._wirings:
            self._obey(wiring.name)
            self._start_thread(f"connector-{wiring.name}", self._run, wiring)
        self._start_thread("authorisations", self.authorisations.follow, self._stop, self._obey)
        for name, topic in self._registers.topics.items():
            self._start_thread(name, topic.follow, self._stop)

    def _start_thread(self, name: str, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _obey(self, system: str) -> None:
        """Let a connector run if rows of its system may be taken or have to be deleted, else have it stop."""
        intake, obstacle = self.push_intakes.get(system), self.authorisations.obstacle(system)
        if obstacle is None:
            if intake is not None:
                intake.open()
            self._permits[system].grant()
            return
        self._permits[system].withdraw()
        if intake is not None:
            intake.close(obstacle)
        if self.authorisations.awaits_deletion(system):
            self._permits[system].grant()

    def _recall_cursors(self) -> None:
        written = read_cursors(self._means.bootstrap, self._topology.topic_name(CURSORS), self.codec)
        for system, publisher in self._publishers.items():
            publisher.cursor_head = written.get(system)
            if (position := position_of(system, written)) is not None:
                self._cursors[system] = position

    def stop(self) -> None:
        """Stop every connector after the batch it is at; what Kafka has not acknowledged by then is fetched again."""
        self._stop.set()
        if self._starter.is_alive():
            self._starter.join()
        for permit in self._permits.values():
            permit.end()
        for thread in self._threads:
            thread.join(STOP_SECONDS)
        for intake in self.push_intakes.values():
            intake.close()
        self._producer.close()

    def push_obstacle(self, system: str) -> Obstacle | None:
        """Why no row of a system may be pushed now, None where one may: an intake opens a moment after a decision."""
        return self.authorisations.obstacle(system) or self.push_intakes[system].closed_by

    def not_ready(self) -> list[str]:
        """Why the connectors do not all work, nothing where they do."""
        faults = [
            f"{state.system}: {state.fault}"
            for state in self.states.values()
            if state.fault and self._is_at_work(state.system)
        ]
        return faults + self._producer.overdue()

    def _is_at_work(self, system: str) -> bool:
        return self.authorisations.permits(system) or self.authorisations.awaits_deletion(system)

    def written_topics(self) -> set[str]:
        """What the connectors write to, by names on the cluster."""
        names = {name for wiring in self._wirings for name in (*wiring.publishes, QUARANTINE, CURSORS)}
        return {self._topology.topic_name(name) for name in names}

    def _publisher(self, wiring: ConnectorWiring) -> Publisher:
        intake = Intake.of(fleet()[wiring.name], self.codec, self.places, self._keys)
        topics = Topics.of(self._topology, wiring.name)
        reach = THREE_DAYS if wiring.reader in PUSHED else LAST_BATCHES
        sealer, manner = Sealer(self._keys), Manner(reach, self._pace)
        return Publisher(intake, topics, self._producer, self.codec, sealer, self._now, manner)

    def _run(self, wiring: ConnectorWiring) -> None:
        pause_seconds = 0.0
        state = self.states[wiring.name]
        while (stop := self._permits[wiring.name].obtain()) is not None:
            if stop.wait(pause_seconds):
                pause_seconds = 0.0
                continue
            began = time.monotonic()
            try:
                if self.authorisations.awaits_deletion(wiring.name):
                    self._delete(wiring, state)
                    return
                self._carry(wiring, state, stop)
                pause_seconds = 0.0
            except Stopped:
                return
            except Exception as error:  # noqa: BLE001 - a fault of one connector ends neither it nor another
                state.fault = str(error) if isinstance(error, FORESEEN) else place_of(error)
                pause_seconds = _next_pause(pause_seconds, time.monotonic() - began)
                logger.warning("%s: %s; tried again in %.0f s", wiring.name, state.fault, pause_seconds)

    def _delete(self, wiring: ConnectorWiring, state: ConnectorState) -> None:
        """Delete what was collected under a form that is over; this thread carries its rows, so none is on its way."""
        publisher = self._publishers[wiring.name]
        source, keys = publisher.topics.source, self._keys
        deleted = delete_form(publisher.contract, self._means.bootstrap, source, keys, self._now())
        publisher.tell(deleted, self._stop)
        state.fault = ""
        logger.warning("%s: it is over, %d rows were deleted, keys: %s", wiring.name, deleted.rows, deleted.keys)

    def _carry(self, wiring: ConnectorWiring, state: ConnectorState, stop: threading.Event) -> None:
        """Carry batches from the reader to Kafka until a stop or a fault.

        What is read after the system's authorisation has gone stays with the source, as if it had never been read.
        """
        publisher = self._publishers[wiring.name]
        check_form(publisher.contract, wiring)
        reader = self._reader(wiring, publisher)
        if not publisher.known:
            reach = publisher.known.reach
            publisher.recall(
                read_topic(
                    self._means.bootstrap, publisher.topics.source, last=reach.rows, since=reach.since(self._now())
                )
            )
        state.fault = ""
        with closing(reader.batches(self._cursors.get(wiring.name), stop)) as batches:
            self._carry_on(wiring.name, publisher, batches)

    def _carry_on(self, system: str, publisher: Publisher, batches: Iterator[Batch]) -> None:
        """At most one batch is on its way to Kafka, and at most one is read and checked meanwhile."""
        under_way: Sent | None = None
        try:
            for batch in batches:
                prepared = publisher.prepare(batch)
                if under_way is not None:
                    settled, under_way = under_way, None
                    self._settle(system, publisher, settled)
                if not self.authorisations.permits(system):
                    return
                sent = publisher.send(prepared, self._stop)
                if batch.more:
                    under_way = sent
                else:
                    self._settle(system, publisher, sent)
        finally:
            if under_way is not None:
                self._settle(system, publisher, under_way)

    def _settle(self, system: str, publisher: Publisher, sent: Sent) -> None:
        receipts = publisher.settle(sent, self._stop)
        if sent.batch.cursor is not None:
            self._cursors[system] = sent.batch.cursor
        if sent.batch.on_receipts is not None:
            sent.batch.on_receipts(receipts)

    def _reader(self, wiring: ConnectorWiring, publisher: Publisher) -> Reader:
        if wiring.name in self.push_intakes:
            return self.push_intakes[wiring.name]
        if self._open_reader is None:
            raise WrongSetting(f"{wiring.name}: nothing here opens a reader '{wiring.reader}'")
        return self._open_reader(wiring.reader, publisher.contract, wiring.settings, self._means)


def _next_pause(pause_seconds: float, worked_seconds: float) -> float:
    """Twice the pause before, or the first one again after a time of work."""
    if not pause_seconds or worked_seconds > LONGEST_PAUSE_SECONDS:
        return FIRST_PAUSE_SECONDS
    return min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)
