"""Forms that are collected for a while: what was collected is deleted when they are over, and the deletion is a fact.

A form keeps its rows in its own topic alone, wrong ones sealed in the quarantine. So nothing of it lies in a log that
is kept for ever, and all of it goes with the records of one topic and the keys of one system.
"""

from collections.abc import Iterator
from pathlib import Path

from connectors.contract import Contract
from connectors.contract_digest import digest
from connectors.meanings.envelope import of_system
from connectors.row_schema import SEALED_ROWS, schema_name
from connectors.systems import fleet
from connectors.topic_reading import delete_records
from streams.facts.sources import FormDeleted
from streams.marked.yaml_file import Fault
from streams.secrecy.sealing import QUARANTINED, Keys
from streams.topology import ConnectorWiring, Reading

SOURCES = "hub.log.sources.v1"
SOURCE = "forms"


class FormLeaks(Exception):
    """A form publishes to a topic that its deletion does not reach; the text names it."""


def check_form(contract: Contract, wiring: ConnectorWiring) -> None:
    """A contract without an end may publish where it likes; FormLeaks."""
    others = sorted(set(wiring.publishes) - {f"hub.{schema_name(contract.system)}", SOURCES})
    if contract.expires_on and others:
        raise FormLeaks(f"the form {contract.system} ends, so it may not publish to {', '.join(others)}")


def form_faults(reading: Reading, _: Path) -> Iterator[Fault]:
    """Forms of the wiring that publish where their deletion does not reach, for `hub check`."""
    for name, wiring in reading.topology.connectors.items():
        if connector := fleet().get(name):
            try:
                check_form(connector.contract, wiring)
            except FormLeaks as leak:
                yield reading.marked.at("connectors", name, "publishes").fault(str(leak))


def delete_form(contract: Contract, bootstrap: str, topic: str, keys: Keys, now: int) -> FormDeleted:
    """Delete what is kept of a form that is over, and say so; `topic` is that of its rows, on the cluster.

    Again it deletes what has come meanwhile. Raises KafkaAway, and OSError where a key cannot be deleted.
    """
    if contract.expires_at is None or now < contract.expires_at:
        raise ValueError(f"{contract.system} is no form that is over")
    rows = delete_records(bootstrap, topic)
    names = [f"{use}.{contract.system}" for use in (QUARANTINED, SEALED_ROWS)]
    destroyed = tuple(name for name in names if keys.destroy(name))
    return FormDeleted(
        **of_system(contract.system, SOURCE, "deleted", now),
        digest=digest(contract),
        expired_at=contract.expires_at,
        rows=rows,
        keys=destroyed,
    )
