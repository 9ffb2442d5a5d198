"""`hub` as an operator types it, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

HUB = Path(sys.executable).with_name("hub")
COMMAND_SECONDS = 180.0

Completed = subprocess.CompletedProcess[str]


def surroundings(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a command over a data folder; of the hub's variables only those given here."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return {**inherited, "HUB_HOME": str(home), **variables}


def hub(home: Path, *arguments: str, **variables: str) -> Completed:
    """Run a command to its end."""
    return subprocess.run(
        [HUB, *arguments],
        env=surroundings(home, **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
    )
