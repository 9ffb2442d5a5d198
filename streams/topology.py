"""`topology.yaml` as frozen dataclasses."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from streams.marked.form import Form
from streams.marked.yaml_file import Fault, Marked, merged, parse_marked, read_marked

TOPOLOGY = Path(__file__).resolve().parent.parent / "topology.yaml"
FORMAT_VERSION = 1
FOREVER = "forever"
MOST_DAYS = 3650
DAY_SECONDS, MOST_CUTS = 86_400, 1_000
PACES_MILLISECONDS = range(1_001)
MOST_READINGS = range(1, 100_001)
CITY_NAME = re.compile(r"[a-z0-9_-]+")
Clock = Literal["broker", "simulated"]

GATEWAY = "gateway"
"""Owns topics as processors, connectors and agents do."""

KEYS = (
    "district", "unit", "system", "token", "incident", "report", "review", "matter", "measure", "warning", "tile",
    "owner", "request", "link", "address", "grid", "house", "organisation", "chain", "place",
)  # fmt: skip
"""What a topic's records can be keyed by."""

ENGINE_SCHEMAS = ("engine.position.v1", "engine.remembered.v1")
"""What the engine keeps in a changelog beside the processor's entries."""

MAX_RECORD_BYTES = 1_048_588
"""Kafka's own limit: 1 MiB and the overhead of a batch."""


@dataclass(frozen=True)
class Topic:
    """A Kafka topic. `retention_days` None keeps all records; a compacted topic keeps the last of each key."""

    name: str
    schemas: tuple[str, ...]
    key: str
    partitions: int
    retention_days: float | None
    compacted: bool
    owner: str
    max_bytes: int = MAX_RECORD_BYTES


@dataclass(frozen=True)
class ConnectorWiring:
    """A department system's connector: its reader, the reader's settings, the topics it publishes to."""

    name: str
    reader: str
    settings: Mapping[str, Any]
    publishes: tuple[str, ...]


@dataclass(frozen=True)
class ProcessorWiring:
    """A processor: the log it owns, the topic behind each of its named ports, its changelog, its settings.

    A transaction begins no sooner than `pace_milliseconds` after the last one began, and what comes meanwhile goes with
    it: to the broker each costs as much as dozens of records do (ops/decisions/0020).
    """

    name: str
    code: str
    reads: str
    ports: Mapping[str, str]
    changelog: str
    feedback: tuple[str, ...] = ()
    pace_milliseconds: int = 15
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AgentWiring:
    """A Faust agent: the topics it reads and publishes to."""

    name: str
    code: str
    reads: tuple[str, ...]
    publishes: tuple[str, ...]
    feedback: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkerWiring:
    """What one worker process runs."""

    name: str
    processors: tuple[str, ...]
    agents: tuple[str, ...]


@dataclass(frozen=True)
class Audit:
    """How the hub checks itself: every so many seconds each log is replayed and compared with what was published.

    After `cut_hour` of the day (Asia/Shanghai) the tables are kept as a cut, from which later audits begin; of each
    partition `kept_cuts` stay.
    """

    every_seconds: int = 900
    cut_hour: int = 3
    kept_cuts: int = 7


@dataclass(frozen=True)
class ReceiptWatch:
    """After `anchor_hour` of the day (Asia/Shanghai) the heads of all chains of receipts are anchored outside Kafka.

    The others say from where on readings of persons are unusual (`streams/rules/unusual_reading.py`).
    """

    anchor_hour: int = 4
    persons_an_hour: int = 30
    refused_in_a_row: int = 5
    night_from_hour: int = 22
    night_until_hour: int = 6


@dataclass(frozen=True)
class Topology:
    """The whole wiring. Names inside are bare; `topic_name` and the groups put the namespace before them."""

    city: str
    clock: Clock
    namespace: str
    topics: Mapping[str, Topic]
    connectors: Mapping[str, ConnectorWiring]
    gateway_reads: tuple[str, ...]
    gateway_publishes: tuple[str, ...]
    answer_folders: Mapping[str, str]
    """Where units leave answers as files, by unit: a secret's name."""
    processors: Mapping[str, ProcessorWiring]
    agents: Mapping[str, AgentWiring]
    workers: Mapping[str, WorkerWiring]
    production: bool = False
    audit: Audit = Audit()
    receipts: ReceiptWatch = ReceiptWatch()

    @property
    def changelogs(self) -> dict[str, Topic]:
        """The changelog of each processor, by name: partitioned like its log, compacted."""
        return {
            wiring.changelog: Topic(
                name=wiring.changelog,
                schemas=ENGINE_SCHEMAS,
                key="entry",
                partitions=self.topics[wiring.reads].partitions,
                retention_days=None,
                compacted=True,
                owner=wiring.name,
            )
            for wiring in self.processors.values()
            if wiring.reads in self.topics
        }

    def topic_name(self, name: str) -> str:
        """The name on the cluster."""
        return self.namespace + name

    def processor_group(self, processor: str) -> str:
        """The consumer group of a processor's workers."""
        return f"{self.namespace}hub.{processor}"

    def agents_group(self, worker: str) -> str:
        """The consumer group of the agents that a worker hosts."""
        return f"{self.namespace}hub-{worker}"

    def with_namespace(self, namespace: str) -> "Topology":
        return replace(self, namespace=namespace)


