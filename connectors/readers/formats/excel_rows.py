"""Excel: the first sheet, its first row the header; rows are numbered as Excel numbers them.

A workbook is read whole, so its size is bounded, and how much its parts become is looked at before they are unpacked.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from python_calamine import CalamineError, CalamineWorkbook

from connectors.contract import ContractError
from connectors.readers.formats.line import Line, WrongFile, raw_of

LARGEST_FILE_BYTES = 64 * 1024 * 1024
LARGEST_CONTENT_BYTES = 512 * 1024 * 1024
LARGEST_ROW_LETTERS = 65_536


def read_excel(file: IO[bytes], fields: Sequence[str]) -> Iterator[Line]:
    """The rows of a sheet whose header has at least `fields`; WrongFile. Empty rows are passed over."""
    _check_size(file)
    # Read by us, so that a medium that fails is not taken for a workbook that is wrong.
    content = io.BytesIO(file.read())
    try:
        rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise WrongFile(b"", ContractError("", "not_excel", "不是可读的Excel文件")) from error
    header = [str(cell).strip() for cell in rows[0]] if rows else []
    if not set(fields) <= set(header):
        missing = "、".join(sorted(set(fields) - set(header)))
        raise WrongFile(raw_of(header), ContractError("", "header", f"表头缺少{missing}"))
    for number, cells in enumerate(rows[1:], 2):
        if any(cell not in ("", None) for cell in cells):
            yield _line(number, header, cells)


def _check_size(file: IO[bytes]) -> None:
    """WrongFile where the workbook, or what it would become, is too large."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > LARGEST_FILE_BYTES:
        raise WrongFile(b"", ContractError("", "too_large", f"Excel文件超过{LARGEST_FILE_BYTES}字节"))
    if not is_zipfile(file):  # the older format is no archive
        file.seek(0)
        return
    try:
        with ZipFile(file) as archive:
            content = sum(part.file_size for part in archive.infolist())
    except BadZipFile as error:
        raise WrongFile(b"", ContractError("", "not_excel", "不是可读的Excel文件")) from error
    if content > LARGEST_CONTENT_BYTES:
        raise WrongFile(b"", ContractError("", "too_large", f"Excel内容超过{LARGEST_CONTENT_BYTES}字节"))
    file.seek(0)


def _line(number: int, header: Sequence[str], cells: Sequence[Any]) -> Line:
    values = {name: _value(cell) for name, cell in zip(header, cells, strict=False) if name}
    raw = raw_of(values)
    if len(raw) > LARGEST_ROW_LETTERS:
        fault = ContractError("", "too_large", f"一行超过{LARGEST_ROW_LETTERS}字节")
        return Line(number, raw[:LARGEST_ROW_LETTERS], None, fault)
    return Line(number, raw, values, None)


def _value(cell: Any) -> Any:
    """A number that is whole is one, as Excel has no other; a moment is written as departments write it."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.strftime("%Y-%m-%d")
    return cell.strip() if isinstance(cell, str) else cell
