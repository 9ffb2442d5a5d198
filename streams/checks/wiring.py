"""Rules of the topology alone: names, partitions, retention, owners, who writes, who runs."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from streams.checks.circles import circle_faults
from streams.checks.secrets_by_value import secret_faults
from streams.marked.form import did_you_mean
from streams.marked.yaml_file import Fault
from streams.topology import GATEWAY, MAX_RECORD_BYTES, Reading, Topic

TOPIC_NAME = re.compile(
    r"hub\.((source|log|view|notice|reference)\.[a-z0-9_]+|quarantine|cursors|pushes|answers|audit)\.v\d+"
)
CHANGELOG_NAME = "hub.changelog.{processor}.v<n>"

KEPT_FOR_EVER = ("hub.log.incidents.", "hub.log.matters.", "hub.notice.matters.", "hub.audit.")
"""What must be able to say, years later, what was known and who was responsible (design 2.7)."""

LEAST_LOG_DAYS = 7.0
"""A worker that stands over a long weekend must still find its place in the log."""

MOST_RECORD_BYTES = 8_388_608
"""What the hub's producers send at most."""

WRITTEN_BY_OWNER = ("hub.source.", "hub.view.", "hub.notice.")
UNITS = "units"
"""Whose systems write to what the gateway reads."""
WRITTEN_BY_THE_MACHINERY = ("hub.quarantine.", "hub.cursors.")

Place = tuple[str | int, ...]
"""A path in the topology's file."""


def wiring_faults(reading: Reading, cities: Path) -> Iterator[Fault]:
    """Every fault of the wiring; `cities` is the folder with one folder a city."""
    yield from _surroundings(reading, cities)
    yield from chain.from_iterable(_topic(reading, topic) for topic in reading.topology.topics.values())
    yield from _partitions(reading)
    yield from _logs(reading)
    yield from _views(reading)
    yield from _quarantine(reading)
    yield from _changelogs(reading)
    yield from _unwritten(reading)
    yield from _unhosted(reading)
    yield from circle_faults(reading)
    yield from secret_faults(reading)


def _surroundings(reading: Reading, cities: Path) -> Iterator[Fault]:
    topology, marked = reading.topology, reading.marked
    known = sorted(path.name for path in cities.iterdir() if path.is_dir()) if cities.is_dir() else []
    if topology.city and topology.city not in known:
        yield marked.at("city").fault(f"unknown city '{topology.city}'{did_you_mean(topology.city, known)}")
    if topology.production and topology.clock == "simulated":
        yield marked.at("clock").fault("clock: simulated is refused in production: its instants are not the world's")


def _topic(reading: Reading, topic: Topic) -> Iterator[Fault]:
    def fault(key: str, text: str) -> Fault:
        return reading.marked.at("topics", topic.name, key).fault(f"topic {topic.name}: {text}")

    if topic.name.startswith("hub.changelog."):
        yield fault("", "changelogs follow from the processors; this one would be a second wiring")
    elif not TOPIC_NAME.fullmatch(topic.name):
        yield fault("", "is not named hub.<source|log|view|notice|reference>.<name>.v<n>")
    if not topic.schemas:
        yield fault("schemas", "no schema, so nothing can stand on it")
    if topic.partitions < 1 and _is_whole(reading, topic, "partitions"):
        yield fault("partitions", f"{topic.partitions} partitions; at least 1")
    if not 0 < topic.max_bytes <= MOST_RECORD_BYTES and _is_whole(reading, topic, "max_bytes"):
        yield fault(
            "max_bytes",
            f"records of up to {topic.max_bytes} bytes; 1 to {MOST_RECORD_BYTES} can be sent, "
            f"{MAX_RECORD_BYTES} if nothing is said",
        )
    yield from (fault("retention", text) for text in _retention(topic))
    if topic.name.startswith("hub.log.") and topic.compacted:
        yield fault("compacted", "a compacted log cannot be replayed")
    if topic.name.startswith(("hub.view.", "hub.reference.")) and not topic.compacted:
        yield fault("retention", "must be compacted: who reads it wants the last value of every key")


def _is_whole(reading: Reading, topic: Topic, key: str) -> bool:
    """Whether the wiring says a number there; else loading has reported it."""
    return isinstance(reading.marked.at("topics", topic.name, key).value, int)


def _retention(topic: Topic) -> Iterator[str]:
    days = topic.retention_days
    if days is None:
        return
    if topic.name.startswith(KEPT_FOR_EVER):
        yield "keeps everything; retention must be forever"
    elif topic.name.startswith("hub.log.") and days < LEAST_LOG_DAYS:
        yield f"retention of {days:g} days; a stopped worker must find its log, at least {LEAST_LOG_DAYS:g}"


def _partitions(reading: Reading) -> Iterator[Fault]:
    first: dict[str, Topic] = {}
    for topic in reading.topology.topics.values():
        alike = first.setdefault(topic.key, topic) if topic.partitions > 0 else topic
        if topic.key and topic.partitions != alike.partitions:
            yield reading.marked.at("topics", topic.name, "partitions").fault(
                f"topic {topic.name}: {topic.partitions} partitions along the key '{topic.key}', but {alike.name} has "
                f"{alike.partitions}; one {topic.key} would be in partitions of different numbers"
            )


