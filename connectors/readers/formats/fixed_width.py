"""Lines of fixed width, as older systems write them: where each field begins and ends is counted in bytes.

Not in letters: a Chinese one takes two bytes of GB18030 or four. A field is stripped of the blanks that fill it up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from connectors.contract import ContractError
from connectors.readers.formats.line import LONGEST_LINE_BYTES, Line, physical_lines


@dataclass(frozen=True)
class Layout:
    """Bytes from (counted from 0) and to (not included) of each field."""

    fields: Mapping[str, tuple[int, int]]

    @property
    def width(self) -> int:
        return max(end for _, end in self.fields.values())


def read_fixed_width(file: IO[bytes], encoding: str, layout: Layout) -> Iterator[Line]:
    """Lines are numbered from 1; there is no header. A line that is shorter or longer than the layout is a fault."""
    for number, raw in enumerate(physical_lines(file), 1):
        if raw:
            yield Line(number, raw[:LONGEST_LINE_BYTES], *_values(raw, encoding, layout))


def _values(raw: bytes, encoding: str, layout: Layout) -> tuple[dict[str, str] | None, ContractError | None]:
    if len(raw) != layout.width:
        return None, ContractError("", "width", f"应为{layout.width}字节,实为{len(raw)}字节")
    try:
        return {name: raw[begin:end].decode(encoding).strip() for name, (begin, end) in layout.fields.items()}, None
    except UnicodeDecodeError:
        return None, ContractError("", "encoding", f"不是{encoding.upper()}编码,或字段从半个字开始")
