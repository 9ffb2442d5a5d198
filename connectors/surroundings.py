"""What the environment says about a process of the connectors. Nothing else of them reads environment variables."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
CITIES = CHECKOUT / "ops" / "cities"


class WrongSurroundings(Exception):
    """A variable is missing or cannot be used; the text names it and says what it takes."""


@dataclass(frozen=True)
class Surroundings:
    """The cluster, and the folders of the hub; `port` 0 lets the system choose where health and metrics are served.

    `pace` is how many times the catalogue's rates the departments speak at: 1, but for simulated ones.
    """

    bootstrap: str
    home: Path
    secrets: Path
    keys: Path
    port: int
    pace: float = 1.0

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Surroundings":
        """From HUB_KAFKA, HUB_HOME, HUB_SECRETS, HUB_KEYS, HUB_PORT, HUB_PACE; WrongSurroundings."""
        bootstrap = variables.get("HUB_KAFKA", "")
        if not bootstrap:
            raise WrongSurroundings("HUB_KAFKA is not set: it takes the bootstrap servers of the hub's Kafka")
        home = Path(variables.get("HUB_HOME") or CHECKOUT / ".hub").absolute()
        return cls(
            bootstrap=bootstrap,
            home=home,
            secrets=Path(variables.get("HUB_SECRETS") or home / "secrets"),
            keys=Path(variables.get("HUB_KEYS") or home / "keys"),
            port=_port(variables.get("HUB_PORT") or "0"),
            pace=_pace(variables.get("HUB_PACE") or "1"),
        )

    @property
    def makes_keys(self) -> bool:
        """The embedded hub makes the keys it lacks; a folder of keys elsewhere is somebody else's to fill."""
        return self.keys == self.home / "keys"


def _port(text: str) -> int:
    if text.isdecimal() and int(text) < 65_536:
        return int(text)
    raise WrongSurroundings(f"HUB_PORT is {text!r}: it takes a number from 0 to 65535, 0 for any free port")


def _pace(text: str) -> float:
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if 0 < pace < math.inf:
        return pace
    raise WrongSurroundings(f"HUB_PACE is {text!r}: it takes a number above 0, 1 where departments speak at their pace")
