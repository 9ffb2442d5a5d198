"""JSON lines in UTF-8: one object a line, numbered from 1."""

from collections.abc import Iterator
from typing import IO

from connectors.contract import ContractError
from connectors.readers.formats.line import LONGEST_LINE_BYTES, Line, physical_lines
from connectors.readers.json_rows import read_object


def read_json_lines(file: IO[bytes]) -> Iterator[Line]:
    """Empty lines are passed over."""
    for number, raw in enumerate(physical_lines(file), 1):
        if not raw:
            continue
        if len(raw) >= LONGEST_LINE_BYTES:
            yield Line(number, raw, None, ContractError("", "too_large", f"一行超过{LONGEST_LINE_BYTES}字节"))
        else:
            yield Line(number, raw, *read_object(raw))
