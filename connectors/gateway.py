"""The gateway's process: the doors, the `http_push` connectors behind them, one producer for answers.

`python -m connectors.gateway` listens on 127.0.0.1 at HUB_PORT (0: any free port, which is written to
`HUB_HOME/run/gateway.port`) until it gets SIGTERM or SIGINT; then it answers what it has taken and ends.
"""

import asyncio
import logging
import logging.config
import resource
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version

import uvicorn
from starlette.types import ASGIApp

from connectors import push_keys
from connectors.answer_files import AnswerFiles
from connectors.authorisation import Obstacle
from connectors.catalogue import rows_per_day
from connectors.connections import MOST_CONNECTIONS, BoundedConnection
from connectors.doors import Doors, create_gateway
from connectors.given_back import GivenBack
from connectors.kafka import KafkaAway, SharedProducer
from connectors.kafka_append import KafkaAppend
from connectors.known_rows import THREE_DAYS
from connectors.person_readings import PEOPLE, Persons
from connectors.publisher import QUARANTINE, wall_clock
from connectors.push_doors import PushDoor
from connectors.push_keys import PushKeys
from connectors.quotas import Quota, Rates, WrongQuota
from connectors.readers.http_push import PushIntake
from connectors.runner import PUSHED, ConnectorRunner
from connectors.signed_facts import SignedFacts
from connectors.surroundings import Surroundings, WrongSurroundings
from connectors.systems import fleet
from connectors.topic_reading import read_topic
from connectors.unit_topic import UnitTopic
from streams.hosting.logs import LOGGING
from streams.hosting.port_file import written_port
from streams.metrics import announce
from streams.secrecy.sealing import Keys, Sealer
from streams.secrecy.secret_store import PREFIX, SecretStore
from streams.topology import ConnectorWiring, Topology, TopologyErrors, load_topology

HOST = "127.0.0.1"
INCIDENTS, MATTERS = "hub.log.incidents.v1", "hub.log.matters.v1"
REMEMBERED_DECISIONS = 1_000
"""Those about incidents: few, and one that parts them may name hundreds of reports."""
KEEP_ALIVE_SECONDS = 30
OPEN_FILES = 4096
LAST_REQUESTS_SECONDS = 15
RECALL_PAUSE_SECONDS = 2.0
WRONG_USE = 2

logger = logging.getLogger(__name__)


class Gateway:
    """Everything behind the doors."""

    def __init__(self, topology: Topology, surroundings: Surroundings) -> None:
        self._runner = ConnectorRunner(topology, surroundings, PUSHED)
        self._bootstrap, self._pushes_topic = surroundings.bootstrap, topology.topic_name(push_keys.TOPIC)
        logs = {topology.topic_name(log) for log in (INCIDENTS, MATTERS, PEOPLE)}
        self._topics = {*self._runner.written_topics(), *logs, self._pushes_topic}
        self._producer = SharedProducer(surroundings.bootstrap)
        codec, secrets = self._runner.codec, SecretStore(surroundings.secrets)
        pushes = {
            name: _push_door(topology.connectors[name], intake, partial(self._runner.push_obstacle, name))
            for name, intake in self._runner.push_intakes.items()
        }
        append = KafkaAppend(self._producer, wall_clock)
        sealer = Sealer(Keys(surroundings.keys, create=surroundings.makes_keys))
        self._keys = PushKeys(append, codec, sealer, self._pushes_topic)
        quarantine = topology.topic_name(QUARANTINE)
        self._given_back = GivenBack(self._bootstrap, quarantine, codec, sealer, pushes.keys())
        self._recalling = threading.Thread(target=self._recall_pushes, name="push-keys", daemon=True)
        self._unit_topic = UnitTopic(surroundings.bootstrap, topology, self._producer, codec, secrets, sealer)
        answers = AnswerFiles(topology.answer_folders, topology.topic_name(MATTERS), self._producer, codec, secrets)
        self._persons = Persons(append, codec, secrets, self._bootstrap, topology.topic_name)
        self._stopping = threading.Event()
        self._answering = self._threads({"unit-topic": self._unit_topic.follow, "answer-files": answers.follow})
        followed = {"given-back": self._given_back.follow, "answers-about-persons": self._persons.followed.follow}
        self._following = self._threads(followed)
        matters = SignedFacts(append, codec, secrets, topology.topic_name(MATTERS))
        incidents = SignedFacts(append, codec, secrets, topology.topic_name(INCIDENTS), REMEMBERED_DECISIONS)
        doors = Doors(
            pushes, self._keys, self._given_back, matters, incidents, self._persons, codec, secrets, self._not_ready
        )
        self.app: ASGIApp = create_gateway(doors)

    def _threads(self, work: Mapping[str, Callable[[threading.Event], None]]) -> list[threading.Thread]:
        """One for each, not yet started, until the gateway stops."""
        return [
            threading.Thread(target=follow, args=(self._stopping,), name=name, daemon=True)
            for name, follow in work.items()
        ]

    def start(self) -> None:
        self._runner.start()
        self._recalling.start()
        for thread in (*self._following, *self._answering):
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for answering in self._answering:
            answering.join(LAST_REQUESTS_SECONDS)
        self._runner.stop()
        self._producer.close()

    async def _not_ready(self) -> Sequence[str]:
        unwritable = await asyncio.to_thread(self._producer.unwritable, self._topics)
        unknown = [] if self._keys.is_recalled else ["what was pushed under keys is not known yet"]
        unread = [self._unit_topic.fault] if self._unit_topic.fault else []
        if not self._persons.followed.is_heard:
            unread.append("answers about persons are not heard yet")
        return [*self._runner.not_ready(), *self._producer.overdue(), *unwritable, *unknown, *unread]

    def _recall_pushes(self) -> None:
        """Until then a push with a key is told to come again; one without is taken."""
        while not self._keys.is_recalled:
            try:
                self._keys.recall(read_topic(self._bootstrap, self._pushes_topic, since=THREE_DAYS.since(wall_clock())))
            except KafkaAway as away:
                logger.warning("what was pushed under keys is not known yet: %s", away)
                if self._stopping.wait(RECALL_PAUSE_SECONDS):
                    return


def _push_door(wiring: ConnectorWiring, intake: PushIntake, obstacle: Callable[[], Obstacle | None]) -> PushDoor:
    key_secret = str(wiring.settings["key"]).removeprefix(PREFIX)
    quota = Quota(Rates.of(rows_per_day(wiring.name), wiring.settings))
    return PushDoor(fleet()[wiring.name].contract, intake, key_secret, quota, obstacle)


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, and then what was taken until then."""
    settings = uvicorn.Config(
        app,
        http=BoundedConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=LAST_REQUESTS_SECONDS,
    )
    uvicorn.Server(settings).run(sockets=[listener])


def allow_open_files() -> None:
    """Let this process hold as many connections as it may take: a usual limit of 1,024 files is less than these."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> int:
    logging.config.dictConfig(LOGGING)
    try:
        surroundings, topology = Surroundings.read(), load_topology()
    except (WrongSurroundings, TopologyErrors) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE
    try:
        gateway = Gateway(topology, surroundings)
    except WrongQuota as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE
    announce("gateway", version("hub"))
    allow_open_files()
    listener = socket.create_server((HOST, surroundings.port), backlog=MOST_CONNECTIONS)
    with written_port(surroundings.home / "run" / "gateway.port", listener.getsockname()[1]):
        gateway.start()
        try:
            serve(gateway.app, listener)
        finally:
            gateway.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
