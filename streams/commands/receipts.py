"""`hub person receipts|verify`: who did what with what the hub knows of persons, and whether that is all of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from streams.codec import Codec
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, end, topology_or_end
from streams.commands.incident import AsJson, city_names
from streams.commands.moments import instant_or_end
from streams.commands.receipt_words import (
    FAULTS,
    print_chains,
    print_receipts,
    print_unusual,
    receipt_as_json,
    unusual_as_json,
)
from streams.commands.words import as_json_object
from streams.embedded.home import anchors_folder
from streams.facts.audit import Receipt
from streams.receipts.anchors import Anchors, AnchorsFaulty, read_anchors
from streams.receipts.exporting import write_export
from streams.receipts.limits import reading_limits
from streams.receipts.reading import ReceiptTopic
from streams.rules.chain_check import ChainChecks, ChainFault
from streams.rules.unusual_reading import unusual_readings
from streams.topic_reader import NotReadable
from streams.topology import Topology

ANY = ""
EARLIEST, LATEST = "1992-01-01", "2199-12-31"


class Wanted(NamedTuple):
    """Which receipts are listed: all of these, from an instant on and before another (milliseconds)."""

    token: str
    case: str
    officer: str
    from_at: int
    until_at: int

    def fits(self, receipt: Receipt) -> bool:
        return (
            self.token in (ANY, receipt.token)
            and self.case in (ANY, receipt.case_no)
            and self.officer in (ANY, receipt.actor_officer, receipt.second)
            and self.from_at <= receipt.happened_at < self.until_at
        )


def receipts(  # noqa: PLR0913 - each is an option of the command line
    *,
    token: Annotated[str, typer.Option(help="Only those about this person's token.")] = ANY,
    case: Annotated[str, typer.Option(help="Only those for this matter.")] = ANY,
    officer: Annotated[str, typer.Option(help="Only those of this officer, also as the second person.")] = ANY,
    since: Annotated[str, typer.Option("--from", help="Only from this moment on, like 2026-11-22T18:00.")] = ANY,
    until: Annotated[str, typer.Option(help="Only before this moment.")] = ANY,
    unusual: Annotated[
        bool, typer.Option("--unusual", help="What of these somebody should ask about (exit code 1 if anything).")
    ] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write all receipts into a new file, for ops/audit/verify_receipts.py.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List receipts (留痕): who did what, for which purpose and case, with which result; oldest first."""
    topology = topology_or_end()
    if export is not None:
        if unusual or any((token, case, officer, since, until)):
            end("--export writes all receipts: only whole chains can be verified", WRONG_USE)
        _export(export, topology, as_json=as_json)
        return
    from_at, until_at = instant_or_end(since or EARLIEST), instant_or_end(until or LATEST)
    wanted = Wanted(token, case, officer, from_at, until_at)
    found = [one for one in _read(topology) if wanted.fits(one)]
    found.sort(key=lambda one: (one.happened_at, one.chain, one.number))
    if unusual:
        _say_unusual(found, topology, as_json=as_json)
    elif as_json:
        typer.echo(json.dumps({"receipts": [receipt_as_json(one) for one in found]}, ensure_ascii=False))
    else:
        print_receipts(found, city_names(topology).units)
        typer.echo(f"共 {len(found)} 条")


def verify(
    *,
    anchors: Annotated[
        Path | None, typer.Option(help="Folder of the anchors (锚点); else HUB_ANCHORS, else that of the data folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify every chain of receipts from its first number on, and that it holds all that was ever anchored."""
    folder = anchors or anchors_folder()
    if anchors is not None and not anchors.is_dir():
        end(f"there is no folder {anchors}", WRONG_USE)
    topology = topology_or_end()
    seen, anchor_fault = _anchors(folder)
    checks = ChainChecks()
    strange: list[ChainFault] = []
    for one in _read(topology, strange):
        checks.hear(one)
    broken = checks.end(seen.heads)
    faults = [*strange, *broken]
    chains = [check for _, check in sorted(checks.chains.items())]
    if as_json:
        told = {
            "receipts": checks.receipts,
            "heads": [as_json_object(head) for head in checks.heads()],
            "faults": [fault._asdict() for fault in faults],
            "anchors": len(seen.anchors),
            "last_anchor_digest": seen.digest,
            "anchor_fault": anchor_fault,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        print_chains(chains, strange)
        typer.echo(f"锚点 {len(seen.anchors)} 个({folder}),{anchor_fault or '完整'},末个摘要 {seen.digest or '无'}")
        told_kinds = "、".join(sorted({FAULTS[fault.kind] for fault in faults}))
        typer.echo(
            f"共 {checks.receipts} 条留痕,{len(chains)} 条链,有问题的 {len(broken)} 条{told_kinds and ':'}{told_kinds}"
        )
    if faults or anchor_fault:
        raise typer.Exit(FINDING)


def _read(topology: Topology, strange: list[ChainFault] | None = None) -> Iterator[Receipt]:
    """Every receipt; ends the command where they cannot be read. What is none goes to `strange`, or is only told."""
    passed_over = 0
    try:
        for placed in ReceiptTopic(bootstrap_servers(), topology, Codec.load()).read():
            if placed.receipt is not None:
                yield placed.receipt
            elif strange is not None and placed.strange is not None:
                strange.append(placed.strange)
            else:
                passed_over += 1
    except NotReadable as error:
        end(str(error), FINDING)
    if passed_over:
        typer.echo(f"{passed_over} records are no receipts: `hub person verify` names them", err=True)


def _export(path: Path, topology: Topology, *, as_json: bool) -> None:
    try:
        written = write_export(path, _read(topology))
    except FileExistsError:
        end(f"{path} is there already: an export is written into a new file", WRONG_USE)
    except OSError as error:
        end(f"{path} cannot be written: {error.strerror}", WRONG_USE)
    if as_json:
        typer.echo(json.dumps({"file": str(path), "receipts": written}, ensure_ascii=False))
    else:
        typer.echo(f"已写出 {written} 条留痕: {path}")


def _say_unusual(found: list[Receipt], topology: Topology, *, as_json: bool) -> None:
    findings = unusual_readings(found, reading_limits(topology.receipts))
    if as_json:
        typer.echo(json.dumps({"unusual": [unusual_as_json(one) for one in findings]}, ensure_ascii=False))
    else:
        print_unusual(findings, city_names(topology).units)
        typer.echo(f"共 {len(findings)} 处,须由人核问")
    if findings:
        raise typer.Exit(FINDING)


def _anchors(folder: Path) -> tuple[Anchors, str]:
    """The anchors of a folder and what is wrong with them; those of a faulty folder prove nothing."""
    try:
        return read_anchors(folder), ""
    except AnchorsFaulty as error:
        return Anchors((), ""), str(error)
