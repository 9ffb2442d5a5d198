"""Every format a department drops: good lines, bad ones, and files that are made to do harm."""

import io
import json
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.readers.formats import FORMATS, excel_rows, lines_of, xml_elements, zipped
from connectors.readers.formats.line import Line, WrongFile

FIELDS = ("记录号", "检查结果")
SETTINGS: dict[str, dict[str, Any]] = {
    "csv": {"encoding": "gb18030"},
    "json_lines": {},
    "fixed_width": {"encoding": "gb18030", "layout": {"记录号": [0, 4], "检查结果": [4, 10]}},
    "xml": {"encoding": "gb18030", "element": "记录"},
    "excel": {},
}


def read(format_name: str, content: bytes, name: str = "a") -> list[Line]:
    return list(lines_of({"format": format_name, **SETTINGS[format_name]}, FIELDS)(io.BytesIO(content), name))


def values(format_name: str, content: bytes, name: str = "a") -> list[dict[str, Any] | None]:
    return [line.values for line in read(format_name, content, name)]


def fault(format_name: str, content: bytes, name: str = "a") -> str:
    with pytest.raises(WrongFile) as wrong:
        read(format_name, content, name)
    return wrong.value.fault.rule


def sheet(*rows: tuple[Any, ...], shared: str = "") -> bytes:
    """A workbook as small as Excel itself would open it, made by hand: cells are numbers or inline texts."""
    cells = ["<row>" + "".join(cell(value) for value in row) + "</row>" for row in rows]
    name = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{name}/package/2006/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
        'PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{name}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{name}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{name}/spreadsheetml/2006/main" '
        f'xmlns:r="{name}/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{name}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{name}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{name}/spreadsheetml/2006/main"><sheetData>'
        + "".join(cells)
        + f"</sheetData></worksheet>{shared}",
    }
    return archive({path: ('<?xml version="1.0" encoding="UTF-8"?>' + text).encode() for path, text in parts.items()})


def cell(value: Any) -> str:
    return f"<c><v>{value}</v></c>" if isinstance(value, int | float) else f'<c t="str"><v>{value}</v></c>'


def archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return packed.getvalue()


GOOD: dict[str, bytes] = {
    "csv": "记录号,检查结果\r\nJC01,合格\r\nJC02,不合格\r\n".encode("gb18030"),
    "json_lines": '{"记录号": "JC01", "检查结果": "合格"}\n\n{"记录号": "JC02", "检查结果": "不合格"}'.encode(),
    "fixed_width": "JC01合格  \r\nJC02不合格\r\n".encode("gb18030"),
    "xml": (
        "<?xml version='1.0' encoding='GBK'?><表><记录><记录号>JC01</记录号><检查结果> 合格 </检查结果></记录>"
        "<记录><记录号>JC02</记录号><检查结果>不合格</检查结果></记录></表>"
    ).encode("gb18030"),
    "excel": sheet(FIELDS, ("JC01", "合格"), ("JC02", "不合格")),
}
ROWS = [{"记录号": "JC01", "检查结果": "合格"}, {"记录号": "JC02", "检查结果": "不合格"}]


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_every_format_gives_the_same_rows(format_name: str) -> None:
    assert values(format_name, GOOD[format_name]) == ROWS


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_so_does_the_same_file_in_an_archive(format_name: str) -> None:
    assert values(format_name, archive({"../../etc/passwd": GOOD[format_name]}), "a.ZIP") == ROWS


@pytest.mark.parametrize("format_name", sorted(FORMATS))
@settings(max_examples=80, deadline=None)
@given(content=st.binary(max_size=300))
def test_random_bytes_are_lines_with_faults_or_no_file_of_ours(format_name: str, content: bytes) -> None:
    for name in ("a", "a.zip"):
        with suppress(WrongFile):
            assert all(line.values is not None or line.fault is not None for line in read(format_name, content, name))


@pytest.mark.parametrize("format_name", sorted(FORMATS.keys() - {"excel"}))
@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 400), byte=st.integers(0, 255))
def test_one_wrong_byte_spoils_nothing_silently(format_name: str, place: int, byte: int) -> None:
    spoil(format_name, place, byte)


