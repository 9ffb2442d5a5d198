"""What commands on rules are about: the city's files, with every error in them, and the rules published last."""

from pathlib import Path
from typing import Annotated

import typer

from streams.cities.city import CITIES, City, CityFaults, read_city
from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.published_rules import PublishedReader, PublishedRules
from streams.rules_publication import NotPublished
from streams.topology import Topology

CityFolder = Annotated[Path | None, typer.Option("--city", help="Folder of the city; default: the topology's city.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def city_or_end(folder: Path | None, topology: Topology | None = None) -> City:
    """The city in a folder, without one the topology's; ends the command with every error of its files."""
    try:
        return read_city(folder or CITIES / (topology or topology_or_end()).city)
    except CityFaults as error:
        end(str(error), FINDING)


def published_or_end(topology: Topology, codec: Codec) -> PublishedRules:
    """The rules published last; ends the command where there are none or the logs cannot be read."""
    try:
        published = PublishedReader(bootstrap_servers(), topology, codec).read()
    except NotPublished as error:
        end(f"cannot be read: {error}", FINDING)
    return published or end("no rules are published yet: `hub rules publish` writes them", FINDING)
