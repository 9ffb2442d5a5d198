"""A changed contract in a file of its own, before it is what runs."""

import runpy
from pathlib import Path

from connectors.contract import Connector
from streams.commands.cluster import WRONG_USE, end


def connector_in(file: Path) -> Connector:
    """The connector of a file, run without leaving anything beside it; ends the command where there is none."""
    try:
        found = runpy.run_path(str(file)).get("CONNECTOR")
    except Exception as error:  # noqa: BLE001 - whatever stands in the file is its writer's to repair
        end(f"{file} cannot be read: {type(error).__name__}: {error}", WRONG_USE)
    if not isinstance(found, Connector):
        end(f"{file} has no CONNECTOR", WRONG_USE)
    return found
