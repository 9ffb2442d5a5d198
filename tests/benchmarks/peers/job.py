"""What a peer is told: one JSON object on its command line. Standard library only."""

import json
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Job:
    """Read the topic `log` from its beginning as `group`, publish to `views`, until SIGTERM.

    `changelog` is there for engines that let one name it; `folder` is the process's own.
    """

    bootstrap: str
    group: str
    log: str
    views: str
    changelog: str
    partitions: int
    folder: str

    def argument(self) -> str:
        return json.dumps(asdict(self))


def job_of_this_process() -> Job:
    """The job on the command line, which is then taken from it."""
    return Job(**json.loads(sys.argv.pop()))
