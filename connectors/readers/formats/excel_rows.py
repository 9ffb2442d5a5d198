"""Excel: the first sheet, its first row the header; rows are numbered as Excel numbers them.

A workbook is read whole, by a process of its own, so its size is bounded, and how much its parts become is looked at
before they are unpacked.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from subprocess import PIPE
from typing import IO, Any, cast
from zipfile import BadZipFile, ZipFile, is_zipfile

from connectors.contract import ContractError, SourceAway
from connectors.readers.formats import excel_process
from connectors.readers.formats.line import Line, WrongFile, raw_of

LARGEST_FILE_BYTES = 64 * 1024 * 1024
LARGEST_CONTENT_BYTES = 512 * 1024 * 1024
LARGEST_ROW_LETTERS = 65_536
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a workbook of the older format begins, which is no archive."""
TOO_LARGE = {excel_process.TOO_LARGE, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGXCPU}


def read_excel(file: IO[bytes], fields: Sequence[str]) -> Iterator[Line]:
    """The rows of a sheet whose header has at least `fields`; WrongFile, SourceAway. Empty rows are passed over."""
    _check_size(file)
    with closing(_rows(file.read())) as rows:
        number, cells = next(rows, (1, []))
        header = [str(cell) for cell in cells] if number == 1 else []
        if not set(fields) <= set(header):
            missing = "、".join(sorted(set(fields) - set(header)))
            raise WrongFile(raw_of(header), ContractError("", "header", f"表头缺少{missing}"))
        for number, cells in rows:
            yield _line(number, header, cells)


def _rows(content: bytes) -> Generator[tuple[int, list[Any]], None, None]:
    """Number and cells of each row that has any, as a process of its own finds them; WrongFile, SourceAway."""
    command = [sys.executable, "-m", excel_process.__name__]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            with suppress(BrokenPipeError), cast("IO[bytes]", process.stdin) as into:
                into.write(content)
            for line in cast("IO[bytes]", process.stdout):
                yield json.loads(line)
            _check_end(process.wait())
        finally:
            process.kill()


def _check_end(code: int) -> None:
    if code == excel_process.NOT_EXCEL:
        raise WrongFile(b"", ContractError("", "not_excel", "不是可读的Excel文件"))
    if code in TOO_LARGE:
        raise WrongFile(b"", ContractError("", "too_large", "Excel表格展开后过大,整个文件未读"))
    if code:
        raise SourceAway(f"the process that reads workbooks has ended with {code}")


def _check_size(file: IO[bytes]) -> None:
    """WrongFile where the workbook, or what it would become, is too large."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > LARGEST_FILE_BYTES:
        raise WrongFile(b"", ContractError("", "too_large", f"Excel文件超过{LARGEST_FILE_BYTES}字节"))
    beginning = file.read(len(COMPOUND_FILE))
    file.seek(0)
    if beginning == COMPOUND_FILE:
        return
    if not is_zipfile(file):
        raise WrongFile(b"", ContractError("", "not_excel", "不是可读的Excel文件"))
    try:
        with ZipFile(file) as archive:
            content = sum(part.file_size for part in archive.infolist())
    except BadZipFile as error:
        raise WrongFile(b"", ContractError("", "not_excel", "不是可读的Excel文件")) from error
    if content > LARGEST_CONTENT_BYTES:
        raise WrongFile(b"", ContractError("", "too_large", f"Excel内容超过{LARGEST_CONTENT_BYTES}字节"))
    file.seek(0)


def _line(number: int, header: Sequence[str], cells: Sequence[Any]) -> Line:
    values = {name: cell for name, cell in zip(header, cells, strict=False) if name}
    raw = raw_of(values)
    if len(raw) > LARGEST_ROW_LETTERS:
        fault = ContractError("", "too_large", f"一行超过{LARGEST_ROW_LETTERS}字节")
        return Line(number, raw[:LARGEST_ROW_LETTERS], None, fault)
    return Line(number, raw, values, None)
