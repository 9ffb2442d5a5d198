"""One run of a whole hub on this machine, from the data folder to the summary."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from streams.cities.city import CITIES, read_city
from streams.codec import Codec
from streams.embedded.child import Child
from streams.embedded.choice import NamedKafka, NamedRedis, choose_kafka, choose_redis
from streams.embedded.docker_kafka import DockerKafka
from streams.embedded.errors import EmbeddedError
from streams.embedded.home import Home
from streams.embedded.kafka import KafkaBroker
from streams.embedded.processes import Supervisor
from streams.embedded.redis import RedisServer
from streams.embedded.running import Running, announced
from streams.facts.rules import Call, Unit
from streams.schema_files import SCHEMAS, load_schemas
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.up.asking import Answer, ask_until_answered
from streams.up.city import City, Comparison, Options, OverSftp, provision_keys
from streams.up.drain import Drain
from streams.up.figures import Figures, count
from streams.up.health import Watch
from streams.up.parts import GATEWAY, POLL_SECONDS, WALL, Part, city_polls, parts_of, variables_of
from streams.up.preparation import Preparation
from streams.up.scraping import write_targets
from streams.up.surroundings import Asked
from streams.up.voice import report, say
from streams.up.written_schemas import check_written_schemas

LOOK_SECONDS = 0.25
STARTING_PATIENCE_SECONDS, RUNNING_PATIENCE_SECONDS = 15.0, 6.0
WATCH_SECONDS = 5.0
QUIET_POLLS = 3.0
"""Of the slowest connector: when nothing has come for so long, nothing is on its way."""
DRAIN_SECONDS, LAST_DRAIN_SECONDS = 90.0, 30.0
MOST_ENDS_AT_START = 5
"""With the pauses between them half a minute: what passes by itself has passed."""
ANSWER_SECONDS = 60.0
"""Kafka, killed and started again, answers well within this."""


class PartEnds(EmbeddedError):
    """A part of the hub ends as often as it is started, before the hub is whole."""


@dataclass(frozen=True)
class Wishes:
    """What the operator asked of this run; `for_seconds` None: until stopped; `city` None: real departments."""

    for_seconds: float | None
    city: Options | None


@dataclass(frozen=True)
class Summary:
    """What a run ends with; `comparison` None where no simulated city kept a ledger."""

    figures: Figures
    comparison: Comparison | None


class Hub:
    """Starts, watches and drains; `supervisor` ends everything when it is left. Raises EmbeddedError, CityFaults."""

    def __init__(self, topology: Topology, home: Home, supervisor: Supervisor, wishes: Wishes, asked: Asked) -> None:
        self._topology = topology
        self._home = home
        self._supervisor = supervisor
        self._wishes = wishes
        self._asked = asked
        self._kafka: NamedKafka | KafkaBroker | DockerKafka = choose_kafka(home)
        self._redis: NamedRedis | RedisServer = choose_redis(home)
        self._city: City | None = None
        self._over_sftp: OverSftp | None = None
        self._polls = city_polls(topology, wishes.city.speed) if wishes.city else {}
        self._parts: dict[str, Part] = {}

    def run(self) -> Summary | None:
        """Run as wished; the summary where the run ends by itself, None where it was stopped."""
        self._start_servers()
        self._start_parts()
        began_at = time.time_ns() // 1_000_000
        if self._city is not None:
            self._start_and_await([self._city.part], [self._city.process])
        running = self._running()
        with announced(self._home.root, running):
            self._introduce(running)
            return self._summary(began_at) if self._watch() else None

    def _start_servers(self) -> None:
        if not isinstance(self._kafka, NamedKafka):
            check_written_schemas(self._home, load_schemas(SCHEMAS))
        for server in (self._kafka, self._redis):
            self._supervisor.start(server)
        Preparation(self._topology, self._kafka.bootstrap_servers, self._supervisor).run()

    def _start_parts(self) -> None:
        variables = self._variables()
        self._parts = parts_of(self._topology, self._home, self._asked.wall_port)
        if self._wishes.city is None:
            provision_keys(variables)
        else:
            self._city = City(self._home, {**variables, "HUB_GATEWAY": self._parts[GATEWAY].url}, self._wishes.city)
            self._over_sftp = self._city.prepare(self._supervisor)
        write_targets(self._home.run / "targets.json", {name: part.address for name, part in self._parts.items()})
        self._start_and_await(
            self._parts.values(), [part.child(self._home, variables) for part in self._parts.values()]
        )

    def _start_and_await(self, parts: Iterable[Part], children: Sequence[Child]) -> None:
        """Start the processes of some parts and wait until each is ready, or a stop was asked for. PartEnds."""
        for child in children:
            self._supervisor.start(child)
        watch = Watch(parts, STARTING_PATIENCE_SECONDS)
        while not watch.look() and self._supervisor.pause(LOOK_SECONDS):
            for child in children:
                expect_to_stay(child, self._supervisor)

    def _variables(self) -> dict[str, str]:
        """What every process of the hub is told."""
        return {
            "HUB_KAFKA": self._kafka.bootstrap_servers,
            "HUB_REDIS": self._redis.url,
            "HUB_HOME": str(self._home.root),
            "HUB_PACE": f"{self._wishes.city.speed if self._wishes.city else 1:g}",
            **variables_of(self._polls),
        }

    def _running(self) -> Running:
        wall, gateway = self._parts[WALL].url, self._parts[GATEWAY].url
        return Running(self._kafka.bootstrap_servers, self._redis.url, gateway, wall)

    def _introduce(self, running: Running) -> None:
        say(f"the wall      {running.wall}/")
        duty = f"{running.wall}/duty/"
        say(f"on duty       {duty} on a phone; a link for an hour:")
        say(f"              hub token issue --unit {self._shown_unit()} --officer 0117 --hours 1 --page {duty}")
        say(f"the centre    {running.wall}/desk/ with a token of the centre and --role shift_leader")
        say(f"the gateway   {running.gateway}/")
        say(f"Kafka         {running.kafka}")
        if (city := self._wishes.city) is not None:
            say(f"the city      plays at {city.speed:g} times its pace; the files of the day come at the start")
        if self._over_sftp is not None:
            say(f"over SFTP     {self._over_sftp}")
        seconds = self._wishes.for_seconds
        say("to stop       Ctrl-C" if seconds is None else f"ends          after {seconds:g} s, or by Ctrl-C")

    def _shown_unit(self) -> str:
        """The unit of the city that is called for the most: its duty page will have something to show."""
        rules = read_city(CITIES / self._topology.city).rules
        called = Counter(rule.unit_kind for rule in rules if isinstance(rule, Call))
        return max((rule for rule in rules if isinstance(rule, Unit)), key=lambda unit: called[unit.unit_kind]).unit

    def _watch(self) -> bool:
        """Watch until the time is over (True) or a stop was asked for."""
        seconds = self._wishes.for_seconds
        watch = Watch(self._parts.values(), RUNNING_PATIENCE_SECONDS)
        ends_at = None if seconds is None else time.monotonic() + seconds
        while ends_at is None or time.monotonic() < ends_at:
            left = WATCH_SECONDS if ends_at is None else ends_at - time.monotonic()
            if not self._supervisor.pause(max(0.0, min(WATCH_SECONDS, left))):
                return False
            watch.look()
        return True

    def _summary(self, began_at: int) -> Summary:
        self._drain_all()
        comparison = self._answered(lambda: self._compare(began_at), "comparison")
        figures = self._answered(lambda: count(self._kafka.bootstrap_servers, self._topology, Codec.load()), "figures")
        return Summary(figures, comparison)

    def _answered(self, ask: Callable[[], Answer], what: str) -> Answer:
        return ask_until_answered(ask, what, ANSWER_SECONDS, self._supervisor.pause)

    def _drain_all(self) -> None:
        """Departments fall silent first; when every row is through, the units too; then the rest is worked off."""
        quiet_seconds = QUIET_POLLS * max([POLL_SECONDS, *self._polls.values()])
        drain = Drain(self._kafka.bootstrap_servers, self._topology, Codec.load(), quiet_seconds)
        report("working off what is on its way")
        if self._city is not None:
            self._city.end_rows()
            self._until_done(lambda: drain.open_work(wall_too=False), DRAIN_SECONDS)
            self._supervisor.end(self._city.process)
        self._until_done(lambda: drain.open_work(wall_too=True), LAST_DRAIN_SECONDS)

    def _until_done(self, open_work: Callable[[], list[str]], within_seconds: float) -> None:
        """Wait until nothing is left to do; after so long say what is, and go on."""
        give_up_at = time.monotonic() + within_seconds
        while True:
            try:
                left = open_work()
            except NotReadable as error:
                left = [str(error)]
            if not left:
                return
            if time.monotonic() > give_up_at:
                report(f"not worked off within {within_seconds:.0f} s: {'; '.join(left)}")
                return
            self._supervisor.pause(LOOK_SECONDS)

    def _compare(self, since: int) -> Comparison | None:
        if self._city is None:
            return None
        comparison = self._city.compare(since)
        for example in comparison.examples:
            report(example)
        return comparison


def expect_to_stay(child: Child, supervisor: Supervisor) -> None:
    """Raise PartEnds where a part ends as often as it is started."""
    ends = supervisor.ends_in_a_row(child)
    if ends > MOST_ENDS_AT_START:
        raise PartEnds(f"{child.name} ended {ends} times in a row; why, stands above and in {child.log_path}")