@settings(max_examples=15, deadline=None)
@given(place=st.integers(0, 4000), byte=st.integers(0, 255))
def test_nor_does_it_in_a_workbook(place: int, byte: int) -> None:
    """Fewer times: each is read by a process of its own."""
    spoil("excel", place, byte)


def spoil(format_name: str, place: int, byte: int) -> None:
    """Put a wrong byte at a place of the good file."""
    good = GOOD[format_name]
    place %= len(good)
    try:
        lines = read(format_name, good[:place] + bytes([byte]) + good[place + 1 :])
    except WrongFile:
        return
    assert all((line.values is None) == (line.fault is not None) for line in lines)


def test_a_line_of_json_that_is_none_is_known_by_its_number() -> None:
    lines = read("json_lines", b'{"a": 1}\n[]\n{"b": NaN}\n{"c": 2}\n')
    assert [(line.number, line.fault and line.fault.rule) for line in lines] == [
        (1, None), (2, "not_object"), (3, "not_json"), (4, None),
    ]  # fmt: skip


def test_a_line_of_another_width_or_cut_within_a_letter_is_a_fault() -> None:
    lines = read(
        "fixed_width", "JC01合格\r\n".encode("gb18030") + b"JC02\xba\xcf\xb8\xf1\x81 \n" + b"JC03 \xb2\xbb\xba\xcf \n"
    )
    assert [line.fault and line.fault.rule for line in lines] == ["width", "encoding", None]


def test_an_excel_number_is_whole_again_and_an_empty_row_is_passed_over() -> None:
    lines = read("excel", sheet(FIELDS, (7.0, "合格"), ("", ""), (8.5, "合格")))
    assert [(line.number, line.values and line.values["记录号"]) for line in lines] == [(2, 7), (4, 8.5)]


def test_a_header_without_an_agreed_field_is_another_file() -> None:
    assert fault("excel", sheet(("记录号",), ("JC01",))) == "header"
    assert fault("csv", "记录号\r\nJC01\r\n".encode("gb18030")) == "header"


def test_xml_that_breaks_off_keeps_what_came_before() -> None:
    whole = GOOD["xml"]
    lines = read("xml", whole[:-40])
    assert lines[0].values == ROWS[0]
    assert lines[-1].fault is not None
    assert lines[-1].fault.rule in ("xml", "encoding")


def test_a_document_without_a_record_is_another_file() -> None:
    assert fault("xml", "<表></表>".encode("gb18030")) == "no_element"


def test_a_billion_laughs_are_refused() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE 表 [<!ENTITY a0 "哈">{laughs}]><表><记录><记录号>&a9;</记录号></记录></表>'
    assert fault("xml", document.encode("gb18030")) == "entities"


def test_an_element_that_is_too_long_is_a_fault_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_elements, "LONGEST_ELEMENT_LETTERS", 20)
    long = f"<表><记录><记录号>{'长' * 30}</记录号></记录><记录><记录号>JC02</记录号></记录></表>"
    lines = read("xml", long.encode("gb18030"))
    assert [line.fault and line.fault.rule for line in lines] == ["too_large", None]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert fault("csv", archive({"a.csv": b"0" * 8_000_000}), "a.zip") == "zip_bomb"


def test_an_archive_that_says_it_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "LARGEST_CONTENT_BYTES", 10)
    assert fault("csv", archive({"a.csv": GOOD["csv"]}), "a.zip") == "zip_bomb"
    monkeypatch.setattr(excel_rows, "LARGEST_CONTENT_BYTES", 10)
    assert fault("excel", GOOD["excel"]) == "too_large"


def test_an_archive_holds_one_file() -> None:
    assert fault("csv", archive({}), "a.zip") == "zip_members"
    assert fault("csv", archive({"a.csv": b"", "b.csv": b""}), "a.zip") == "zip_members"


def test_an_archive_that_was_damaged_gives_no_line() -> None:
    content = bytearray(archive({"a.csv": GOOD["csv"] + bytes(range(256)) * 40}))
    content[200] ^= 0xFF
    assert fault("csv", bytes(content), "a.zip") == "zip"


def test_lines_of_an_element_are_sealed_as_json() -> None:
    first, _ = read("xml", GOOD["xml"])
    assert json.loads(first.raw) == ROWS[0]


