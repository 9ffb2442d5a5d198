"""What a peer is told: one JSON object on its command line. Standard library only."""

import json
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Job:
    """Read the topic `readings` from its beginning as `group`, publish to `profiles`, until SIGTERM.

    `changelog` is there for engines that let one name it; `folder` is the process's own.
    """

    bootstrap: str
    group: str
    readings: str
    profiles: str
    changelog: str
    partitions: int
    folder: str

    def argument(self) -> str:
        return json.dumps(asdict(self))


def job_of_this_process() -> Job:
    """The job on the command line, which is then taken from it."""
    return Job(**json.loads(sys.argv.pop()))
