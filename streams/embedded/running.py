"""What the hub that runs on a data folder says of itself, for commands in other terminals."""

import fcntl
import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Running:
    """Where the parts of a running hub listen: Kafka as host:port, the others as URLs."""

    kafka: str
    redis: str
    gateway: str
    wall: str


def announce_running(root: Path, running: Running) -> None:
    """Write it down for `running_hub`; the file counts only as long as the hub holds its data folder."""
    path = _path(root)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(running), indent=1) + "\n")
    draft.replace(path)


def forget_running(root: Path) -> None:
    """Whoever has just taken the data folder is not what an earlier hub announced."""
    _path(root).unlink(missing_ok=True)


def running_hub(root: Path) -> Running | None:
    """The hub that holds this data folder now and has announced itself, None where there is none."""
    try:
        with (root / "hub.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(_path(root))
    except OSError:
        return None
    return None


def _read(path: Path) -> Running | None:
    try:
        return Running(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _path(root: Path) -> Path:
    return root / "run" / "hub.json"
