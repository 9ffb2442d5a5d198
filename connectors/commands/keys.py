"""`hub sources rotate-key`: a new key for a department that pushes; the old one goes on for a while."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from connectors.new_secrets import new_key, write_secret
from connectors.runner import PUSHED
from connectors.signatures import with_new_key
from connectors.times import to_rfc3339
from streams.commands.cluster import FINDING, WRONG_USE, check_known, end, topology_or_end
from streams.embedded.home import secrets_folder
from streams.secrecy.secret_store import PREFIX, SecretMissing, SecretStore

OVERLAP_DAYS = 7.0


def rotate_key(
    system: Annotated[str, typer.Argument(help="Code of the system, as `hub sources` shows it.")],
    *,
    overlap_days: Annotated[float, typer.Option(min=0, max=90, help="How long the old key goes on; 0: not at all.")] = (
        OVERLAP_DAYS
    ),
    out: Annotated[Path | None, typer.Option(help="A new file for the new key alone, to be handed over.")] = None,
) -> None:
    """Make a new key for a department that pushes. It counts at once; the old one is refused after the overlap."""
    topology = topology_or_end()
    check_known("system", system, topology.connectors)
    wiring = topology.connectors.get(system)
    if wiring is None or wiring.reader not in PUSHED:
        end(f"{system or 'no system'} does not push: it signs nothing with a key of the hub's", WRONG_USE)
    if out is not None and out.exists():
        end(f"{out} is there already: a key is written to a new file only", WRONG_USE)
    folder = secrets_folder()
    name = str(wiring.settings["key"]).removeprefix(PREFIX)
    key, now, overlap_seconds = new_key(), time.time(), timedelta(days=overlap_days).total_seconds()
    try:
        secret = SecretStore(folder).read(name)
        if out is not None:
            write_secret(out, key)
        write_secret(folder / name, with_new_key(secret, key, now, overlap_seconds))
    except (SecretMissing, OSError) as error:
        end(f"{error}; HUB_SECRETS names the folder of the secrets", FINDING)
    end_of_old = to_rfc3339(round((now + overlap_seconds) * 1000))
    typer.echo(f"{system}:新密钥已生效,写在 {folder / name} 第一行;旧密钥有效至 {end_of_old}")
