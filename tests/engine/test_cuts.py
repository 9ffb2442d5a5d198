"""Cuts on a disk that is full: said, and nothing kept earlier is lost."""

import os
from pathlib import Path

import pytest

from streams.engine.cuts import Cut, CutNotWritten, latest_cuts, write_cut
from tests.small_disk import small_disk

SMALL_BYTES, LARGER_BYTES = 256_000, 8_000_000


def cut(offset: int, row_bytes: int) -> Cut:
    """A cut with one row that no packing makes smaller."""
    return Cut(0, offset, {"accounts/a": os.urandom(row_bytes)})


def test_the_newest_cut_of_each_partition_is_read_as_it_was_written(tmp_path: Path) -> None:
    cuts = [Cut(partition, offset, {"a": b"1", "~position": b""}) for partition in (0, 1) for offset in (9, 10)]
    for one in cuts:
        write_cut(tmp_path, "accounts", one)
    assert latest_cuts(tmp_path, "accounts") == {0: cuts[1], 1: cuts[3]}
    assert latest_cuts(tmp_path, "totals") == {}


def test_a_full_disk_is_said_and_leaves_the_earlier_cut(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", SMALL_BYTES) as disk:
        earlier, later = cut(10, 1_000), cut(20, 1_000_000)
        write_cut(disk.folder, "accounts", earlier)
        with pytest.raises(CutNotWritten, match=r"0000-0*20\.avro was not written: No space left on device"):
            write_cut(disk.folder, "accounts", later)
        assert latest_cuts(disk.folder, "accounts") == {0: earlier}
        assert [path.suffix for path in (disk.folder / "accounts").iterdir()] == [".avro"]

        disk.resize(LARGER_BYTES)
        write_cut(disk.folder, "accounts", later)
        assert latest_cuts(disk.folder, "accounts") == {0: later}


def test_a_folder_that_takes_no_cuts_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CutNotWritten, match="Not a directory"):
        write_cut(tmp_path / "file", "accounts", cut(1, 1))
