"""Which cluster a command speaks to: HUB_KAFKA, else that of the embedded hub that runs on the data folder."""

import os
from collections.abc import Collection
from typing import NoReturn

import typer

from streams.embedded.home import default_home
from streams.embedded.running import running_hub
from streams.marked.form import did_you_mean
from streams.topology import Topology, TopologyErrors, load_topology

FINDING, WRONG_USE = 1, 2


def bootstrap_servers() -> str:
    """Addresses of Kafka; ends the command where there are none."""
    if named := os.environ.get("HUB_KAFKA"):
        return named
    running = running_hub(default_home())
    if running is None:
        end(
            "HUB_KAFKA is missing: it takes the addresses of Kafka, host:port, parted by commas; "
            f"and no hub runs on {default_home()}",
            WRONG_USE,
        )
    return running.kafka


def topology_or_end() -> Topology:
    """The topology; ends the command with every error where it is broken."""
    try:
        return load_topology()
    except TopologyErrors as error:
        end(str(error), FINDING)


def check_known(what: str, given: str, known: Collection[str]) -> None:
    """End the command where a filter names what cannot be: an empty list would look like a quiet city."""
    if given and given not in known:
        end(f"there is no {what} {given!r}{did_you_mean(given, known)}", WRONG_USE)


def end(text: str, code: int) -> NoReturn:
    """Say why on standard error and end with the exit code."""
    typer.echo(text, err=True)
    raise typer.Exit(code)
