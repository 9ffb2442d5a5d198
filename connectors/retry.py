"""`python -m connectors.retry`: one row from the quarantine, taken in by its connector as if it had just come.

Standard input holds a JSON object: `system`; `topic`, `partition` and `offset`, where the row was found; `noted_at`,
the medium's own time of it in milliseconds; `payload`, its bytes in Base64. The receipt is printed as JSON. For
`hub quarantine retry`; the ids follow from the row, so that one that was taken before is only known again.
"""

import base64
import json
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from connectors.authorisation import VIEW, Authorisations
from connectors.contract import Batch, Contract, RawRow, Receipt
from connectors.intake import Intake
from connectors.kafka import KafkaAway, SharedProducer
from connectors.places import Places
from connectors.publisher import Publisher, Topics
from connectors.pushed_events import NotEvents, structured_event
from connectors.readers.http_push import pushed_row
from connectors.readers.json_rows import json_row, read_object
from connectors.registers import Registers
from connectors.released_contracts import LockBroken, released_contracts
from connectors.runner import PUSHED
from connectors.surroundings import CITIES, Surroundings, WrongSurroundings
from connectors.systems import fleet
from streams.codec import Codec, Origin
from streams.secrecy.sealing import KeyMissing, Keys, Sealer
from streams.topology import Topology, TopologyErrors, load_topology

WRONG_USE = 2
FILES = "file_drop"
SPECIFICATION = "specversion"


class CannotBeTaken(Exception):
    """A row that its connector cannot be given in this form; the text says which form it takes, and shows no value."""


def raw_row(reader: str, contract: Contract, origin: Origin, payload: bytes, noted_at: int) -> RawRow:
    """The row as a reader of its medium would have found it; CannotBeTaken."""
    if reader in PUSHED:
        return _pushed(contract, origin, payload)
    row = json_row(payload, origin, noted_at)
    if reader != FILES:
        return row
    if row.fault is not None:
        raise CannotBeTaken("a line of a file is repaired as a JSON object, each value under the name of its column")
    return RawRow(payload, row.values, origin, version=origin.topic, noted_at=noted_at)


def _pushed(contract: Contract, origin: Origin, payload: bytes) -> RawRow:
    values, _ = read_object(payload)
    if values is not None and SPECIFICATION in values:
        try:
            return structured_event(payload, origin.topic)
        except NotEvents as error:
            raise CannotBeTaken(f"no CloudEvent: {error}") from error
    if len(contract.event_types) > 1:
        raise CannotBeTaken(
            "a pushed row is repaired as a structured CloudEvent, its type one of " + ", ".join(contract.event_types)
        )
    return pushed_row(payload, contract.event_types[0], "", origin.topic)


def take_in(row: Mapping[str, Any], surroundings: Surroundings, topology: Topology) -> Receipt:
    """Publish one row; its receipt when Kafka has acknowledged.

    Raises CannotBeTaken, KafkaAway, KeyMissing, LockBroken.
    """
    system = str(row["system"])
    wiring, connector = topology.connectors.get(system), fleet().get(system)
    if wiring is None or connector is None:
        raise CannotBeTaken(f"there is no connector {system} any more")
    origin = Origin(row["topic"], row["partition"], row["offset"])
    payload = base64.b64decode(row["payload"])
    raw = raw_row(wiring.reader, connector.contract, origin, payload, int(row["noted_at"]))
    codec, keys = Codec.load(), Keys(surroundings.keys, create=False)
    authorisations = Authorisations(
        surroundings.bootstrap, topology.topic_name(VIEW), codec, [connector.contract], released_contracts()
    )
    authorisations.recall()
    if obstacle := authorisations.obstacle(system):
        raise CannotBeTaken(f"no rows of {system} may be taken now: {obstacle}")
    places = Places.load(CITIES / topology.city)
    Registers(surroundings.bootstrap, topology, codec, places).recall()
    intake = Intake.of(connector, codec, places, keys)
    producer = SharedProducer(surroundings.bootstrap)
    try:
        publisher = Publisher(intake, Topics.of(topology, system), producer, codec, Sealer(keys))
        return publisher.publish(Batch([raw]), threading.Event())[0]
    finally:
        producer.close()


def main() -> int:
    try:
        receipt = take_in(json.load(sys.stdin), Surroundings.read(), load_topology())
    except (CannotBeTaken, KafkaAway, KeyMissing, LockBroken, WrongSurroundings, TopologyErrors) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE
    sys.stdout.write(json.dumps(asdict(receipt)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
