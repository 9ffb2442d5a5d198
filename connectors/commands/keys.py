"""`hub sources rotate-key`: a new key for a department that pushes; the old one goes on for a while."""

import math
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from connectors.commands.decisions import By, Reason, System, append_decision
from connectors.meanings.envelope import of_system
from connectors.new_secrets import new_key, write_secret
from connectors.publisher import wall_clock
from connectors.runner import PUSHED
from connectors.signatures import with_new_key
from connectors.times import to_rfc3339
from streams.codec import Codec
from streams.commands.cluster import FINDING, WRONG_USE, check_known, end, topology_or_end
from streams.embedded.home import secrets_folder
from streams.facts.sources import KeyRotated
from streams.secrecy.secret_store import PREFIX, SecretMissing, SecretStore
from streams.topology import Topology

OVERLAP_DAYS = 7.0
SOURCE = "keys"


def rotate_key(
    system: System,
    *,
    by: By,
    reason: Reason,
    overlap_days: Annotated[float, typer.Option(min=0, max=90, help="How long the old key goes on; 0: not at all.")] = (
        OVERLAP_DAYS
    ),
    out: Annotated[Path | None, typer.Option(help="A new file for the new key alone, to be handed over.")] = None,
) -> None:
    """Make a new key for a department that pushes. It counts at once; the old one is refused after the overlap.

    Who signed it is written down first: no key changes unseen, and while Kafka is away no key opens anything.
    """
    topology = topology_or_end()
    name = _secret_of(system, topology)
    if not by.strip() or not reason.strip():
        end("a new key names who signed for it (--by) and why (--reason)", WRONG_USE)
    if out is not None and out.exists():
        end(f"{out} is there already: a key is written to a new file only", WRONG_USE)
    folder = secrets_folder()
    try:
        secret = SecretStore(folder).read(name)
    except SecretMissing as error:
        end(f"{error}; HUB_SECRETS names the folder of the secrets", FINDING)
    key, now, overlap_seconds = new_key(), wall_clock(), timedelta(days=overlap_days).total_seconds()
    old_until_at = math.floor(now / 1000 + overlap_seconds) * 1000
    rotated = KeyRotated(
        **of_system(system, SOURCE, "key_rotated", now), by=by.strip(), reason=reason.strip(), old_until_at=old_until_at
    )
    append_decision(topology, Codec.load(), rotated)
    try:
        if out is not None:
            write_secret(out, key)
        write_secret(folder / name, with_new_key(secret, key, now / 1000, overlap_seconds))
    except OSError as error:
        end(f"{error}: the key is the old one, though the log tells of a new one; repeat the command", FINDING)
    end_of_old = to_rfc3339(old_until_at)
    typer.echo(f"{system}:新密钥已生效,写在 {folder / name} 第一行;旧密钥有效至 {end_of_old},由{rotated.by}决定")


def _secret_of(system: str, topology: Topology) -> str:
    """The name of the secret with the keys of a system; ends the command where it has none."""
    check_known("system", system, topology.connectors)
    wiring = topology.connectors.get(system)
    if wiring is None or wiring.reader not in PUSHED:
        end(f"{system or 'no system'} does not push: it signs nothing with a key of the hub's", WRONG_USE)
    return str(wiring.settings["key"]).removeprefix(PREFIX)
