"""A folder of anchors: each names the one before, is written whole or not at all, and never again."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.receipts.anchors import Anchors, AnchorsFaulty, read_anchors, write_anchor
from streams.rules.receipt_chain import head_at
from tests.receipts.receipts import MONDAY, some

HEADS = [head_at(some(3, "a")[-1]), head_at(some(2, "b")[-1])]
NONE = Anchors((), "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three anchors."""
    folder = tmp_path / "anchors"
    anchors = NONE
    for number in range(3):
        anchors = write_anchor(folder, anchors, HEADS[:number], {0: number, 1: 0}, MONDAY + number)
    return folder


def change(path: Path, said: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert said in text
    path.chmod(0o644)
    path.write_text(text.replace(said, instead), encoding="utf-8")


def test_what_was_written_is_read_and_each_names_the_one_before(folder: Path) -> None:
    anchors = read_anchors(folder)
    assert [(one.number, one.anchored_at, dict(one.positions)) for one in anchors.anchors] == [
        (1, MONDAY, {0: 0, 1: 0}), (2, MONDAY + 1, {0: 1, 1: 0}), (3, MONDAY + 2, {0: 2, 1: 0}),
    ]  # fmt: skip
    assert anchors.anchors[2].heads == tuple(HEADS[:2])
    assert anchors.heads == [HEADS[0], *HEADS]
    assert anchors.anchors[0].previous == ""
    assert write_anchor(folder, anchors, HEADS, {}, MONDAY + 3).anchors[3].previous == anchors.digest


def test_a_folder_that_is_not_there_has_no_anchors_and_is_made_by_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "far" / "anchors"
    assert read_anchors(folder) == NONE
    assert read_anchors(folder).last is None
    assert write_anchor(folder, NONE, [], {}, MONDAY) == read_anchors(folder)


def test_an_anchor_is_not_written_over(folder: Path) -> None:
    before = (folder / "anchor-00000001.json").read_bytes()
    with pytest.raises(FileExistsError):
        write_anchor(folder, NONE, HEADS, {}, MONDAY + 9)
    assert (folder / "anchor-00000001.json").read_bytes() == before
    assert (folder / "anchor-00000001.json").stat().st_mode & 0o222 == 0
    assert len(list(folder.iterdir())) == 3


def test_an_anchor_that_cannot_be_written_whole_is_not_written_at_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_anchor(folder, read_anchors(folder), HEADS, {}, MONDAY)
    assert sorted(path.name for path in folder.iterdir()) == [f"anchor-0000000{number}.json" for number in (1, 2, 3)]


def test_what_else_lies_in_the_folder_is_left_alone(folder: Path) -> None:
    (folder / ".anchor-00000004.json.77").write_text("half")
    (folder / "README").write_text("copied every night")
    assert len(read_anchors(folder).anchors) == 3


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "the first is gone": (lambda folder: (folder / "anchor-00000001.json").unlink(), "anchor 1 is missing"),
    "one between is gone": (lambda folder: (folder / "anchor-00000002.json").unlink(), "anchor 2 is missing"),
    "one was changed": (
        lambda folder: change(folder / "anchor-00000002.json", f'"number": {HEADS[0].number}', '"number": 1'),
        "anchor-00000003.json in .* does not name the anchor before it",
    ),
    "one has another number inside": (
        lambda folder: change(folder / "anchor-00000003.json", '"number": 3,\n "prev', '"number": 4,\n "prev'),
        "anchor 3 is missing",
    ),
    "one is of another version": (
        lambda folder: change(folder / "anchor-00000003.json", '"version": 1', '"version": 2'),
        "another version",
    ),
    "one is no JSON": (lambda folder: change(folder / "anchor-00000003.json", "{", "["), "is no anchor"),
    "one lacks a field": (
        lambda folder: change(folder / "anchor-00000003.json", '"anchored_at"', '"anchored"'), "is no anchor",
    ),
    "one is a list": (lambda folder: replace_file(folder / "anchor-00000003.json", "[1]"), "is no anchor"),
}  # fmt: skip


def replace_file(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


@pytest.mark.parametrize("case", DAMAGES)
def test_whatever_is_done_to_the_anchors_is_found(folder: Path, case: str) -> None:
    damage, said = DAMAGES[case]
    damage(folder)
    with pytest.raises(AnchorsFaulty, match=said):
        read_anchors(folder)


def test_a_folder_that_is_a_file_is_said_to_be_unreadable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AnchorsFaulty, match="cannot be read"):
        read_anchors(tmp_path / "file")


def test_an_anchor_says_what_the_auditors_verifier_reads(folder: Path) -> None:
    said = json.loads((folder / "anchor-00000003.json").read_text(encoding="utf-8"))
    assert said["heads"][0] == {"chain": "a", "number": 3, "digest": HEADS[0].digest, "happened_at": MONDAY + 3_000}