def _logs(reading: Reading) -> Iterator[Fault]:
    topology, marked = reading.topology, reading.marked
    readers: dict[str, list[str]] = {name: [] for name in topology.topics if name.startswith("hub.log.")}
    for wiring in topology.processors.values():
        if wiring.reads in readers:
            readers[wiring.reads].append(wiring.name)
        elif wiring.reads in topology.topics:
            yield marked.at("processors", wiring.name, "reads").fault(
                f"processor {wiring.name}: reads {wiring.reads}; a processor owns a log, hub.log.*"
            )
    for name, owners in readers.items():
        said = topology.topics[name].owner
        if not owners:
            yield marked.at("topics", name).fault(f"topic {name}: nobody owns this log; no processor reads it")
        elif len(owners) > 1:
            yield marked.at("processors", owners[-1], "reads").fault(
                f"topic {name}: two owners, {' and '.join(owners)}; a log is read by one processor"
            )
        elif said in topology.processors and said not in owners:
            yield marked.at("topics", name, "owner").fault(
                f"topic {name}: its owner is {said}, but {owners[0]} reads it"
            )


def _views(reading: Reading) -> Iterator[Fault]:
    """Sources, views and notices are written by their owners, a view by nobody else."""
    writers = _writers(reading)
    for topic in reading.topology.topics.values():
        by = writers.get(topic.name, {})
        if by and topic.owner and topic.owner not in by and topic.name.startswith(WRITTEN_BY_OWNER):
            yield reading.marked.at("topics", topic.name, "owner").fault(
                f"topic {topic.name}: its owner is {topic.owner}, but only {' and '.join(sorted(by))} write to it"
            )
        elif topic.name.startswith("hub.view."):
            for writer in sorted(by.keys() - {topic.owner}):
                yield reading.marked.at(*by[writer]).fault(
                    f"topic {topic.name}: two owners, {topic.owner} and {writer}; a view has one writer"
                )


def _quarantine(reading: Reading) -> Iterator[Fault]:
    """A record that cannot be held would stop its log's owner for good."""
    largest = max(
        (topic.max_bytes for topic in reading.topology.topics.values() if not _is_quarantine(topic)), default=0
    )
    for topic in reading.topology.topics.values():
        if _is_quarantine(topic) and topic.max_bytes < 2 * largest:
            yield reading.marked.at("topics", topic.name, "max_bytes").fault(
                f"topic {topic.name}: must hold any other topic's record and what is said about it: "
                f"max_bytes at least {2 * largest}"
            )


def _is_quarantine(topic: Topic) -> bool:
    return topic.name.startswith("hub.quarantine.")


def _changelogs(reading: Reading) -> Iterator[Fault]:
    for wiring in reading.topology.processors.values():
        if not re.fullmatch(rf"hub\.changelog\.{re.escape(wiring.name)}\.v\d+", wiring.changelog):
            yield reading.marked.at("processors", wiring.name, "changelog").fault(
                f"processor {wiring.name}: its changelog is not named {CHANGELOG_NAME.format(processor=wiring.name)}"
            )


def _unwritten(reading: Reading) -> Iterator[Fault]:
    writers = _writers(reading)
    for name in reading.topology.topics:
        if name not in writers and not name.startswith(WRITTEN_BY_THE_MACHINERY):
            yield reading.marked.at("topics", name).fault(f"topic {name}: nobody writes to it")


def _writers(reading: Reading) -> dict[str, dict[str, Place]]:
    """Who writes to each topic, and where the wiring says so."""
    topology = reading.topology
    said: list[tuple[str, str, Place]] = []
    for wiring in topology.processors.values():
        said += (
            (topic, wiring.name, ("processors", wiring.name, "ports", port)) for port, topic in wiring.ports.items()
        )
    for group, publishers in (("connectors", topology.connectors), ("agents", topology.agents)):
        for name, publisher in publishers.items():
            said += (
                (topic, name, (group, name, "publishes", number)) for number, topic in enumerate(publisher.publishes)
            )
    said += (
        (topic, GATEWAY, ("gateway", "publishes", number)) for number, topic in enumerate(topology.gateway_publishes)
    )
    said += ((topic, UNITS, ("gateway", "reads", number)) for number, topic in enumerate(topology.gateway_reads))
    writers: dict[str, dict[str, Place]] = {}
    for topic, writer, place in said:
        writers.setdefault(topic, {})[writer] = place
    return writers


def _unhosted(reading: Reading) -> Iterator[Fault]:
    topology = reading.topology
    hosted = {name for worker in topology.workers.values() for name in (*worker.processors, *worker.agents)}
    for group, names in (("processors", topology.processors), ("agents", topology.agents)):
        for name in names:
            if name not in hosted:
                yield reading.marked.at(group, name).fault(f"{group[:-1]} {name}: no worker runs it")
    for name in topology.agents.keys() & (topology.processors.keys() | topology.connectors.keys()):
        yield reading.marked.at("agents", name).fault(f"agent {name}: a processor or connector has this name too")
