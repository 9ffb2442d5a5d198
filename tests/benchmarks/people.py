"""`people`: a million persons with changes through `person_profiles` in one worker, then a restart with all of them.

Half of a fact is sealed under a key of its person's own. Keys are made beforehand, in the order of tokens, in which
their database takes them fastest; how long that and appending takes is told, and is in no figure. Facts a second are
counted between the first and the last row of the changelog, whose last rows must be what an oracle says before any
figure counts; rows a second of the restart are the worker's own. `cpu_us_per_fact` is what the worker has used of a
processor, from its start on.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from streams.codec import Codec
from streams.engine.engine import is_own
from streams.engine.tables import DUE_BYTES
from streams.facts.people import Resident, Service
from streams.kafka import Producer, open_producer
from streams.processors.due_services import DUE
from streams.secrecy.person_key_store import PersonKeyStore
from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.clock_facts import FLUSH_SECONDS
from tests.benchmarks.clocks import PARTITIONS
from tests.benchmarks.figures import Figure, median_of
from tests.benchmarks.hub_worker import HubWorker
from tests.benchmarks.jobs import fresh_job, fresh_topic, read_to_its_end
from tests.benchmarks.peers.job import Job
from tests.benchmarks.people_facts import Expectation, facts, token_of
from tests.benchmarks.topic_reader import read_topic

CASE, ENGINE = "people", "hub"
PROCESSOR = "streams.processors.person_profiles:PersonProfiles"
TOGETHER = 10_000
START_SECONDS, SLOWEST_FACTS_PER_SECOND = 120.0, 500.0
SHOWN, FIGURES = 3, 3


def measure(bench: Bench) -> list[Figure]:
    """The median of `bench.rounds` rounds over one log of `bench.events` persons."""
    folder = bench.folder / CASE
    folder.mkdir()
    persons = PersonKeyStore(folder, create=True, renews=True)
    codec, expected = Codec.load(persons=persons), Expectation()
    samples = []
    with bench.broker() as bootstrap, fresh_topic(bootstrap, "bench.log.people", PARTITIONS) as log:
        with told(bench, f"making the keys of {bench.events:,} persons"):
            make_keys(persons, bench.events)
        with told(bench, "sealing and appending what is said of them"):
            append(bootstrap, log, facts(bench.events), codec, expected)
        for _ in range(bench.rounds):
            with fresh_job(bootstrap, log, PARTITIONS, folder) as job:
                samples += measure_round(job, expected, codec)
                bench.say(f"{CASE}: " + ", ".join(f"{one.metric} {one.value:,g}" for one in samples[-FIGURES:]))
    return median_of(samples)


@contextmanager
def told(bench: Bench, what: str) -> Iterator[None]:
    """Say what is done, and afterwards how long it took."""
    began, used = time.monotonic(), time.process_time()
    yield
    seconds, processor_seconds = time.monotonic() - began, time.process_time() - used
    bench.say(f"{CASE}: {what} took {seconds:.1f} s, {processor_seconds:.1f} s of a processor")


def make_keys(keys: PersonKeyStore, persons: int) -> None:
    """Whoever is asked of has a key afterwards."""
    tokens = iter(sorted(token_of(number) for number in range(persons)))
    while some := list(islice(tokens, TOGETHER)):
        with keys.batch():
            for token in some:
                keys.is_renewed(token)


def append(bootstrap: str, log: str, said: Iterable[Resident | Service], codec: Codec, expected: Expectation) -> None:
    """Append the facts, note them, and wait until Kafka has them all; their keys are on disk before."""
    producer, rest = open_producer(bootstrap, linger_ms=20), iter(said)
    while some := list(islice(rest, TOGETHER)):
        with codec.contents.batch():
            encoded = [(fact, codec.encode(fact)) for fact in some]
        for fact, value in encoded:
            expected.note(fact, value)
            hand_over(producer, log, fact.key, value)
        producer.poll(0)
    if unsent := producer.flush(FLUSH_SECONDS):
        raise RuntimeError(f"{unsent} facts were not acknowledged within {FLUSH_SECONDS:.0f} s")


def hand_over(producer: Producer, log: str, key: str, value: bytes) -> None:
    """Wait for room where there is none; RuntimeError where Kafka takes nothing any more."""
    give_up_at = time.monotonic() + FLUSH_SECONDS
    while True:
        try:
            producer.produce(log, value, key)
        except BufferError:
            if time.monotonic() > give_up_at:
                raise RuntimeError(f"Kafka took nothing for {FLUSH_SECONDS:.0f} s") from None
            producer.poll(0.05)
        else:
            return


def measure_round(job: Job, expected: Expectation, codec: Codec) -> list[Figure]:
    """One worker reads all, and is killed and started again."""
    patience_seconds = START_SECONDS + expected.facts / SLOWEST_FACTS_PER_SECOND
    with HubWorker(PROCESSOR, job) as worker:
        worker.wait_until(worker.is_up, patience_seconds)
        at_start = worker.processor_seconds()
        worker.wait_until(read_to_its_end(job), patience_seconds)
        cpu_us = (worker.processor_seconds() - at_start) * 1e6 / expected.facts
        worker.kill()
        rows, seconds = last_rows(job)
        if found := [*differences(expected, rows, codec)]:
            raise WrongResult(f"{CASE}: {len(found)} entries are wrong, such as {', '.join(found[:SHOWN])}")
        worker.start()
        worker.wait_until(
            lambda: worker.is_up() and worker.figure("hub_clock_pending_entries") == expected.pending, patience_seconds
        )
        restored = worker.figure("hub_processor_restore_rows_total")
        restoring_seconds = worker.figure("hub_processor_restore_seconds_sum")
    labels = {"persons": str(len(expected.latest)), "facts": str(expected.facts)}
    return [
        Figure(CASE, ENGINE, "facts_per_second", round(expected.facts / seconds), "1/s", labels),
        Figure(CASE, ENGINE, "cpu_us_per_fact", round(cpu_us, 1), "us", labels),
        Figure(CASE, ENGINE, "restore_rows_per_second", round(restored / restoring_seconds), "1/s", labels),
    ]


def last_rows(job: Job) -> tuple[dict[str, bytes], float]:
    """The last row of each key on the changelog, and the seconds from its first row to its last."""
    rows: dict[str, bytes] = {}
    appended_at: list[int] = []
    for message in read_topic(job.bootstrap, job.changelog, PARTITIONS):
        appended_at.append(message.timestamp()[1])
        key, row = (message.key() or b"").decode(), message.value()
        if row is None:
            rows.pop(key, None)
        elif not is_own(key):
            rows[key] = row
    return rows, (max(appended_at) - min(appended_at)) / 1000


def differences(expected: Expectation, rows: dict[str, bytes], codec: Codec) -> Iterator[str]:
    """The keys of entries that are missing, too many, or other than what was said last."""
    due = {key for key in rows if key.startswith(f"{DUE.name}/")}
    if len(due) != expected.waiting:
        yield f"{len(due)} services whose day is to come instead of {expected.waiting}"
    yield from sorted(expected.latest.keys() ^ (rows.keys() - due))
    for key, fact in expected.latest.items():
        if key in rows and not is_entry_of(fact, expected.encoded[key], rows[key][DUE_BYTES:], codec):
            yield key


def is_entry_of(fact: Resident | Service, encoded: bytes, entry: bytes, codec: Codec) -> bool:
    """Whether an entry says what the fact said: as it does where it is the very bytes that went into the log."""
    return entry == encoded or codec.decode(entry) == fact
