"""`w1`: decode an event, change keyed state, publish a view and a changelog row, exactly once, as fast as it goes.

Every engine reads the same bytes from the same topic, as a process of its own, in turn with the others on the same
broker. `events_per_second` is counted between the append times of an engine's first and last view;
`cpu_us_per_event` is the process's whole life, its start included, without the broker.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from streams.embedded.child import last_lines
from tests.benchmarks import w1_oracle, w1_readings
from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.environments import compile_kafka_streams, make_quix_environment
from tests.benchmarks.figures import Figure, median_of
from tests.benchmarks.jobs import fresh_job, fresh_topic, read_to_its_end
from tests.benchmarks.measured_process import LOG_NAME, Program, python_program, run_until
from tests.benchmarks.peers.job import Job

CASE = "w1"
PARTITIONS = 8
FAUST_EVENTS = 100_000
PROCESSOR = "tests.benchmarks.w1_processor:BenchProfiles"
SLOWEST_EVENTS_PER_SECOND = 500
START_SECONDS = 120.0


@dataclass(frozen=True)
class Engine:
    """One engine: how to start it on a job, and how many of the events it is given."""

    name: str
    guarantee: str
    program: Callable[[Job], Program]
    most_events: int | None = None


ENGINES = (
    Engine("hub", "exactly once", lambda job: python_program("tests.benchmarks.peers.hub", PROCESSOR, job.argument())),
    Engine("bare", "exactly once", lambda job: python_program("tests.benchmarks.peers.bare", job.argument())),
    Engine(
        "faust",
        "at least once",
        lambda job: python_program("tests.benchmarks.peers.faust_agent", job.argument()),
        FAUST_EVENTS,
    ),
    Engine(
        "quix",
        "exactly once",
        lambda job: python_program("tests.benchmarks.peers.quix", job.argument(), python=make_quix_environment()),
    ),
    Engine("kafka_streams", "exactly_once_v2", compile_kafka_streams),
)


@dataclass(frozen=True)
class Readings:
    """A topic full of readings and what they must come to."""

    topic: str
    events: int
    expectation: w1_oracle.Expectation


def measure(bench: Bench) -> list[Figure]:
    """The median of `bench.rounds` runs of each engine that was asked for."""
    engines = [engine for engine in ENGINES if engine.name in (bench.engines or {one.name for one in ENGINES})]
    with bench.broker() as bootstrap, ExitStack() as topics:
        sizes = {min(bench.events, engine.most_events or bench.events) for engine in engines}
        prepared = {events: _prepare(topics, bootstrap, events, bench) for events in sizes}
        samples = []
        for number in range(bench.rounds):
            for engine in engines:
                readings = prepared[min(bench.events, engine.most_events or bench.events)]
                folder = bench.folder / f"{engine.name}-{number}"
                samples += _measure_engine(engine, bootstrap, readings, folder)
                bench.say(f"{CASE} {engine.name}: " + ", ".join(f"{one.metric} {one.value:,g}" for one in samples[-2:]))
    return median_of(samples)


def _prepare(topics: ExitStack, bootstrap: str, events: int, bench: Bench) -> Readings:
    topic = topics.enter_context(fresh_topic(bootstrap, f"bench.log.readings.{events}", PARTITIONS))
    bench.say(f"{CASE}: appending {events:,} readings")
    w1_readings.publish(bootstrap, topic, events)
    expectation = w1_oracle.expect(bootstrap, topic, PARTITIONS)
    if len(expectation.identities) != events:
        raise WrongResult(f"{topic} holds {len(expectation.identities)} readings, {events} were appended")
    return Readings(topic, events, expectation)


def _measure_engine(engine: Engine, bootstrap: str, readings: Readings, folder: Path) -> list[Figure]:
    with fresh_job(bootstrap, readings.topic, PARTITIONS, folder) as job:
        program = engine.program(job)
        patience_seconds = START_SECONDS + readings.events / SLOWEST_EVENTS_PER_SECOND
        cpu_seconds = run_until(program, folder, read_to_its_end(job), patience_seconds)
        published = w1_oracle.read_published(bootstrap, job.views, PARTITIONS)
    if found := w1_oracle.differences(readings.expectation, published):
        raise WrongResult(f"{engine.name}: " + "; ".join(found) + f"\n{last_lines(folder / LOG_NAME)}")
    seconds = (published.last_at - published.first_at) / 1000
    labels = {"events": str(readings.events), "guarantee": engine.guarantee}
    return [
        Figure(CASE, engine.name, "events_per_second", round(readings.events / seconds), "1/s", labels),
        Figure(CASE, engine.name, "cpu_us_per_event", round(cpu_seconds * 1e6 / readings.events, 1), "us", labels),
    ]
