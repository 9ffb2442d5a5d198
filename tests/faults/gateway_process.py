"""`python -m tests.faults.gateway_process`: the front door in simulated time.

Its clock is the file `now` in HUB_HOME: an instant in milliseconds, which another process writes there.
"""

import os
import sys
from pathlib import Path

from connectors import gateway

NOW = "now"


def told_clock() -> int:
    return int((Path(os.environ["HUB_HOME"]) / NOW).read_text(encoding="ascii"))


if __name__ == "__main__":
    gateway.wall_clock = told_clock  # type: ignore[attr-defined]
    sys.exit(gateway.main())
