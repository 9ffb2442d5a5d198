"""CSV: lines are numbered from 1, the header's.

A value with a line break inside is not read as one: such a line is a fault, as are bytes that are not of the declared
encoding, quotes that do not close, and another number of values than the header has. Memory is bounded by one line.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import IO

from connectors.contract import ContractError
from connectors.readers.formats.line import LONGEST_LINE_BYTES, Line, WrongFile, physical_lines


def read_csv(file: IO[bytes], encoding: str, fields: Sequence[str]) -> Iterator[Line]:
    """The lines of a file whose header has at least `fields`; WrongFile. Empty lines are passed over."""
    numbered = enumerate(physical_lines(file), 1)
    _, first = next(numbered, (1, b""))
    header, fault = _values(first, encoding)
    if header is None or not set(fields) <= set(header):
        missing = "、".join(sorted(set(fields) - set(header or ())))
        raise WrongFile(first, fault or ContractError("", "header", f"表头缺少{missing}"))
    for number, raw in numbered:
        if not raw:
            continue
        values, fault = _values(raw, encoding)
        if values is not None and len(values) != len(header):
            fault = ContractError("", "columns", f"应有{len(header)}列,实有{len(values)}列")
            values = None
        yield Line(number, raw, dict(zip(header, values, strict=True)) if values is not None else None, fault)


def _values(raw: bytes, encoding: str) -> tuple[list[str] | None, ContractError | None]:
    if len(raw) >= LONGEST_LINE_BYTES:
        return None, ContractError("", "too_large", f"一行超过{LONGEST_LINE_BYTES}字节")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None, ContractError("", "encoding", f"不是{encoding.upper()}编码")
    try:
        return next(csv.reader([text.removeprefix("\ufeff")], strict=True), []), None
    except csv.Error:
        return None, ContractError("", "csv", "不是合格的CSV行")
