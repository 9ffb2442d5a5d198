"""What every file format gives: numbered lines, each read by itself, so that one bad line spoils no other."""

from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple

from connectors.contract import ContractError


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
