"""CSV files with a header row, whose every row knows its file and line. Lines that begin with # are comments."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.marked.yaml_file import Fault


@dataclass(frozen=True)
class Row:
    """One row; `fault` writes down what is wrong with it."""

    file: str
    line: int
    fields: dict[str, str]
    faults: list[Fault]

    def fault(self, text: str) -> None:
        self.faults.append(Fault(self.file, self.line, text))

    def text(self, column: str) -> str:
        """What stands in `column`; a fault where it is empty."""
        value = self.fields[column].strip()
        if not value:
            self.fault(f"{column} is empty")
        return value

    def code(self, column: str, digits: int) -> str:
        """A code of so many digits."""
        value = self.fields[column].strip()
        if not (len(value) == digits and value.isascii() and value.isdigit()):
            self.fault(f"{column} must be {digits} digits, not '{value}'")
        return value

    def whole(self, column: str) -> int:
        """A whole number, not negative."""
        value = self.fields[column].strip()
        if value.isascii() and value.isdigit():
            return int(value)
        self.fault(f"{column} must be a whole number, not '{value}'")
        return 0

    def degrees(self, column: str, limit: float) -> float:
        """An angle between -limit and limit."""
        value = self.fields[column].strip()
        try:
            angle = float(value)
        except ValueError:
            angle = float("nan")
        if not -limit <= angle <= limit:
            self.fault(f"{column} must be between -{limit:g} and {limit:g} degrees, not '{value}'")
        return angle


def read_rows(path: Path, columns: Sequence[str], faults: list[Fault]) -> list[Row]:
    """The rows of a UTF-8 file whose header is exactly `columns`; what is wrong with the file goes to `faults`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(str(path), 0, f"cannot be read: {error}"))
        return []
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    parsed = zip((number for number, _ in numbered), csv.reader(line for _, line in numbered), strict=False)
    header_line, header = next(parsed, (0, []))
    if header != list(columns):
        faults.append(Fault(str(path), header_line, f"the header must be {','.join(columns)}"))
        return []
    rows = []
    for number, values in parsed:
        if len(values) == len(columns):
            rows.append(Row(str(path), number, dict(zip(columns, values, strict=True)), faults))
        else:
            faults.append(Fault(str(path), number, f"{len(values)} fields where the header has {len(columns)}"))
    return rows
