"""`hub run WORKER`: one worker process in the foreground, as Faust's own command starts it."""

import os
import sys
from typing import Annotated

import typer

from streams.topology import TopologyErrors, load_topology

WRONG_USE = 2
FAUST = ("-m", "faust", "--quiet", "--loop", "uvloop", "--app", "streams.app", "worker", "--without-web")


def run(
    worker: Annotated[str, typer.Argument(help="A name under `workers:` in topology.yaml.")] = "hub",
    slot: Annotated[str, typer.Option(help="Tells replicas of one worker apart; each needs its own.")] = "0",
) -> None:
    """Run a worker's processors and agents until it is told to end.

    The environment says where things are: HUB_KAFKA, HUB_REDIS, HUB_HOME, HUB_PORT, HUB_SECRETS, HUB_KEYS.
    """
    try:
        known = load_topology().workers
    except TopologyErrors as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from error
    if worker not in known:
        typer.echo(f"topology.yaml has no worker {worker!r}, only {', '.join(known)}", err=True)
        raise typer.Exit(WRONG_USE)
    os.execve(sys.executable, (sys.executable, *FAUST), {**os.environ, "HUB_WORKER": worker, "HUB_SLOT": slot})
