"""What the environment says about a process. Nothing else of the stream side reads environment variables for it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from streams.embedded.home import default_home

HOST = "127.0.0.1"


class WrongSurroundings(Exception):
    """A variable is missing or cannot be used; the text names it and says what it takes."""


@dataclass(frozen=True)
class Surroundings:
    """`worker` is a name under `workers:` in `topology.yaml`; `slot` tells replicas of one worker apart.

    `port` 0 lets the system choose; the chosen one is written to `port_path`. `gateway` is the front door's address.
    """

    bootstrap: str
    redis: str
    worker: str
    slot: str
    home: Path
    secrets: Path
    keys: Path
    anchors: Path
    port: int
    gateway: str

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Surroundings":
        """From HUB_KAFKA, _REDIS, _WORKER, _SLOT, _HOME, _SECRETS, _KEYS, _ANCHORS, _PORT and _GATEWAY.

        Raises WrongSurroundings.
        """
        home = Path(variables.get("HUB_HOME") or default_home())
        return cls(
            bootstrap=variables.get("HUB_KAFKA", ""),
            redis=variables.get("HUB_REDIS", ""),
            worker=variables.get("HUB_WORKER") or "hub",
            slot=variables.get("HUB_SLOT") or "0",
            home=home,
            secrets=Path(variables.get("HUB_SECRETS") or home / "secrets"),
            keys=Path(variables.get("HUB_KEYS") or home / "keys"),
            anchors=Path(variables.get("HUB_ANCHORS") or home / "anchors"),
            port=_port(variables.get("HUB_PORT") or "0"),
            gateway=variables.get("HUB_GATEWAY", "").rstrip("/"),
        )

    @property
    def makes_keys(self) -> bool:
        """The embedded hub makes the keys it lacks; a folder of keys elsewhere is somebody else's to fill."""
        return self.keys == self.home / "keys"

    @property
    def port_path(self) -> Path:
        return self.home / "run" / f"{self.worker}.port"


def _port(text: str) -> int:
    if text.isdecimal() and int(text) < 65_536:
        return int(text)
    raise WrongSurroundings(f"HUB_PORT is {text!r}: it takes a number from 0 to 65535, 0 for any free port")
