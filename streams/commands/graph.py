"""`hub graph`: the data flow as a Mermaid picture."""

from pathlib import Path
from typing import Annotated

import typer

from streams.picture import NoPlaceForPicture, draw, write_into
from streams.topology import TopologyErrors, load_topology

FINDING, WRONG_USE = 1, 2


def graph(
    write: Annotated[Path | None, typer.Option(help="Put the picture between the markers of this file.")] = None,
) -> None:
    """Print the data flow of topology.yaml as a Mermaid picture."""
    try:
        picture = draw(load_topology())
    except TopologyErrors as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FINDING) from error
    if write is None:
        typer.echo(picture, nl=False)
        return
    try:
        write_into(write, picture)
    except (NoPlaceForPicture, OSError) as error:
        typer.echo(f"{write}: {error}", err=True)
        raise typer.Exit(WRONG_USE) from error
