"""`hub rules`: the city's rules, checked, published as facts, shown."""

import json
from pathlib import Path
from typing import Annotated

import typer

from streams.city import CITIES, City, CityFaults, read_city
from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.rules_publication import NotPublished, Rules, content_of
from streams.topology import Topology

rules = typer.Typer(no_args_is_help=True, help="The city's rules: classes, calls, units and calendars.")

CityFolder = Annotated[Path | None, typer.Option("--city", help="Folder of the city; default: the topology's city.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@rules.command()
def check(city: CityFolder = None) -> None:
    """Check every file of the city and show every error with file and line."""
    found = _read(topology_or_end(), city)
    typer.echo(f"{found.name}: {len(found.rules)} rules, {len(found.regions)} regions, no error")


@rules.command()
def publish(city: CityFolder = None, *, as_json: AsJson = False) -> None:
    """Write the city's rules to every partition of the logs they affect, unless they are in force already."""
    topology = topology_or_end()
    found = _read(topology, city)
    try:
        outcome = Rules(bootstrap_servers(), topology, Codec.load()).publish(found)
    except NotPublished as error:
        end(f"not published: {error}", FINDING)
    if as_json:
        typer.echo(json.dumps(vars(outcome)))
    elif outcome.changed:
        typer.echo(f"rules {outcome.version} of {found.name} written: {outcome.records} records")
    else:
        typer.echo(f"rules {outcome.version} of {found.name} are in force already")


@rules.command()
def show(city: CityFolder = None, *, as_json: AsJson = False) -> None:
    """Show which version is in force and whether the city's files say the same."""
    topology, codec = topology_or_end(), Codec.load()
    found = _read(topology, city)
    try:
        published = Rules(bootstrap_servers(), topology, codec).published()
    except NotPublished as error:
        end(f"cannot be read: {error}", FINDING)
    content = content_of(found, codec)
    same = published is not None and published.content == content
    version = published.version if published else None
    if as_json:
        logs = dict(published.logs) if published else {}
        typer.echo(json.dumps({"version": version, "logs": logs, "files": content, "same": same}))
    else:
        typer.echo(f"in force: {version or 'none'}; the files of {found.name} say {'the same' if same else content}")
    if not same:
        raise typer.Exit(FINDING)


def _read(topology: Topology, folder: Path | None) -> City:
    try:
        return read_city(folder or CITIES / topology.city)
    except CityFaults as error:
        end(str(error), FINDING)
