"""`hub contract approve|release`: who says that rows may be taken under a changed contract, and from when."""

import json
from pathlib import Path
from typing import Annotated

import typer

from connectors.commands.contract_file import connector_in
from connectors.commands.decisions import AsJson, By, Reason, System, append_decision
from connectors.contract import Contract
from connectors.contract_digest import digest, shortened
from connectors.meanings.envelope import of_system
from connectors.publisher import wall_clock
from connectors.released_contracts import LOCK, LockBroken, release
from connectors.row_schema import incompatibilities, schema_name
from connectors.systems import fleet
from connectors.times import from_rfc3339, to_rfc3339
from streams.codec import Codec
from streams.commands.cluster import FINDING, WRONG_USE, check_known, end, topology_or_end
from streams.facts.sources import ContractApproved

SOURCE = "contract"


def approve(
    system: System,
    *,
    by: By,
    reason: Reason,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Another connectors/systems/<system>.py than the one here."),
    ] = None,
    effective_at: Annotated[
        str, typer.Option(help="From when rows may be taken under it, 2026-12-01T00:00:00+08:00; else at once.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Let rows be taken under a changed contract, from an instant on; which one is known by its digest."""
    topology = topology_or_end()
    check_known("system", system, sorted(topology.connectors.keys() & fleet().keys()))
    if not by.strip() or not reason.strip():
        end("an approval names who signed it (--by) and why (--reason)", WRONG_USE)
    codec = Codec.load()
    approved = _approved(_contract(system, file, codec), _instant(effective_at), by.strip(), reason.strip())
    offset = append_decision(topology, codec, approved)
    begins, short = to_rfc3339(approved.effective_at), shortened(approved.digest)
    if as_json:
        said = {"system": system, "digest": approved.digest, "effective_at": begins, "id": approved.id}
        typer.echo(json.dumps({**said, "agreement_no": approved.agreement_no, "offset": offset}, ensure_ascii=False))
    else:
        typer.echo(f"{system}({approved.agreement_no}):契约 {short} 已由{approved.by}批准,自 {begins} 生效")


def release_contracts(*, as_json: AsJson = False) -> None:
    """Write `connectors/contracts.lock`: the contracts as they stand here count as approved wherever they are run."""
    try:
        changed = release()
    except LockBroken as error:
        end(str(error), WRONG_USE)
    if as_json:
        typer.echo(json.dumps({"released": changed}, ensure_ascii=False))
    else:
        typer.echo(f"connectors/{LOCK}: {', '.join(changed) or 'nothing has changed'}")


def _contract(system: str, file: Path | None, codec: Codec) -> Contract:
    if file is None:
        return fleet()[system].contract
    contract = connector_in(file).contract
    if contract.system != system:
        end(f"{file} is the contract of {contract.system}, not of {system}", WRONG_USE)
    if faults := incompatibilities(contract, codec.schemas[schema_name(system)].definition):
        end("\n".join((*faults, "such a contract needs a new version of its schema")), FINDING)
    return contract


def _approved(contract: Contract, effective_at: int, by: str, reason: str) -> ContractApproved:
    return ContractApproved(
        **of_system(contract.system, SOURCE, SOURCE, wall_clock()),
        digest=digest(contract),
        effective_at=effective_at,
        agreement_no=contract.agreement_no,
        by=by,
        reason=reason,
    )


def _instant(text: str) -> int:
    now = wall_clock()
    if not text:
        return now
    try:
        instant = from_rfc3339(text)
    except ValueError as error:
        end(f"--effective-at: {error}", WRONG_USE)
    if instant < now:
        end("--effective-at has passed: what was taken until now was taken under another contract", WRONG_USE)
    return instant
