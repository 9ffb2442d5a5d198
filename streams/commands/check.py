"""`hub check`: everything that is wrong with topology, schemas and the code they name, with file and line.

Packages add checks of their own as entry points of the group `hub.checks`; what these find keeps no hub from starting.
"""

import json
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from streams.checks.every import every_fault
from streams.checks.released import release
from streams.commands.cluster import FINDING, WRONG_USE, end
from streams.marked.yaml_file import Fault
from streams.topology import TOPOLOGY, read_topology

CHECKS = "hub.checks"


def check(
    topology: Annotated[Path, typer.Argument(help="The topology file; what it names stands beside it.")] = TOPOLOGY,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    publish: Annotated[
        bool,
        typer.Option(
            "--release",
            help="If nothing is wrong, release the schemas that are not released yet; they never change again.",
        ),
    ] = False,
) -> None:
    """Show every error of topology, schemas and the code they name, with file and line."""
    if not topology.is_file():
        end(f"there is no {topology}", WRONG_USE)
    faults = [*every_fault(topology.resolve()), *_added(topology.resolve())]
    released = release(topology.resolve().parent / "schemas") if publish and not faults else []
    if as_json:
        typer.echo(json.dumps({"faults": [vars(fault) for fault in faults], "released": released}, ensure_ascii=False))
    else:
        _print(faults, released)
    if faults:
        raise typer.Exit(FINDING)


def _added(topology: Path) -> Iterator[Fault]:
    """What the checks of other packages find."""
    reading = read_topology(topology)
    for check_of in sorted(entry_points(group=CHECKS), key=lambda point: point.name):
        yield from check_of.load()(reading, topology.parent)


def _print(faults: list[Fault], released: list[str]) -> None:
    for fault in faults:
        typer.echo(str(fault).removeprefix(f"{Path.cwd()}/"))
    for name in released:
        typer.echo(f"released {name}")
    typer.echo(f"errors: {len(faults)}" if faults else "no error", err=bool(faults))
