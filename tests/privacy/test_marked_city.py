"""A whole run of the city in which every person is marked: of none does the hub keep or show anything in clear."""

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

import pytest

from connectors.city.kafka import read_since
from connectors.city.residents import FILE
from connectors.tokens import Tokens
from connectors.values import phone_number
from streams.codec import Codec
from streams.embedded.running import Running
from streams.facts.incidents import Reported
from streams.quarantine.cases import Case, read_cases
from streams.secrecy.sealing import Keys, Sealer
from streams.topology import Topology, load_topology
from tests.eventually import eventually
from tests.passable import passable_folder
from tests.privacy import remains
from tests.privacy.marks import STEMS, Marks, phones
from tests.privacy.misbehaving import SYSTEMS, Departments
from tests.privacy.scanner import Finding, Scanner
from tests.up.hub_process import HubProcess

pytestmark = [pytest.mark.timeout(1100), pytest.mark.whole_machine]

PACE = "60"
HEARD_SECONDS = 240.0
"""How long every medium may take on a machine that others use."""
FEWEST_CASES = 3
"""Of each medium: held, before the run is looked through."""


@dataclass(frozen=True)
class Run:
    """What was found in one run, and what shows that there was something to find."""

    findings: list[Finding]
    scanned_bytes: int
    systems: set[str]
    cases: list[Case]
    payloads: list[bytes]
    tokens: set[str]
    known_tokens: set[str]


@dataclass(frozen=True)
class Cases:
    """What is held of the departments that misbehave; true once there is enough of each."""

    counts: Mapping[str, int]
    cases: list[Case] = field(repr=False)

    @classmethod
    def read(cls, running: Running, topology: Topology, codec: Codec) -> "Cases":
        cases = list(read_cases(running.kafka, topology, codec).values())
        owners = [case.held.owner for case in cases]
        return cls({system: owners.count(system) for system in SYSTEMS}, cases)

    def __bool__(self) -> bool:
        return min(self.counts.values()) >= FEWEST_CASES


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    residents = tmp_path_factory.mktemp("hidden") / "residents.json"
    marks = Marks.drawn(seed=20261129)
    marks.write_residents(residents)
    with passable_folder() as folder:
        hub = HubProcess(folder / "home", "--speed", PACE, **{FILE: str(residents)})
        try:
            yield _told(hub, marks)
        finally:
            hub.kill()


def _told(hub: HubProcess, marks: Marks) -> Run:
    running = hub.until_it_runs()
    departments = Departments(hub.home, running, marks.persons)
    departments.misbehave()
    topology, codec = load_topology(), Codec.load()
    cases = eventually(lambda: Cases.read(running, topology, codec), within_seconds=HEARD_SECONDS)
    systems = eventually(lambda: _heard_systems(running, topology), within_seconds=HEARD_SECONDS)
    os.kill(hub.pid_of("city"), signal.SIGUSR1)  # its departments fall silent: what was found is no more overtaken
    broken = departments.break_table()
    log = hub.home / "logs" / "connectors.log"
    eventually(lambda: broken in log.read_text(encoding="utf-8"), within_seconds=HEARD_SECONDS)
    scanner = Scanner(STEMS)
    live = chain(
        remains.pages(hub.home, running),
        remains.listings(hub.home),
        remains.cache(running.redis),
        remains.groups(running.kafka),
        remains.records(running.kafka),
    )
    findings = list(scanner.scan_all(live))
    tokens = _tokens(running, codec)
    hub.interrupt()
    _, output = hub.finish(within_seconds=60)
    findings += scanner.scan_all([("standard output", output.encode()), ("standard error", hub.said.encode())])
    findings += scanner.scan_all(remains.files(hub.home))
    sealer, made = Sealer(Keys(hub.home / "keys", create=False)), Tokens(Keys(hub.home / "keys", create=False))
    return Run(
        findings,
        scanner.scanned_bytes,
        systems,
        cases.cases,
        [sealer.payload_of(case.held) for case in cases.cases if case.held.owner in SYSTEMS],
        tokens,
        {made.token("requests", phone_number(phones(person)[0])) for person in marks.persons},
    )


def _heard_systems(running: Running, topology: Topology) -> set[str]:
    """The systems of the topology, once each has said something."""
    topics = {f"hub.source.{system}.v1": system for system in topology.connectors}
    heard = {topics[str(message.topic())] for message in read_since(running.kafka, topics, 0)}
    return heard if len(heard) == len(topics) else set()


def _tokens(running: Running, codec: Codec) -> set[str]:
    """Whoever called the residents' hotline, as the hub knows them."""
    facts = [codec.decode(message.value() or b"") for message in read_since(running.kafka, ["hub.log.incidents.v1"], 0)]
    return {fact.reporter for fact in facts if isinstance(fact, Reported) and fact.reporter}


def test_nothing_names_a_person_in_clear(run: Run) -> None:
    places: dict[str, Finding] = {}
    for finding in run.findings:
        places.setdefault(f"{finding.where} {finding.kind}", finding)
    assert not run.findings, "\n".join(map(str, places.values()))


def test_there_was_something_to_find(run: Run) -> None:
    assert len(run.systems) == 67
    assert run.tokens & run.known_tokens
    assert run.scanned_bytes > 1_000_000


def test_what_is_held_is_sealed_and_opens_for_its_owner(run: Run) -> None:
    in_clear = {finding.kind for payload in run.payloads for finding in Scanner(STEMS).scan("payload", payload)}
    assert in_clear >= {"certificate", "phone", "name"}
    assert {case.held.owner for case in run.cases} >= set(SYSTEMS)
