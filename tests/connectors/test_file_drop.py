"""Files dropped by a department: full dumps in GB18030 compared with the last."""

import contextlib
import hmac
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from connectors.contract import RawRow, SourceAway
from connectors.readers.dump_state import DumpState
from connectors.readers.file_drop import FileReader
from connectors.readers.folders import folder_at
from connectors.readers.formats import lines_of
from connectors.systems import fleet
from tests.connectors.reading import Read, reading

CONTRACT = fleet()["ga_dangerous_goods"].contract
HEADER = "记录号,统一社会信用代码,物品类别,库点编码,检查结果,许可到期日,检查时间"
NOV_21, NOV_22, NOV_23 = (f"危爆物品检查_202611{day}.csv" for day in (21, 22, 23))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.file_drop.SETTLE_SECONDS", 0.02)


def reader(folder: Path | str, pattern: str = "*.csv", marker: str = "", **settings: Any) -> FileReader:
    fields = [item.source_field for item in CONTRACT.all_items if item.name != "change"]
    lines = lines_of({"encoding": "gb18030", **settings}, fields)
    return FileReader(CONTRACT, folder_at(str(folder)), pattern, lines, 0.02, fingerprint, marker)


def fingerprint(line: bytes) -> bytes:
    return hmac.digest(b"key", line, "sm3")[:8]


def line(record_no: str, result: str = "合格") -> str:
    return f"{record_no},91500117HC001001XB,烟花爆竹,KD00101,{result},2027-02-28,2026-11-21 15:30:00"


def drop(folder: Path, name: str, *lines: str, header: str = HEADER) -> None:
    """As the department does it: written as `.part`, then renamed."""
    part = folder / f"{name}.part"
    part.write_bytes("".join(f"{text}\r\n" for text in (header, *lines)).encode("gb18030"))
    part.rename(folder / name)


def told(rows: list[RawRow]) -> list[tuple[str, str]]:
    return [(str((row.values or {}).get("记录号")), row.change) for row in rows]


def is_read(read: Read) -> bool:
    """Whether the hub would remember a file as read."""
    return bool(DumpState.load(read.cursor).file)


def first_dump(folder: Path) -> str:
    """Read a first dump of A, B and C; the cursor after it."""
    drop(folder, NOV_21, line("A"), line("B"), line("C"))
    with reading(reader(folder)) as read:
        assert told(read.rows(3)) == [("A", "new"), ("B", "new"), ("C", "new")]
    assert read.cursor is not None
    return read.cursor


def test_every_line_of_the_first_dump_is_a_row(tmp_path: Path) -> None:
    drop(tmp_path, NOV_21, line("A"), line("B", "不合格"))
    with reading(reader(tmp_path)) as read:
        rows = read.rows(2)
    assert rows[1].values == {
        "记录号": "B",
        "统一社会信用代码": "91500117HC001001XB",
        "物品类别": "烟花爆竹",
        "库点编码": "KD00101",
        "检查结果": "不合格",
        "许可到期日": "2027-02-28",
        "检查时间": "2026-11-21 15:30:00",
    }
    assert (str(rows[1].origin), rows[1].version) == (f"{NOV_21}[0]@3", NOV_21)


def test_of_the_next_dump_only_what_differs_is_a_row(tmp_path: Path) -> None:
    cursor = first_dump(tmp_path)
    drop(tmp_path, NOV_22, line("A"), line("B", "不合格"), line("D"))
    with reading(reader(tmp_path), cursor) as read:
        assert told(read.rows(3)) == [("B", "changed"), ("D", "new"), ("C", "removed")]


def test_a_dump_without_changes_has_no_rows_but_moves_the_cursor(tmp_path: Path) -> None:
    cursor = first_dump(tmp_path)
    drop(tmp_path, NOV_22, line("C"), line("A"), line("B"))
    with reading(reader(tmp_path), cursor) as read:
        assert read.next().rows == []
    assert DumpState.load(read.cursor).file == NOV_22


def test_the_old_dump_need_not_be_there_any_more(tmp_path: Path) -> None:
    cursor = first_dump(tmp_path)
    (tmp_path / NOV_21).unlink()
    drop(tmp_path, NOV_22, line("A"), line("B"), line("C", "不合格"))
    with reading(reader(tmp_path), cursor) as read:
        assert told(read.rows(1)) == [("C", "changed")]


