"""`hub contract`: a changed contract, tried on what its system has sent before anything runs by it, then approved.

And a value that fits its contract and is wrong, given back to its department.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from connectors.commands.approval import approve, release_contracts
from connectors.commands.contract_file import connector_in
from connectors.commands.dispute import dispute
from connectors.contract import Connector, RawRow
from connectors.contract_trial import KINDS_IN_CHINESE, Trial
from connectors.kafka import KafkaAway
from connectors.kept_rows import judged_on, kept_row, trial_intake
from connectors.places import Places
from connectors.publisher import QUARANTINE
from connectors.readers.http_push import pushed_row
from connectors.retry import CannotBeTaken, raw_row
from connectors.row_schema import SEALED_ROWS, RowCodec, definition, incompatibilities, schema_name
from connectors.runner import PUSHED
from connectors.surroundings import CITIES
from connectors.systems import fleet
from connectors.topic_reading import headers_of, read_topic
from streams import cloudevents
from streams.codec import Codec, CodecError, Origin
from streams.commands.cluster import FINDING, bootstrap_servers, check_known, end, topology_or_end
from streams.commands.words import print_table
from streams.embedded.home import keys_folder
from streams.facts.quarantine import Held
from streams.secrecy.person_key_store import PersonKeyStore
from streams.secrecy.sealing import KeyMissing, Keys, SealBroken, Sealer
from streams.topology import Topology

contract = typer.Typer(no_args_is_help=True, help="Contracts with department systems.")
contract.command()(approve)
contract.command()(dispute)
contract.command("release")(release_contracts)


@contract.command("try")
def try_contract(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="The changed connectors/systems/<system>.py, wherever it is."),
    ],
    *,
    system: Annotated[str, typer.Option(help="The system whose rows are tried; else the one that FILE names.")] = "",
    days: Annotated[float, typer.Option(min=0.01, max=3650, help="How far back.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what a changed contract would make of the last days' rows; nothing is written.

    Kept rows hold checked items, not all that the department wrote: what cannot be judged on them is said.
    """
    changed = connector_in(file)
    system = system or changed.contract.system
    topology = topology_or_end()
    check_known("system", system, sorted(topology.connectors.keys() & fleet().keys()))
    found = _Rehearsal(topology, system, changed, bootstrap_servers(), int((time.time() - days * 86_400) * 1000))
    try:
        found.run()
    except (KafkaAway, KeyMissing) as error:
        end(str(error), FINDING)
    said = found.said()
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        _print(said)
    if said["differs"]:
        raise typer.Exit(FINDING)


@dataclass
class _Unread:
    """Rows that could not be compared: of another schema version, sealed with a key that is gone, of unknown form."""

    other_version: int = 0
    sealed: int = 0
    form: int = 0


