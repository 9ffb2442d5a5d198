"""What the hub that runs on a data folder says of itself, for commands in other terminals."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Running:
    """Where the parts of a running hub listen: Kafka as host:port, the others as URLs."""

    kafka: str
    redis: str
    gateway: str
    wall: str


@contextmanager
def announced(root: Path, running: Running) -> Iterator[None]:
    """Within the block `running_hub` finds it. Left behind by a killed hub, an announcement counts no more."""
    path = _path(root)
    draft = path.with_suffix(".new")
    with draft.open("w") as announcement:
        # Held before anybody can see it, and let go with the process, however that ends.
        fcntl.flock(announcement, fcntl.LOCK_EX)
        announcement.write(json.dumps(asdict(running), indent=1) + "\n")
        announcement.flush()
        draft.replace(path)
        yield


def running_hub(root: Path) -> Running | None:
    """The hub that has announced itself on this data folder and still runs, None where there is none.

    The folder's own lock is left alone: a hub that starts in this very moment must not find it taken.
    """
    try:
        with _path(root).open("rb") as announcement:
            try:
                fcntl.flock(announcement, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Running(**json.load(announcement))
    except (OSError, ValueError, TypeError):
        return None
    return None


def _path(root: Path) -> Path:
    return root / "run" / "hub.json"
