"""What must be on the cluster before the parts of a hub start: its topics and the city's rules. Waits for Kafka."""

from collections.abc import Callable

from streams.cities.city import CITIES, City, read_city
from streams.codec import Codec
from streams.embedded.processes import Supervisor
from streams.kafka import KafkaException, Topics, TopicsUnknown
from streams.rules_publication import NotPublished, Rules
from streams.topics import ensure_topics
from streams.topology import Topology
from streams.up.voice import report

PAUSE_SECONDS = 1.0
SAY_EVERY_PAUSES = 15


class Preparation:
    """Does what is missing; what is there stays. Every step is tried until Kafka lets it pass, or a stop is asked."""

    def __init__(self, topology: Topology, bootstrap: str, supervisor: Supervisor) -> None:
        self._topology = topology
        self._bootstrap = bootstrap
        self._supervisor = supervisor

    def run(self) -> None:
        """Wait for Kafka, create the topics, publish the rules. Raises CityFaults."""
        city = read_city(CITIES / self._topology.city)
        self._until_it_passes(self._reach)
        self._until_it_passes(self._create_topics)
        self._until_it_passes(lambda: self._publish(city))

    def _until_it_passes(self, step: Callable[[], None]) -> None:
        failures = 0
        while True:
            try:
                return step()
            except (KafkaException, TopicsUnknown, NotPublished) as error:
                if failures % SAY_EVERY_PAUSES == 0:
                    report(f"waiting for Kafka at {self._bootstrap}: {_said(error)}")
                failures += 1
                self._supervisor.pause(PAUSE_SECONDS)

    def _reach(self) -> None:
        Topics(self._bootstrap).reach()

    def _create_topics(self) -> None:
        for drift in ensure_topics(self._topology, self._bootstrap):
            report(f"topic {drift.topic}: {drift.setting} is {drift.found}, topology.yaml says {drift.wanted}")

    def _publish(self, city: City) -> None:
        outcome = Rules(self._bootstrap, self._topology, Codec.load()).publish(city)
        if outcome.changed:
            report(f"rules {outcome.version} of {city.name} written: {outcome.records} records")


def _said(error: Exception) -> str:
    return error.args[0].str() if isinstance(error, KafkaException) else str(error)
