"""Files larger than any memory that a reader may take: what counts is how much the process grows while it reads."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.readers.file_drop import FileReader
from connectors.readers.folders import folder_at
from connectors.readers.formats import lines_of
from tests.connectors.reading import Read, reading
from tests.connectors.test_file_drop import CONTRACT, HEADER, fingerprint, is_read, line

MIB = 1024 * 1024
MOST_GROWTH_BYTES = 32 * MIB
LINES_A_BLOCK = 1000
REMARK_LETTERS = 1000


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.file_drop.SETTLE_SECONDS", 0.02)


def reader(folder: Path) -> FileReader:
    fields = [item.source_field for item in CONTRACT.all_items if item.name != "change"]
    lines = lines_of({"encoding": "gb18030"}, fields)
    return FileReader(replace(CONTRACT, full_dump=False), folder_at(str(folder)), "*", lines, 0.02, fingerprint)


def status(name: str) -> int:
    """A figure of /proc/self/status in bytes."""
    figures = dict(text.split(":", 1) for text in Path("/proc/self/status").read_text().splitlines())
    return int(figures[name].split()[0]) * 1024


@contextmanager
def bounded_growth(most_bytes: int) -> Iterator[None]:
    """The process holds at no moment of the block that much more than before."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    before = status("VmRSS")
    yield
    growth = status("VmHWM") - before
    assert growth < most_bytes, f"grew by {growth // MIB} MiB"
    print(f"grew by {growth // MIB} MiB")


def write_lines(path: Path, size_bytes: int) -> int:
    """A file of that size at least; how many lines it has under its header."""
    remark = "说" * REMARK_LETTERS
    block = "".join(f"{line(f'R{number:04}')},{remark}\r\n" for number in range(LINES_A_BLOCK)).encode("gb18030")
    blocks = size_bytes // len(block) + 1
    with path.open("wb") as file:
        file.write(f"{HEADER},备注\r\n".encode("gb18030"))
        for _ in range(blocks):
            file.write(block)
    return blocks * LINES_A_BLOCK


def count_to_the_end(read: Read) -> int:
    rows = 0
    while not is_read(read):
        rows += len(read.next().rows)
    return rows


def read_in_bounds(folder: Path, size_bytes: int) -> None:
    assert shutil.disk_usage(folder).free > 2 * size_bytes
    lines = write_lines(folder / "大.csv", size_bytes)
    with reading(reader(folder)) as read, bounded_growth(MOST_GROWTH_BYTES):
        assert count_to_the_end(read) == lines


def test_a_file_of_200_megabytes_is_read_at_bounded_memory(tmp_path: Path) -> None:
    read_in_bounds(tmp_path, 200 * 1000 * 1000)


@pytest.mark.soak
def test_a_file_of_2_gigabytes_is_read_at_bounded_memory(tmp_path: Path) -> None:
    read_in_bounds(tmp_path, 2 * 1000 * 1000 * 1000)


def test_a_line_of_100_megabytes_is_a_fault_and_the_next_is_read(tmp_path: Path) -> None:
    with (tmp_path / "长.csv").open("wb") as file:
        file.write(f"{HEADER}\r\n".encode("gb18030"))
        file.seek(100 * MIB, 1)  # NUL bytes that take no room
        file.write(f"\r\n{line('A')}\r\n".encode("gb18030"))
    with reading(reader(tmp_path)) as read, bounded_growth(MOST_GROWTH_BYTES):
        long, good = read.next().rows
    assert long.fault is not None
    assert (long.fault.rule, long.origin.offset) == ("too_large", 2)
    assert len(long.raw) <= 65_536
    assert good.values is not None
