"""Where a wrong line stood: what is held in quarantine names file and line, whatever the file was packed in."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.contract import Batch
from connectors.readers.file_drop import FileReader
from connectors.readers.folders import folder_at
from connectors.readers.formats import lines_of
from tests.connectors.conftest import Hub, Publishers
from tests.connectors.reading import reading
from tests.connectors.test_file_drop import CONTRACT, HEADER, fingerprint, is_read, line
from tests.connectors.test_file_formats import archive, sheet
from tests.small_disk import small_disk

SYSTEM = CONTRACT.system
FIELDS = [item.source_field for item in CONTRACT.all_items if item.name != "change"]
GOOD, WRONG = line("A"), line("B", "也许")
"""The second, in line 4 of each file, is a line like any other, and breaks the contract: there is no such result."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.file_drop.SETTLE_SECONDS", 0.02)


def csv() -> bytes:
    return f"{HEADER}\r\n{GOOD}\r\n\r\n{WRONG}\r\n".encode("gb18030")


def workbook() -> bytes:
    columns = len(FIELDS)
    return sheet(*(tuple(text.split(",")) for text in (HEADER, GOOD, "," * (columns - 1), WRONG)))


PACKINGS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "plain.csv": ("csv", csv),
    "packed.zip": ("csv", lambda: archive({"../inside.csv": csv()})),
    "sheet.xlsx": ("excel", workbook),
    "sheet.zip": ("excel", lambda: archive({"inside.xlsx": workbook()})),
}


def reader(folder: Path, format_name: str) -> FileReader:
    lines = lines_of({"format": format_name, "encoding": "gb18030"}, FIELDS)
    return FileReader(CONTRACT, folder_at(str(folder)), "*", lines, 0.02, fingerprint)


def batches_of(folder: Path, format_name: str) -> list[Batch]:
    """Everything in the one file of a folder."""
    found: list[Batch] = []
    with reading(reader(folder, format_name)) as read:
        while not is_read(read):
            found.append(read.next())
    return found


@pytest.mark.parametrize("name", sorted(PACKINGS))
def test_a_wrong_line_is_held_under_its_file_and_line_and_the_good_one_names_the_file(
    hub: Hub, publishers: Publishers, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    format_name, content = PACKINGS[name]
    (folder / name).write_bytes(content())
    publisher = publishers.of(hub, SYSTEM)
    for batch in batches_of(folder, format_name):
        publisher.publish(batch, threading.Event())
    (held,) = hub.held()
    assert (held.topic, held.offset, held.reason, held.owner) == (name, 4, "code_table", SYSTEM)
    assert hub.rows(SYSTEM) == [f"{SYSTEM}:A:{name}"]


@pytest.mark.parametrize("name", sorted(PACKINGS))
def test_reading_takes_no_room_on_any_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Neither what an archive holds nor what is remembered is ever written; a disk that is full stops no reader."""
    format_name, content = PACKINGS[name]
    with small_disk(tmp_path / "disk", 64 * 1024) as disk:
        monkeypatch.setenv("TMPDIR", str(disk.folder))
        monkeypatch.setattr("tempfile.tempdir", None)
        folder = disk.folder / "folder"
        folder.mkdir()
        (folder / name).write_bytes(content())
        fill(disk.folder / "rest")
        (batch,) = batches_of(folder, format_name)
    assert [row.origin.offset for row in batch.rows] == [2, 4]


def test_a_department_whose_disk_was_full_in_the_middle_of_an_upload_is_read_when_it_has_room(tmp_path: Path) -> None:
    lines = [line(f"R{number:04}") for number in range(2_000)]
    content = "".join(f"{text}\r\n" for text in (HEADER, *lines)).encode("gb18030")
    with small_disk(tmp_path / "disk", 64 * 1024) as disk:
        (disk.folder / "A.csv").write_bytes(f"{HEADER}\r\n{lines[0]}\r\n".encode("gb18030"))
        part = disk.folder / "全量.csv.part"
        with pytest.raises(OSError, match="No space"):
            part.write_bytes(content)
        with reading(reader(disk.folder, "csv")) as read:
            (first,) = read.rows(1)
            assert first.version == "A.csv"
            disk.resize(1024 * 1024)
            part.write_bytes(content)
            part.rename(disk.folder / "全量.csv")
            rows = read.rows(1_999)
    assert [(row.values or {})["记录号"] for row in rows] == [f"R{number:04}" for number in range(1, 2_000)]
    assert not any(row.fault for row in rows)


def fill(path: Path) -> None:
    """Write until the disk takes no more."""
    with path.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        file.writelines(itertools.repeat(b"x" * 4096))
