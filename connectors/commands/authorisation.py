"""`hub sources authorise|suspend|revoke`: signed decisions on a system's authorisation, written to the sources log."""

import json
from typing import Annotated

import typer

from connectors.publisher import wall_clock
from connectors.systems import fleet
from connectors.vocabulary import AUTHORISATIONS
from streams.appending import NotAppended, append
from streams.codec import Codec
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, check_known, end, topology_or_end
from streams.facts.sources import AuthorisationDecided, Decision

LOG = "hub.log.sources.v1"
SOURCE = "authorisation"
WRITE_SECONDS = 10.0

System = Annotated[str, typer.Argument(help="Code of the system, as `hub sources` shows it.")]
By = Annotated[str, typer.Option("--by", help="Who signed the decision.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the record.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


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
    now = wall_clock()
    identity = f"{system}:{SOURCE}:{now}"
    decided = AuthorisationDecided(
        id=identity,
        key=system,
        source=SOURCE,
        trace=identity,
        occurred_at=now,
        system=system,
        authorisation=authorisation,
        agreement_no=fleet()[system].contract.agreement_no,
        by=by.strip(),
        reason=reason.strip(),
    )
    try:
        offset = append(
            bootstrap_servers(), topology.topic_name(LOG), system, Codec.load().encode(decided), WRITE_SECONDS
        )
    except NotAppended as error:
        end(f"not written: {error}", FINDING)
    if as_json:
        said = {"system": system, "authorisation": authorisation, "agreement_no": decided.agreement_no}
        typer.echo(json.dumps({**said, "id": identity, "offset": offset}, ensure_ascii=False))
    else:
        typer.echo(f"{system}({decided.agreement_no}):{AUTHORISATIONS[authorisation]},由{decided.by}决定")
