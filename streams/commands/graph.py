"""`hub graph`: the data flow as a Mermaid picture."""

from pathlib import Path
from typing import Annotated

import typer

from streams.commands.cluster import WRONG_USE, end, topology_or_end
from streams.picture import NoPlaceForPicture, draw, write_into


def graph(
    write: Annotated[Path | None, typer.Option(help="Put the picture between the markers of this file.")] = None,
) -> None:
    """Print the data flow of topology.yaml as a Mermaid picture."""
    picture = draw(topology_or_end())
    if write is None:
        typer.echo(picture, nl=False)
        return
    try:
        write_into(write, picture)
    except (NoPlaceForPicture, OSError) as error:
        end(f"{write}: {error}", WRONG_USE)
