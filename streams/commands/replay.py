"""`hub replay PROCESSOR`: a processor's log into a shadow, compared with what it has published."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from streams.codec import Codec
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, end, topology_or_end
from streams.embedded.home import default_home, keys_folder
from streams.engine.audit import keep_cuts
from streams.engine.cuts import CutDamaged, CutNotWritten, latest_cuts, write_cut
from streams.engine.entries import TableDifference, WorkersAtWork
from streams.engine.garbage import calm_garbage_collector
from streams.engine.reading import RecordsDamaged
from streams.engine.replay import NotRepaired, NotReplayable, Replay, Report
from streams.engine.shadow import Difference
from streams.engine.versions import versions_of
from streams.engine.worker import load_processor
from streams.kafka import KafkaException
from streams.secrecy.person_key_store import PersonKeyStore
from streams.topology import Audit, Topology

SHOWN = 20


def replay(
    processor: Annotated[str, typer.Argument(help="A processor of topology.yaml.")],
    *,
    from_cut: Annotated[bool, typer.Option(help="Begin at the newest stored cut of each partition.")] = False,
    write_cuts: Annotated[bool, typer.Option(help="Store a cut where the replay ends, if nothing differs.")] = False,
    repair: Annotated[bool, typer.Option(help="Publish missing outputs again, under their ids.")] = False,
    repair_tables: Annotated[
        bool, typer.Option(help="Write wrong entries of the changelog anew; its workers must be stopped.")
    ] = False,
    as_audit: Annotated[
        bool,
        typer.Option("--audit", help="As workers do on their own: from the newest cut, repair, keep a cut once a day."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Replay a processor's log without effect on the world and compare; exit code 1 if anything differs."""
    topology = topology_or_end()
    if processor not in topology.processors:
        end(f"no processor {processor}: topology.yaml has {', '.join(topology.processors)}", WRONG_USE)
    if as_audit and (from_cut or write_cuts or repair or repair_tables):
        end("--audit does all that the other options say", WRONG_USE)
    bootstrap, folder = bootstrap_servers(), default_home() / "cuts"
    replaying = _replay_of(topology, processor, bootstrap)
    try:
        cuts = latest_cuts(folder, processor) if from_cut or as_audit else None
        report = (
            replaying.audit(cuts or {}) if as_audit else replaying.run(cuts, repair=repair, repair_tables=repair_tables)
        )
    except (NotReplayable, NotRepaired, WorkersAtWork, CutDamaged, RecordsDamaged) as error:
        end(f"not replayed: {error}", FINDING)
    except KafkaException as error:
        end(f"Kafka at {bootstrap} does not answer: {error.args[0].str()}", FINDING)
    cut_failure = _keep_cuts(report, folder, topology.audit if as_audit else None, asked=write_cuts)
    print_json(report, cut_failure) if as_json else print_table(report)
    if cut_failure is not None:
        end(cut_failure, FINDING)
    raise typer.Exit(0 if report.is_equal else FINDING)


def _replay_of(topology: Topology, processor: str, bootstrap: str) -> Replay:
    wiring = topology.processors[processor]
    code = load_processor(wiring)
    persons = PersonKeyStore(keys_folder(), create=False, renews=False)
    replaying = Replay(topology, code, versions_of(code, wiring), Codec.load(persons=persons), bootstrap)
    calm_garbage_collector()
    return replaying


def _keep_cuts(report: Report, folder: Path, audit: Audit | None, *, asked: bool) -> str | None:
    """Keep the cuts that an audit keeps, or all where that was asked for and nothing differs; why it failed.

    Where other code has applied a part of the log, the tables made here need not be the owner's: no cut of those.
    """
    if asked and not report.is_of_one_version:
        return "no cut written: code of another version has applied a part of the log"
    try:
        if audit is not None:
            keep_cuts(report, folder, audit, datetime.now(UTC))
        for cut in report.cuts if asked and report.is_equal else ():
            typer.echo(f"cut written: {write_cut(folder, report.processor, cut)}", err=True)
    except (CutNotWritten, OSError) as error:
        return str(error)
    return None


def print_json(report: Report, cut_failure: str | None) -> None:
    """The report as one JSON object; `cut_failure` says why a cut that was due is not kept."""
    spans = [asdict(span) for span in report.spans]
    adopted = sorted(report.adopted)
    tables = [{**asdict(one), "entries": one.entries} for one in report.tables]
    found = {"processor": report.processor, "spans": spans, "repaired": report.repaired, "adopted": adopted}
    found |= {"tables": tables, "tables_not_judged": sorted(report.not_judged), "rewritten": report.rewritten}
    typer.echo(json.dumps({**found, "cut_failure": cut_failure}, ensure_ascii=False))


def print_table(report: Report) -> None:
    """The report for a person: a row a span, then the first differences."""
    console = Console()
    table = Table("partition", "from", "code", "configuration", "records", "outputs", "missing", "changed", "set apart")
    for span in report.spans:
        counts = [sum(one.kind == kind for one in span.differences) for kind in ("missing", "changed")]
        numbers = (span.records, span.outputs, *counts, span.set_apart)
        code = span.code if span.is_current else f"{span.code} (another version)"
        table.add_row(str(span.partition), str(span.first_offset), code, span.configuration, *map(str, numbers))
    console.print(table)
    for line in _lines(report.differences):
        console.print(line)
    if unreadable := sum(span.unreadable for span in report.spans):
        console.print(f"records of persons whose key was destroyed: {unreadable}; what came of them is set apart")
    if report.tables:
        console.print(_tables(report.tables))
    if report.adopted:
        console.print(f"begun anew from the tables as they stand: partitions {sorted(report.adopted)}")
    if report.repaired:
        console.print(f"published again: {report.repaired}")
    if report.rewritten:
        console.print(f"entries written anew: {report.rewritten}")
    if report.not_judged:
        console.print(
            f"tables not compared (other code, amid due moments, or keys destroyed): {sorted(report.not_judged)}"
        )


def _tables(found: Iterable[TableDifference]) -> Table:
    """The entries that are wrong on the changelog: a row a table of a partition."""
    table = Table("partition", "table", "entries missing", "too many", "changed")
    for one in found:
        table.add_row(str(one.partition), one.table, str(one.missing), str(one.surplus), str(one.changed))
    return table


def _lines(differences: Iterable[Difference]) -> list[str]:
    found = list(differences)
    lines = [
        f"{one.kind}: {one.topic} {one.key} {one.identity} caused at {one.partition}@{one.offset}" for one in found
    ]
    rest = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return lines[:SHOWN] + rest
