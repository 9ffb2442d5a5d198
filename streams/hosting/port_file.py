"""Where others find the port that a process was given."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_port(path: Path, port: int) -> Iterator[None]:
    """The file holds the port as text as long as this lasts; it appears in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(f"{port}\n")
    draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
