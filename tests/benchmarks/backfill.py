"""A department's whole table comes in over its database, while the police's alarms go on coming in beside it.

Both connectors run in one process, as all do: `ga_population` reads its table for the first time, `ga_alarm110` the
police's topic. An alarm takes from the moment when the police write it to the moment when a read_committed client has
its report from the hub's log.
"""

import json
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Self

from connectors.city.media import Table
from connectors.new_secrets import write_secret
from connectors.systems import fleet
from streams.codec import Codec
from streams.facts.incidents import Reported
from streams.kafka import Topics, open_producer
from streams.topics import ensure_topics
from streams.topology import Topology, load_topology
from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.figures import Figure
from tests.benchmarks.measured_process import python_program, run_until
from tests.benchmarks.topic_reader import Follower
from tests.connectors.fleet_samples import samples
from tests.part_topologies import connectors_alone

CASE, ENGINE = "connectors", "connectors"
TABLE_SYSTEM, TABLE = "ga_population", "resident"
ALARM_SYSTEM, ALARM_TOPIC = "ga_alarm110", "dept.ga_alarm110"
SOURCE, INCIDENTS = f"hub.source.{TABLE_SYSTEM}.v1", "hub.log.incidents.v1"
ROWS_A_STAMP = 50
FIRST_STAMP = datetime.fromisoformat("2026-01-01T00:00:00")
ALARMS_A_SECOND = 20
TURN_SECONDS = 0.5
PATIENCE_SECONDS = 1800.0
"""A million rows take two minutes where the promise holds, and some fifteen on two cores that much else shares."""


def measure_backfill(bench: Bench) -> list[Figure]:
    """One round of `bench.events` rows, a million unless told otherwise: it takes minutes."""
    topology = connectors_alone(load_topology(environment={}), TABLE_SYSTEM, ALARM_SYSTEM)
    home = bench.folder / "backfill"
    with bench.broker() as bootstrap:
        ensure_topics(topology, bootstrap)
        Topics(bootstrap).create(ALARM_TOPIC, 1, {})
        _fill_table(home, bench.events)
        systems = (TABLE_SYSTEM, ALARM_SYSTEM)
        program = python_program("tests.benchmarks.connector_process", bootstrap, str(home), *systems)
        with Police(bootstrap, topology) as police:
            watch = Watch(bootstrap, bench.events, police)
            used = run_until(program, home, watch.is_over, PATIENCE_SECONDS)
        _check(watch, bench.events)
    return _figures(bench, watch.seconds, used, police)


class Watch:
    """Lets the police write from the first row of the table in the hub's topic to the last; `seconds` is that time."""

    def __init__(self, bootstrap: str, rows: int, police: "Police") -> None:
        self.seconds = 0.0
        self._topics = Topics(bootstrap)
        self._rows = rows
        self._police = police
        self._began = 0.0

    def carried(self) -> int:
        """How many rows the hub's topic holds."""
        return self._topics.end_offsets(SOURCE, [0], committed=True)[0]

    def is_over(self) -> bool:
        """Whether the last row has come, and every alarm; while rows come, a turn of the police's."""
        carried = self.carried()
        if carried and not self._began:
            self._began = time.monotonic()
            self._police.begin()
        if carried >= self._rows and not self.seconds:
            self.seconds = time.monotonic() - self._began
        if self._began:
            self._police.work(TURN_SECONDS, writing=not self.seconds)
        return self.seconds > 0 and not self._police.waiting


def _check(watch: Watch, rows: int) -> None:
    """Every row once; nothing was killed that could have doubled one."""
    if (carried := watch.carried()) != rows:
        raise WrongResult(f"{CASE}: {carried} rows were carried of a table of {rows}")


def _figures(bench: Bench, seconds: float, used: float, police: "Police") -> list[Figure]:
    labels = {"rows": str(bench.events), "alarms": str(len(police.latencies_ms))}
    p99 = quantiles(police.latencies_ms, n=100)[98]
    figures = [
        Figure(CASE, ENGINE, "backfill_rows_a_second", round(bench.events / seconds), "1/s", labels),
        Figure(CASE, ENGINE, "backfill_us_a_row", round(used / bench.events * 1e6, 1), "µs", labels),
        Figure(CASE, ENGINE, "alarm_p99_ms", round(p99, 1), "ms", labels),
    ]
    bench.say(f"{CASE}: " + ", ".join(f"{one.metric} {one.value:g}" for one in figures))
    return figures


def _fill_table(home: Path, rows: int) -> None:
    """The department's database with as many residents."""
    path = home / "city" / f"{TABLE_SYSTEM}.sqlite3"
    path.parent.mkdir(parents=True)
    Table(path, TABLE, fleet()[TABLE_SYSTEM].contract).close_now()
    with sqlite3.connect(path) as database:
        names = list(samples()[TABLE_SYSTEM].good)
        marks = ",".join("?" * len(names))
        database.executemany(f"INSERT INTO {TABLE} ({','.join(names)}) VALUES ({marks})", _residents(rows))  # noqa: S608
    database.close()
    (home / "secrets").mkdir()
    write_secret(home / "secrets" / f"{TABLE_SYSTEM}_database", f"sqlite:///{path}".encode())


def _residents(rows: int) -> Iterator[list[object]]:
    good = samples()[TABLE_SYSTEM].good
    for number in range(rows):
        stamp = FIRST_STAMP + timedelta(seconds=number // ROWS_A_STAMP)
        yield list({**good, "record_no": f"RK{number:07d}", "update_time": str(stamp)}.values())


class Police:
    """Writes alarms at an even pace, a little whenever it is asked, and notes when each is in the hub's log."""

    def __init__(self, bootstrap: str, topology: Topology) -> None:
        self.latencies_ms: list[float] = []
        self._codec = Codec.load()
        self._producer = open_producer(bootstrap)
        self._log = Follower(bootstrap, INCIDENTS, topology.topics[INCIDENTS].partitions)
        self._written: dict[str, float] = {}
        self._run = f"{random.getrandbits(32):08x}"
        self._next_at = 0.0

    def __enter__(self) -> Self:
        self._log.__enter__()
        return self

    def __exit__(self, *ended: object) -> None:
        self._log.__exit__(None, None, None)

    def begin(self) -> None:
        self._next_at = time.monotonic()

    def work(self, seconds: float, *, writing: bool) -> None:
        """Write, unless no more is wanted, and read for so long."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            if writing and now >= self._next_at:
                self._write()
            awaited = min(until, self._next_at) if writing else until
            for message in self._log.read(max(0.0, awaited - now)):
                self._note(message.value() or b"")

    @property
    def waiting(self) -> int:
        """Alarms that are written and not yet in the log."""
        return len(self._written)

    def _write(self) -> None:
        number = f"JQ{self._run}{len(self._written) + len(self.latencies_ms)}"
        alarm = {**samples()[ALARM_SYSTEM].good, "alarm_no": number}
        self._written[number] = time.monotonic()
        self._producer.produce(ALARM_TOPIC, json.dumps(alarm, ensure_ascii=False).encode())
        self._producer.poll(0)
        self._next_at += 1 / ALARMS_A_SECOND

    def _note(self, value: bytes) -> None:
        fact = self._codec.decode(value)
        if isinstance(fact, Reported) and fact.source == ALARM_SYSTEM and fact.record_no in self._written:
            self.latencies_ms.append((time.monotonic() - self._written.pop(fact.record_no)) * 1000)
