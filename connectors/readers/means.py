"""What readers are opened with, and how; apart from `opening`, which imports every library that some reader needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.contract import Contract, Reader
from streams.secrecy.sealing import Keys
from streams.secrecy.secret_store import SecretStore


@dataclass(frozen=True)
class Means:
    """The hub's own cluster, secrets and keys."""

    bootstrap: str
    secrets: SecretStore
    keys: Keys


class WrongSetting(Exception):
    """A setting of a connector is missing or unknown; the text names it."""


OpenReader = Callable[[str, Contract, Mapping[str, Any], Means], Reader]
"""From a transport, a system's contract and the settings of its connector to its reader."""
