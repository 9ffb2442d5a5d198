"""`hub contract dispute`: a value that passed every check and is wrong nevertheless goes back to its department."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from connectors.commands.decisions import WRITE_SECONDS, AsJson, By, System
from connectors.contract import Contract, Item
from connectors.kafka import KafkaAway
from connectors.publisher import QUARANTINE, wall_clock
from connectors.row_schema import SEALED_ROWS, RowCodec, schema_name
from connectors.row_seals import is_sealed
from connectors.systems import fleet
from connectors.times import to_rfc3339
from connectors.topic_reading import headers_of, read_topic
from connectors.values import Masked, Violation
from streams import cloudevents
from streams.appending import NotAppended, append
from streams.codec import Codec, CodecError, Origin
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, check_known, end, topology_or_end
from streams.commands.words import shown_time
from streams.embedded.home import default_home, keys_folder
from streams.facts.quarantine import Held
from streams.quarantine.cases import Case, read_cases
from streams.secrecy.person_key_store import PersonKeyStore
from streams.secrecy.sealing import QUARANTINED, HeldBytes, KeyMissing, Keys, SealBroken, Sealer
from streams.topic_reader import NotReadable
from streams.topology import Topology

STAGE: Final = "dispute"
REASON = "disputed"
LONGEST_REASON = 200


@dataclass(frozen=True)
class KeptRow:
    """A row as it stands in its source topic."""

    identity: str
    origin: Origin
    value: bytes


def dispute(
    system: System,
    item: Annotated[str, typer.Argument(help="The item whose value is wrong, as `hub sources show` lists it.")],
    *,
    row: Annotated[
        str, typer.Option(help="The row: its number, its id, or TOPIC[PARTITION]@OFFSET; the last so named.")
    ],
    by: By,
    reason: Annotated[str, typer.Option(help="What is wrong with it; numbers of persons are masked.")],
    as_json: AsJson = False,
) -> None:
    """Give a wrong value back to the department that has to answer for it, with a limit; it is shown to nobody here."""
    topology = topology_or_end()
    check_known("system", system, sorted(topology.connectors.keys() & fleet().keys()))
    contract = fleet()[system].contract
    check_known("item", item, [one.name for one in contract.all_items])
    codec, bootstrap = Codec.load(), bootstrap_servers()
    disputed = contract.item(item)
    persons = PersonKeyStore(keys_folder(), create=False, renews=False)
    rows = RowCodec(contract, codec.schemas[schema_name(system)], _sealer(SEALED_ROWS), persons)
    detail = f"{item}:{_masked(reason)}({_masked(by)}提出)"
    try:
        kept = _kept_row(topology, system, rows, bootstrap, row)
        _end_if_disputed(topology, codec, bootstrap, kept.origin, item)
        held = _held(contract, disputed, rows, kept, detail)
        number = append(bootstrap, topology.topic_name(QUARANTINE), system, codec.encode(held), WRITE_SECONDS)
    except (KafkaAway, KeyMissing, SealBroken, NotReadable, CodecError, NotAppended) as error:
        end(str(error), FINDING)
    if as_json:
        said = {"number": number, "steward": held.steward, "answer_due_at": to_rfc3339(held.answer_due_at or 0)}
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        limit = shown_time(held.answer_due_at)
        typer.echo(f"{number}:{disputed.title}({item})已退回{held.steward}核校,时限 {limit}")


def _masked(text: str) -> str:
    try:
        masked = Masked(LONGEST_REASON).parse(text)
    except Violation as violation:
        end(f"{text[:20]!r}…: {violation.message}", WRONG_USE)
    return masked or end("a dispute names who raises it (--by) and what is wrong (--reason)", WRONG_USE)


def _kept_row(topology: Topology, system: str, rows: RowCodec, bootstrap: str, named: str) -> KeptRow:
    """The last row of that name in the source topic, of those written under the schema as it is."""
    topic = f"hub.{schema_name(system)}"
    found: KeptRow | None = None
    for partition in range(topology.topics[topic].partitions):
        for message in read_topic(bootstrap, topology.topic_name(topic), partition=partition):
            origin = Origin(topic, partition, int(message.offset() or 0))
            try:
                event = cloudevents.attributes(headers_of(message))
            except cloudevents.NotACloudEvent:
                continue
            value = message.value() or b""
            if named in (event["id"], event.get("subject"), str(origin)) and value.startswith(rows.prefix):
                found = KeptRow(event["id"], origin, value)
    return found if found is not None else end(f"{system} has no such row in {topic}", FINDING)


def _end_if_disputed(topology: Topology, codec: Codec, bootstrap: str, origin: Origin, item: str) -> None:
    def is_the_same(case: Case) -> bool:
        is_dispute = case.held.stage == STAGE and case.origin == origin and case.answer is None
        return is_dispute and case.held.detail.startswith(f"{item}:")

    for case in read_cases(bootstrap, topology, codec).values():
        if is_the_same(case):
            end(f"it is disputed already, under {case.number}", FINDING)


def _held(contract: Contract, disputed: Item, rows: RowCodec, kept: KeptRow, detail: str) -> Held:
    """The entry: the value only sealed, and what was sealed in the row not at all."""
    value: Any = None
    if not is_sealed(disputed, contract):
        value = rows.decode(kept.value, kept.identity)[disputed.name]
    payload = json.dumps({"row": kept.identity, "item": disputed.name, "value": value}, ensure_ascii=False).encode()
    now = wall_clock()
    held_bytes = HeldBytes(
        contract.system,
        kept.origin,
        payload,
        steward=contract.department,
        answer_due_at=contract.answer_due_at(now),
    )
    return _sealer(QUARANTINED).hold(STAGE, REASON, detail, held_bytes, now)


def _sealer(use: str) -> Sealer:
    folder = keys_folder()
    return Sealer(Keys(folder, create=folder == default_home() / "keys"), use)
