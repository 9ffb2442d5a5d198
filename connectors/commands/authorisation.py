"""`hub sources authorise|suspend|revoke`: signed decisions on a system's authorisation, written to the sources log."""

import json

import typer

from connectors.commands.decisions import AsJson, By, Reason, System, append_decision
from connectors.meanings.envelope import of_system
from connectors.publisher import wall_clock
from connectors.systems import fleet
from connectors.vocabulary import AUTHORISATIONS
from streams.codec import Codec
from streams.commands.cluster import WRONG_USE, check_known, end, topology_or_end
from streams.facts.sources import AuthorisationDecided, Decision

SOURCE = "authorisation"


def authorise(system: System, *, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """Let the hub take the system's rows; its connector goes on where it stopped."""
    _decide(system, "authorised", by, reason, as_json=as_json)


def suspend(system: System, *, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """Stop taking the system's rows at once, until it is authorised again."""
    _decide(system, "suspended", by, reason, as_json=as_json)


def revoke(system: System, *, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """Stop taking the system's rows at once: its agreement has ended."""
    _decide(system, "revoked", by, reason, as_json=as_json)


def _decide(system: str, authorisation: Decision, by: str, reason: str, *, as_json: bool) -> None:
    topology = topology_or_end()
    check_known("system", system, topology.connectors)
    if not system or not by.strip() or not reason.strip():
        end("a decision names the system, who signed it (--by) and why (--reason)", WRONG_USE)
    decided = AuthorisationDecided(
        **of_system(system, SOURCE, SOURCE, wall_clock()),
        authorisation=authorisation,
        agreement_no=fleet()[system].contract.agreement_no,
        by=by.strip(),
        reason=reason.strip(),
    )
    offset = append_decision(topology, Codec.load(), decided)
    if as_json:
        said = {"system": system, "authorisation": authorisation, "agreement_no": decided.agreement_no}
        typer.echo(json.dumps({**said, "id": decided.id, "offset": offset}, ensure_ascii=False))
    else:
        typer.echo(f"{system}({decided.agreement_no}):{AUTHORISATIONS[authorisation]},由{decided.by}决定")
