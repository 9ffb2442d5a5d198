"""Anchors: where all chains ended, once a day in a folder outside Kafka, each naming the SM3 of the one before.

An anchor is one file, `anchor-<number>.json`, written whole or not at all and never again. Whoever can write all of
Kafka can make every chain whole again, but not the anchors of a folder that they cannot write.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import new
from pathlib import Path
from typing import Any

from streams.rules.receipt_chain import ChainHead

FORMAT_VERSION = 1
NAME = re.compile(r"anchor-(\d{8,})\.json")


class AnchorsFaulty(Exception):
    """The folder's anchors are not what was written, or cannot be read; the text is one line for the operator."""


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """One anchor: `number` counts from 1, `previous` is the SM3 of the file before it ('' in the first).

    `positions` are where reading goes on in each partition of the topic; `anchored_at` is in milliseconds.
    """

    number: int
    previous: str
    anchored_at: int
    heads: tuple[ChainHead, ...]
    positions: Mapping[int, int]


@dataclass(frozen=True)
class Anchors:
    """All anchors of a folder, in order; `digest` is the SM3 of the last file ('' where there is none)."""

    anchors: tuple[Anchor, ...]
    digest: str

    @property
    def last(self) -> Anchor | None:
        return self.anchors[-1] if self.anchors else None

    @property
    def heads(self) -> list[ChainHead]:
        """Every head that was ever anchored."""
        return [head for anchor in self.anchors for head in anchor.heads]


def read_anchors(folder: Path) -> Anchors:
    """The anchors of a folder, none where there is no folder; AnchorsFaulty where one is changed or missing."""
    anchors: list[Anchor] = []
    previous = ""
    try:
        for number, path in sorted(_files(folder)):
            data = path.read_bytes()
            anchor = _anchor(path.name, data)
            if (number, anchor.number) != (len(anchors) + 1, number):
                raise AnchorsFaulty(f"anchor {len(anchors) + 1} is missing in {folder}: {path.name} comes next")
            if anchor.previous != previous:
                raise AnchorsFaulty(f"{path.name} in {folder} does not name the anchor before it: one was changed")
            anchors.append(anchor)
            previous = new("sm3", data).hexdigest()
    except OSError as error:
        raise AnchorsFaulty(f"{folder} cannot be read: {error.strerror}") from error
    return Anchors(tuple(anchors), previous)


def write_anchor(
    folder: Path, before: Anchors, heads: Sequence[ChainHead], positions: Mapping[int, int], anchored_at: int
) -> Anchors:
    """Write the next anchor; the folder as it is then. OSError; FileExistsError where somebody else has written it."""
    anchor = Anchor(
        number=len(before.anchors) + 1,
        previous=before.digest,
        anchored_at=anchored_at,
        heads=tuple(heads),
        positions=dict(positions),
    )
    data = (json.dumps({"version": FORMAT_VERSION, **asdict(anchor)}, ensure_ascii=False, indent=1) + "\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    _write_whole(folder, f"anchor-{anchor.number:08}.json", data)
    return Anchors((*before.anchors, anchor), new("sm3", data).hexdigest())


def _write_whole(folder: Path, name: str, data: bytes) -> None:
    unfinished = folder / f".{name}.{os.getpid()}"
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o444), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a move, fails where the name is taken.
        os.link(unfinished, folder / name)
    finally:
        unfinished.unlink(missing_ok=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _files(folder: Path) -> list[tuple[int, Path]]:
    if not folder.exists():
        return []
    return [(int(found[1]), path) for path in folder.iterdir() if (found := NAME.fullmatch(path.name))]


def _anchor(name: str, data: bytes) -> Anchor:
    try:
        said: dict[str, Any] = json.loads(data)
        if said.pop("version") != FORMAT_VERSION:
            raise AnchorsFaulty(f"{name} is of another version")
        heads = tuple(ChainHead(**head) for head in said.pop("heads"))
        positions = {int(partition): int(offset) for partition, offset in said.pop("positions").items()}
        return Anchor(heads=heads, positions=positions, **said)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AnchorsFaulty(f"{name} is no anchor: it was changed") from error