def test_a_value_that_comes_back_is_three_rows(tmp_path: Path) -> None:
    cursor: str | None = None
    versions = []
    for name, result in ((NOV_21, "合格"), (NOV_22, "不合格"), (NOV_23, "合格")):
        drop(tmp_path, name, line("A", result))
        with reading(reader(tmp_path), cursor) as read:
            versions.append(read.rows(1)[0].version)
        cursor = read.cursor
    assert versions == [NOV_21, NOV_22, NOV_23]


def test_dumps_that_were_missed_are_read_in_their_order(tmp_path: Path) -> None:
    drop(tmp_path, NOV_23, line("A"), line("C"))
    drop(tmp_path, NOV_21, line("A"))
    drop(tmp_path, NOV_22, line("A"), line("B"))
    with reading(reader(tmp_path)) as read:
        assert told(read.rows(4)) == [("A", "new"), ("B", "new"), ("C", "new"), ("B", "removed")]


def test_a_file_half_uploaded_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / f"{NOV_21}.part").write_bytes(HEADER.encode("gb18030"))
    drop(tmp_path, NOV_22, line("A"))
    with reading(reader(tmp_path)) as read:
        assert {row.version for row in read.rows(1)} == {NOV_22}


def test_a_file_that_still_grows_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploaded under its final name by a department that does not rename."""
    path = tmp_path / NOV_21
    path.write_bytes(f"{HEADER}\r\n{line('A')[:20]}".encode("gb18030"))
    looks = []

    def grow_at_the_second_look(self: FileReader, state: DumpState) -> list[object]:
        looks.append(1)
        if len(looks) == 2:
            path.write_bytes(f"{HEADER}\r\n{line('A')}\r\n".encode("gb18030"))
        return look(self, state)  # type: ignore[return-value]

    look = FileReader._look
    monkeypatch.setattr(FileReader, "_look", grow_at_the_second_look)
    with reading(reader(tmp_path)) as read:
        (row,) = read.rows(1)
    assert row.values is not None
    assert len(looks) >= 4


def test_a_bad_line_is_known_by_file_and_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    spoilt = line("B").encode("gb18030") + b"\xff"
    content = [
        HEADER.encode("gb18030"),
        line("A").encode("gb18030"),
        spoilt,
        b'"C,x',
        b"D,1,2",
        b"",
        line("E").encode("gb18030"),
    ]
    (tmp_path / NOV_21).write_bytes(b"\n".join(content))
    with reading(reader(tmp_path)) as read:
        rows = read.rows(5)
    faults = {row.origin.offset: row.fault.rule for row in rows if row.fault}
    assert faults == {3: "encoding", 4: "csv", 5: "columns"}
    assert [row.raw for row in rows if row.fault] == content[2:5]
    assert told([row for row in rows if not row.fault]) == [("A", "new"), ("E", "new")]


def test_while_a_line_cannot_be_read_nothing_counts_as_gone(tmp_path: Path) -> None:
    cursor = first_dump(tmp_path)
    (tmp_path / NOV_22).write_bytes("\n".join((HEADER, line("A"), "B\u20ac")).encode("gb18030") + b"\xff\n")
    with reading(reader(tmp_path), cursor) as read:
        assert [row.change for row in read.rows(1)] == ["new"]
    drop(tmp_path, NOV_23, line("A"), line("C"))
    with reading(reader(tmp_path), read.cursor) as read:
        assert told(read.rows(1)) == [("B", "removed")]


def test_a_file_with_another_header_is_held_as_a_whole(tmp_path: Path) -> None:
    cursor = first_dump(tmp_path)
    drop(tmp_path, NOV_22, "A,合格", header="记录号,检查结果")
    drop(tmp_path, NOV_23, line("A"), line("B"), line("C"), line("D"))
    with reading(reader(tmp_path), cursor) as read:
        bad, new = read.rows(1)[0], read.rows(1)[0]
    assert bad.fault is not None
    assert (bad.fault.rule, bad.origin.offset) == ("header", 1)
    assert "检查时间" in bad.fault.message
    assert told([new]) == [("D", "new")]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01", b'"', b"\n\n\n"])
def test_a_file_of_anything_is_one_row_with_a_fault(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NOV_21).write_bytes(content)
    with reading(reader(tmp_path)) as read:
        (row,) = read.rows(1)
    assert row.fault is not None


def test_a_dump_that_has_become_empty_does_not_close_everything(tmp_path: Path) -> None:
    cursor = first_dump(tmp_path)
    drop(tmp_path, NOV_22)
    with reading(reader(tmp_path), cursor) as read:
        (row,) = read.rows(1)
    assert row.fault is not None
    assert row.fault.rule == "empty_dump"
    drop(tmp_path, NOV_23, line("A"), line("B"))
    with reading(reader(tmp_path), read.cursor) as read:
        assert told(read.rows(1)) == [("C", "removed")]


def test_a_dump_put_there_again_is_another_version_of_what_differs(tmp_path: Path) -> None:
    cursor = first_dump(tmp_path)
    drop(tmp_path, NOV_21, line("A"), line("B", "不合格"), line("C"))
    with reading(reader(tmp_path), cursor) as read:
        (row,) = read.rows(1)
    assert told([row]) == [("B", "changed")]
    assert row.version.startswith(f"{NOV_21}~")


def test_a_dump_that_was_only_touched_has_no_rows(tmp_path: Path) -> None:
    cursor = first_dump(tmp_path)
    drop(tmp_path, NOV_21, line("A"), line("B"), line("C"))
    with reading(reader(tmp_path), cursor) as read:
        assert not read.next().rows


def test_a_reader_killed_in_the_middle_of_a_dump_reads_it_again_from_the_start(tmp_path: Path) -> None:
    drop(tmp_path, NOV_21, *(line(f"R{number:04}") for number in range(1200)))
    with reading(reader(tmp_path)) as read:
        first = read.next()
    assert len(first.rows) == 500
    assert not is_read(read)
    with reading(reader(tmp_path), read.cursor) as again:
        rows = again.rows(1200)
    assert told(rows) == [(f"R{number:04}", "new") for number in range(1200)]
    assert [row.raw for row in rows[:500]] == [row.raw for row in first.rows]


def test_a_file_that_changes_while_it_is_read_gives_no_cursor(tmp_path: Path) -> None:
    drop(tmp_path, NOV_21, *(line(f"R{number:04}") for number in range(1200)))
    with reading(reader(tmp_path)) as read:
        read.next()
        (tmp_path / NOV_21).write_bytes((tmp_path / NOV_21).read_bytes()[:40_000])
        with pytest.raises(SourceAway, match="changed"):
            finish(read)
    assert not is_read(read)


def finish(read: Read) -> None:
    while not is_read(read):
        read.next()


@pytest.mark.parametrize("kept_lines", [0, 300, 700, 1200])
def test_a_file_replaced_while_it_is_read_is_another_version_of_all_that_was_said_by_then(
    tmp_path: Path, kept_lines: int
) -> None:
    """So no row has two contents under one id, which would hold the true one in quarantine."""
    lines = [line(f"R{number:04}") for number in range(1200)]
    drop(tmp_path, NOV_21, *lines)
    with reading(reader(tmp_path)) as read:
        first = read.next().rows
        drop(tmp_path, NOV_21, *lines[:kept_lines], *(text.replace("合格", "不合格") for text in lines[kept_lines:]))
        with contextlib.suppress(SourceAway):
            finish(read)
    assert is_read(read) == (kept_lines == 1200)
    with reading(reader(tmp_path), read.cursor) as again:
        drop(tmp_path, NOV_22, *lines[:-1])
        rows = again.rows(1 if kept_lines == 1200 else 1201 + 1200 - kept_lines - 1)
    said: dict[tuple[object, str], bytes] = {}
    for row in (*first, *rows):
        key = ((row.values or {})["记录号"], row.version)
        assert said.setdefault(key, row.raw) == row.raw
    assert (rows[-1].change, (rows[-1].values or {})["记录号"]) == ("removed", "R1199")


def test_lines_too_long_are_passed_at_bounded_memory(tmp_path: Path) -> None:
    (tmp_path / NOV_21).write_bytes(
        f"{HEADER}\n".encode("gb18030") + b"x" * 3_000_000 + b"\n" + line("A").encode("gb18030") + b"\n"
    )
    with reading(reader(tmp_path)) as read:
        long, good = read.rows(2)
    assert long.fault is not None
    assert long.fault.rule == "too_large"
    assert len(long.raw) <= 65_536
    assert told([good]) == [("A", "new")]


def test_a_line_that_stands_twice_is_one_row(tmp_path: Path) -> None:
    drop(tmp_path, NOV_21, line("A"), line("A"), line("B"))
    with reading(reader(tmp_path)) as read:
        assert told(read.rows(2)) == [("A", "new"), ("B", "new")]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with reading(reader(tmp_path / "nowhere")) as read, pytest.raises(SourceAway, match="nowhere"):
        read.next()


def test_other_files_links_and_names_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("x")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "a\nb.csv").write_text("x")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    drop(tmp_path, NOV_21, line("A"))
    with reading(reader(tmp_path)) as read:
        assert {row.version for row in read.rows(1)} == {NOV_21}


@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc%2fpasswd.csv", "..\\..\\passwd.csv", "~root.csv", "$(reboot);.csv", "*.csv"]
)
def test_a_name_that_looks_like_a_path_or_a_command_is_a_name(tmp_path: Path, name: str) -> None:
    drop(tmp_path, name, line("A"))
    with reading(reader(tmp_path)) as read:
        (row,) = read.rows(1)
    assert (row.origin.topic, row.version) == (name, name)
    assert told([row]) == [("A", "new")]


def test_the_source_is_not_changed(tmp_path: Path) -> None:
    first_dump(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NOV_21]


def test_a_cursor_shows_no_line() -> None:
    state = DumpState("f", 1, 2, "c", {"A": hmac.digest(b"key", line("A").encode(), "sm3")[:8]})
    assert DumpState.load(state.cursor()) == state
    assert "91500117" not in state.cursor()


def test_of_a_hundred_thousand_lines_only_what_differs_is_a_row(tmp_path: Path) -> None:
    lines = [line(f"R{number:06}") for number in range(100_000)]
    drop(tmp_path, NOV_21, *lines)
    with reading(reader(tmp_path)) as read:
        while not is_read(read):
            read.next()
    lines[70_000] = line("R070000", "不合格")
    drop(tmp_path, NOV_22, *lines[:-1], line("R100000"))
    with reading(reader(tmp_path), read.cursor) as read:
        assert told(read.rows(3)) == [("R070000", "changed"), ("R100000", "new"), ("R099999", "removed")]


def test_a_dump_of_too_many_lines_is_held_as_a_whole_and_the_one_before_stays_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.readers.file_drop.MOST_LINES", 4)
    cursor = first_dump(tmp_path)
    drop(tmp_path, NOV_22, *(line(record_no) for record_no in "ABCDE"))
    with reading(reader(tmp_path), cursor) as read:
        (row,) = read.rows(1)
    assert row.fault is not None
    assert (row.fault.rule, row.fault.message) == ("too_many_lines", "全量文件有6行,最多4行,整个文件未读")
    drop(tmp_path, NOV_23, line("A"), line("C"))
    with reading(reader(tmp_path), read.cursor) as read:
        assert told(read.rows(1)) == [("B", "removed")]


def test_with_a_marker_a_file_is_there_when_its_marker_is(tmp_path: Path) -> None:
    drop(tmp_path, NOV_21, line("A"))
    with reading(reader(tmp_path, marker=".ok")) as read:
        drop(tmp_path, NOV_22, line("A"), line("B"))
        (tmp_path / f"{NOV_22}.ok").touch()
        assert told(read.rows(2)) == [("A", "new"), ("B", "new")]


def test_an_archive_is_read_line_by_line_like_the_file_in_it(tmp_path: Path) -> None:
    content = "".join(f"{text}\r\n" for text in (HEADER, line("A"), line("B"))).encode("gb18030")
    with ZipFile(tmp_path / "危爆物品检查_20261121.zip", "w") as archive:
        archive.writestr("检查.csv", content)
    with reading(reader(tmp_path, "*.zip")) as read:
        rows = read.rows(2)
    assert [str(row.origin) for row in rows] == [f"危爆物品检查_20261121.zip[0]@{number}" for number in (2, 3)]


def test_a_dump_in_an_archive_of_too_many_lines_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.file_drop.MOST_LINES", 2)
    content = "".join(f"{text}\r\n" for text in (HEADER, *map(line, "ABC"))).encode("gb18030")
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("检查.csv", content)
    with reading(reader(tmp_path, "*.zip")) as read:
        (row,) = read.rows(1)
    assert row.fault is not None
    assert row.fault.rule == "too_many_lines"