class _Rehearsal:
    """Two contracts on the rows of one system."""

    def __init__(self, topology: Topology, system: str, changed: Connector, bootstrap: str, since: int) -> None:
        self._topology, self._system, self._changed = topology, system, changed
        self._bootstrap, self._since = bootstrap, since
        self._running = fleet()[system]
        self._codec = Codec.load()
        keys = Keys(keys_folder(), create=False)
        places = Places.load(CITIES / topology.city)
        was, self._judged = self._running.contract, judged_on(changed.contract, self._running.contract)
        self._kept = Trial(
            trial_intake(self._running, judged_on(was, was).contract, places, keys),
            trial_intake(changed, self._judged.contract, places, keys),
            self._judged.not_kept,
        )
        self._held = Trial(
            trial_intake(self._running, was, places, keys), trial_intake(changed, changed.contract, places, keys)
        )
        persons = PersonKeyStore(keys_folder(), create=False, renews=False)
        self._rows = RowCodec(was, self._codec.schemas[schema_name(system)], Sealer(keys, SEALED_ROWS), persons)
        self._quarantine = Sealer(keys)
        self.unread = _Unread()

    def run(self) -> None:
        """Compare every row. Raises KafkaAway, and KeyMissing where a person's token cannot be made."""
        for row, written_at in self._kept_rows():
            self._kept.compare(row, written_at)
        for row, held_at in self._held_rows():
            self._held.compare(row, held_at, with_facts=False)

    def said(self) -> dict[str, Any]:
        """All that was found, for JSON."""
        schema = self._schema_said()
        differences = [
            {"from": place, "kind": kind, "what": what, "rows": one.count, "examples": one.examples}
            for place, trial in (("source", self._kept), ("quarantine", self._held))
            for (kind, what), one in sorted(trial.differences.items())
        ]
        questions = dict(sorted(self._judged.open_questions.items()))
        return {
            "system": self._system,
            "rows": {"source": self._kept.rows, "quarantine": self._held.rows},
            "not_judged": {**vars(self.unread), "mapping": self._kept.not_judged},
            "differences": differences,
            "items_not_judged": questions,
            "schema": schema,
            "differs": bool(differences or questions or schema["changed"]),
        }

    def _schema_said(self) -> dict[str, Any]:
        old, new = self._codec.schemas[schema_name(self._system)].definition, definition(self._changed.contract)
        faults = incompatibilities(self._changed.contract, old)
        return {"changed": old != new, "compatible": not faults, "faults": faults}

    def _kept_rows(self) -> Iterator[tuple[RawRow, int]]:
        topic = f"hub.{schema_name(self._system)}"
        name = self._topology.topic_name(topic)
        for partition in range(self._topology.topics[topic].partitions):
            for message in read_topic(self._bootstrap, name, partition=partition, since=self._since):
                value, written_at = message.value() or b"", message.timestamp()[1]
                origin = Origin(topic, partition, int(message.offset() or 0))
                try:
                    event = cloudevents.attributes(headers_of(message))
                except cloudevents.NotACloudEvent:
                    self.unread.form += 1
                    continue
                if not value.startswith(self._rows.prefix):
                    self.unread.other_version += 1
                    continue
                try:
                    values = self._rows.decode(value, event["id"])
                except (KeyMissing, SealBroken):
                    self.unread.sealed += 1
                    continue
                event_type = event["type"].removeprefix(cloudevents.TYPE_PREFIX)
                yield kept_row(self._running.contract, values, event_type, written_at, origin), written_at

    def _held_rows(self) -> Iterator[tuple[RawRow, int]]:
        name = self._topology.topic_name(QUARANTINE)
        for message in read_topic(self._bootstrap, name, since=self._since):
            try:
                held = self._codec.decode(message.value() or b"")
            except CodecError:
                continue
            if not (isinstance(held, Held) and held.owner == self._system and held.stage in ("connector", "gateway")):
                continue
            try:
                yield self._raw(held, self._quarantine.payload_of(held)), held.held_at
            except (KeyMissing, SealBroken):
                self.unread.sealed += 1
            except CannotBeTaken:
                self.unread.form += 1

    def _raw(self, held: Held, payload: bytes) -> RawRow:
        """A pushed row whose type stood in an envelope that was not kept is asked as one of its system's first type."""
        reader, agreed = self._topology.connectors[self._system].reader, self._running.contract
        origin = Origin(held.topic, held.partition, held.offset)
        try:
            return raw_row(reader, agreed, origin, payload, held.held_at)
        except CannotBeTaken:
            if reader not in PUSHED:
                raise
            return pushed_row(payload, agreed.event_types[0], "", held.topic)


def _print(said: dict[str, Any]) -> None:
    places = {"source": "源主题", "quarantine": "隔离区"}
    if said["differences"]:
        print_table(
            ("来自", "差异", "内容", "行数", "示例"),
            (
                (
                    places[one["from"]],
                    KINDS_IN_CHINESE[one["kind"]],
                    one["what"],
                    str(one["rows"]),
                    "、".join(one["examples"]),
                )
                for one in said["differences"]
            ),
        )
    for item, why in said["items_not_judged"].items():
        typer.echo(f"无法判断 {item}:{why}")
    for fault in said["schema"]["faults"]:
        typer.echo(fault)
    schema = "未变" if not said["schema"]["changed"] else "已变,兼容" if said["schema"]["compatible"] else "不兼容"
    skipped = sum(said["not_judged"].values())
    typer.echo(
        f"{said['system']}:比对源主题 {said['rows']['source']} 行、隔离区 {said['rows']['quarantine']} 行,"
        f"未能比对 {skipped} 行;模式{schema};{'有差异' if said['differs'] else '无差异'}"
    )