class TopologyErrors(Exception):
    """The topology cannot be used; `faults` holds every reason with its file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Reading:
    """What was understood of a topology, where each part of it stands, and what is wrong with it."""

    topology: Topology
    marked: Marked
    faults: tuple[Fault, ...]


def load_topology(path: Path = TOPOLOGY, environment: Mapping[str, str] | None = None) -> Topology:
    """The topology with the city's and the environment's changes, every name in it known.

    `environment` is the process's own unless given. Raises TopologyErrors with all faults.
    """
    reading = read_topology(path, environment)
    if reading.faults:
        raise TopologyErrors(sorted(reading.faults))
    return reading.topology


def read_topology(path: Path = TOPOLOGY, environment: Mapping[str, str] | None = None) -> Reading:
    """As `load_topology`, but with the faults beside what could be understood; never raises for a bad file.

    The city's changes stand in `ops/cities/<city>/topology.yaml` beside the topology. Of the environment,
    `HUB_CITY`, `HUB_CLOCK` and `HUB_NAMESPACE` count, and for the setting of a connector, of a processor, of the
    audit or of the receipts that the files name, `HUB_<NAME>_<SETTING>`, written as in YAML. Environment goes before
    city, city before topology.
    """
    variables = os.environ if environment is None else environment
    faults: list[Fault] = []
    base = read_marked(path, faults)
    city = str(variables.get("HUB_CITY") or base.at("city").plain())
    city_path = path.parent / "ops" / "cities" / city / "topology.yaml"
    if CITY_NAME.fullmatch(city) and city_path.is_file():
        base = merged(base, read_marked(city_path, faults))
    marked = _with_environment(base, variables)
    # What cannot be read lacks everything; one fault says so.
    topology = _read_topology(Form("", marked, faults if marked.items() or not faults else []))
    return Reading(topology, marked, tuple(faults))


def _with_environment(marked: Marked, variables: Mapping[str, str]) -> Marked:
    for key in ("city", "clock", "namespace"):
        variable = f"HUB_{key.upper()}"
        if variable in variables:
            marked = marked.with_item((key,), Marked(variables[variable], variable, 0))
    settings = [
        (name, (group, name, "settings")) for group in ("connectors", "processors") for name in marked.items(group)
    ]
    for name, path in [*settings, ("audit", ("audit",)), ("receipts", ("receipts",))]:
        for setting, declared in marked.items(*path).items():
            variable = f"HUB_{name}_{setting}".upper()
            if variable in variables:
                value = _environment_value(variable, variables[variable], declared)
                marked = marked.with_item((*path, setting), value)
    return marked


def _environment_value(variable: str, text: str, declared: Marked) -> Marked:
    return Marked(text, variable, 0) if isinstance(declared.value, str) else parse_marked(text, variable)


def _read_topology(form: Form) -> Topology:
    version = form.whole("version")
    if version and version != FORMAT_VERSION:
        form.fault(f"version {version} is not known, only {FORMAT_VERSION}", "version")
    topic_forms = form.forms("topics", "topic")
    topics = tuple(topic_forms)
    processors = {name: _processor(name, part, topics) for name, part in form.forms("processors", "processor").items()}
    agents = {name: _agent(name, part, topics) for name, part in form.forms("agents", "agent").items()}
    connectors = {name: _connector(name, part, topics) for name, part in form.forms("connectors", "connector").items()}
    gateway = form.form("gateway")
    topology = Topology(
        city=form.text("city"),
        clock=cast(Clock, form.one_of("clock", get_args(Clock), "clock")),
        namespace=form.text("namespace", ""),
        topics={
            name: _topic(name, part, (*processors, *connectors, *agents, GATEWAY)) for name, part in topic_forms.items()
        },
        connectors=connectors,
        gateway_reads=gateway.names("reads", topics, "topic", ()),
        gateway_publishes=gateway.names("publishes", topics, "topic"),
        answer_folders=_answer_folders(gateway.form("answer_folders")),
        processors=processors,
        agents=agents,
        workers={
            name: _worker(name, part, tuple(processors), tuple(agents))
            for name, part in form.forms("workers", "worker").items()
        },
        production=form.flag("production", default=False),
        audit=_audit(form.form("audit")),
        receipts=_receipts(form.form("receipts")),
    )
    gateway.done()
    form.done()
    return topology


def _answer_folders(form: Form) -> dict[str, str]:
    folders = {unit: form.text(unit) for unit in form.items}
    for unit, folder in folders.items():
        if folder and not folder.startswith("secret:"):
            form.fault(
                "a folder of answers is named as secret:<name>, its path stands in a file under HUB_SECRETS", unit
            )
    return folders


def _audit(form: Form) -> Audit:
    usual = Audit()
    audit = Audit(
        every_seconds=form.whole_within("every_seconds", range(1, DAY_SECONDS + 1), usual.every_seconds),
        cut_hour=form.whole_within("cut_hour", range(24), usual.cut_hour),
        kept_cuts=form.whole_within("kept_cuts", range(1, MOST_CUTS + 1), usual.kept_cuts),
    )
    form.done()
    return audit


def _receipts(form: Form) -> ReceiptWatch:
    usual = ReceiptWatch()
    watch = ReceiptWatch(
        anchor_hour=form.whole_within("anchor_hour", range(24), usual.anchor_hour),
        persons_an_hour=form.whole_within("persons_an_hour", MOST_READINGS, usual.persons_an_hour),
        refused_in_a_row=form.whole_within("refused_in_a_row", MOST_READINGS, usual.refused_in_a_row),
        night_from_hour=form.whole_within("night_from_hour", range(24), usual.night_from_hour),
        night_until_hour=form.whole_within("night_until_hour", range(24), usual.night_until_hour),
    )
    form.done()
    return watch


def _topic(name: str, form: Form, owners: tuple[str, ...]) -> Topic:
    compacted = form.flag("compacted", default=False)
    topic = Topic(
        name=name,
        schemas=form.names("schemas"),
        key=form.one_of("key", KEYS, "key"),
        partitions=form.whole("partitions"),
        retention_days=_retention_days(form, compacted=compacted),
        compacted=compacted,
        owner=form.one_of("owner", owners, "owner"),
        max_bytes=form.whole("max_bytes", MAX_RECORD_BYTES),
    )
    form.done()
    return topic


def _retention_days(form: Form, *, compacted: bool) -> float | None:
    if compacted:
        if form.has("retention"):
            form.fault("a compacted topic keeps the last record of each key; it has no retention", "retention")
        return None
    if not form.has("retention"):
        form.fault("'retention' is missing: days, or forever")
        return None
    value = form.value("retention")
    if value == FOREVER:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= MOST_DAYS:
        return float(value)
    form.fault(f"retention must be days, above 0 and up to {MOST_DAYS}, or forever, not {value!r}", "retention")
    return None


def _connector(name: str, form: Form, topics: tuple[str, ...]) -> ConnectorWiring:
    wiring = ConnectorWiring(
        name=name,
        reader=form.text("reader"),
        settings=form.values("settings"),
        publishes=form.names("publishes", topics, "topic"),
    )
    form.done()
    return wiring


def _processor(name: str, form: Form, topics: tuple[str, ...]) -> ProcessorWiring:
    ports = form.name_by_key("ports", topics, "topic")
    wiring = ProcessorWiring(
        name=name,
        code=form.text("code"),
        reads=_one_log(form, topics),
        ports=ports,
        changelog=form.text("changelog"),
        feedback=form.names("feedback", ports, "port", ()),
        pace_milliseconds=form.whole_within("pace_milliseconds", PACES_MILLISECONDS, ProcessorWiring.pace_milliseconds),
        settings=form.values("settings"),
    )
    form.done()
    return wiring


def _one_log(form: Form, topics: tuple[str, ...]) -> str:
    if isinstance(form.value("reads"), tuple):
        form.fault("a processor keeps state over exactly one log; 'reads' is a list", "reads")
        return ""
    return form.one_of("reads", topics, "topic")


def _agent(name: str, form: Form, topics: tuple[str, ...]) -> AgentWiring:
    publishes = form.names("publishes", topics, "topic")
    wiring = AgentWiring(
        name=name,
        code=form.text("code"),
        reads=form.names("reads", topics, "topic"),
        publishes=publishes,
        feedback=form.names("feedback", publishes, "published topic", ()),
    )
    form.done()
    return wiring


def _worker(name: str, form: Form, processors: tuple[str, ...], agents: tuple[str, ...]) -> WorkerWiring:
    wiring = WorkerWiring(
        name=name,
        processors=form.names("processors", processors, "processor", ()),
        agents=form.names("agents", agents, "agent", ()),
    )
    form.done()
    return wiring