@pytest.mark.parametrize(("format_name", "rule"), [("csv", "encoding"), ("excel", "not_excel"), ("fixed_width", "")])
def test_an_archive_in_an_archive_is_not_opened(format_name: str, rule: str) -> None:
    nested = archive({"a.zip": archive({"a.csv": GOOD["csv"]})})
    if rule:
        assert fault(format_name, nested, "a.zip") == rule
    else:
        assert not any(line.values for line in read(format_name, nested, "a.zip"))


@pytest.mark.parametrize("content", [b"0" * 900_000, b"0" * 4_000_000])
def test_an_archive_that_lies_about_its_size_gives_no_more_than_it_said(content: bytes) -> None:
    honest = archive({"a.csv": content})
    lying = honest.replace(len(content).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != honest
    assert fault("csv", lying, "a.zip") == "zip"


def test_entities_are_refused_also_where_they_lie_in_another_file() -> None:
    document = '<!DOCTYPE 表 [<!ENTITY a SYSTEM "file:///etc/passwd">]><表><记录><记录号>&a;</记录号></记录></表>'
    assert fault("xml", document.encode("gb18030")) == "entities"


@pytest.mark.parametrize("text", ["'; DROP TABLE 记录; --", "1' OR '1'='1", "=cmd|' /C calc'!A0", "${jndi:ldap://x}"])
def test_a_command_in_a_text_is_a_text(text: str) -> None:
    row = {"记录号": "JC01", "检查结果": text}
    quoted = text.replace("&", "&amp;").replace("<", "&lt;")
    same = [
        ("csv", f"记录号,检查结果\nJC01,{text}\n".encode("gb18030")),
        ("json_lines", json.dumps(row).encode()),
        ("xml", f"<表><记录><记录号>JC01</记录号><检查结果>{quoted}</检查结果></记录></表>".encode("gb18030")),
        ("excel", sheet(FIELDS, ("JC01", quoted))),
    ]
    assert [values(format_name, content) for format_name, content in same] == [[row]] * len(same)


def test_nul_bytes_spoil_their_own_line_at_most() -> None:
    csv = read("csv", "记录号,检查结果\nJC\x0001,合格\nJC02,合格\n".encode("gb18030"))
    assert [line.number for line in csv] == [2, 3]
    assert csv[1].values == {"记录号": "JC02", "检查结果": "合格"}
    json_lines = read("json_lines", b'{"a": "\x00"}\n{"b": 1}\n')
    assert [line.fault and line.fault.rule for line in json_lines] == ["not_json", None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_of_another_encoding_than_the_declared_one_is_held_as_a_whole(encoding: str) -> None:
    assert fault("csv", "记录号,检查结果\nJC01,合格\n".encode(encoding)) in ("encoding", "header")
    (line,) = read("xml", "<表><记录><记录号>一</记录号></记录></表>".encode("utf-16"))
    assert line.fault is not None
    assert line.fault.rule in ("encoding", "xml")


def test_a_workbook_says_how_large_it_is_in_vain() -> None:
    """What counts is where its cells are."""
    huge = changed_sheet(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    assert values("excel", huge) == ROWS


@pytest.mark.parametrize("far", ["XFD1048576", "A1048576"])
def test_a_cell_far_out_in_a_small_workbook_ends_no_process_of_ours(far: str) -> None:
    """A sheet that would take hundreds of gigabytes is refused; one with a million empty rows is read."""
    cell = f'<row r="1048576"><c r="{far}" t="str"><v>x</v></c></row></sheetData>'
    content = changed_sheet(b"</sheetData>", cell.encode())
    assert len(content) < 4096
    if far.startswith("X"):
        assert fault("excel", content) == "too_large"
    else:
        assert [line.number for line in read("excel", content)] == [2, 3, 1048576]


def changed_sheet(old: bytes, new: bytes) -> bytes:
    """The good workbook where something stands differently in its sheet."""
    with zipfile.ZipFile(io.BytesIO(GOOD["excel"])) as workbook:
        parts = {name: workbook.read(name) for name in workbook.namelist()}
    return archive({name: part.replace(old, new) for name, part in parts.items()})
