"""What every file format gives: numbered lines, each read by itself, so that one bad line spoils no other."""

import json
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple

from connectors.contract import ContractError

LONGEST_LINE_BYTES = 65_536


class Line(NamedTuple):
    """One line, row or element; `number` counts as the format does, so that its owner finds it again.

    Without `values` there is a `fault`. `raw` is what came, or JSON of it where the file is not one of lines.
    """

    number: int
    raw: bytes
    values: dict[str, Any] | None
    fault: ContractError | None


class WrongFile(Exception):
    """The file is not the one agreed on: `raw` is what shows it, `fault` says what is wrong."""

    def __init__(self, raw: bytes, fault: ContractError) -> None:
        super().__init__(str(fault))
        self.raw = raw
        self.fault = fault


ReadLines = Callable[[IO[bytes]], Iterator[Line]]
"""Reads an open file from its beginning; WrongFile."""


def physical_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines without their ends; of one that is too long only the beginning, which no contract takes."""
    while raw := file.readline(LONGEST_LINE_BYTES):
        rest = raw
        while rest and not rest.endswith(b"\n") and len(rest) == LONGEST_LINE_BYTES:
            rest = file.readline(LONGEST_LINE_BYTES)
        yield raw.rstrip(b"\r\n")


def raw_of(values: object) -> bytes:
    """What stands for a line of a file that has none."""
    return json.dumps(values, ensure_ascii=False, default=str).encode(errors="surrogatepass")
