"""`python -m connectors.readers.formats.excel_process`: the first sheet of the workbook on standard input, bounded.

Each row that has a value is printed as a JSON array of its number and its cells. A workbook of a few kilobytes can name
a cell so far out that the sheet would take hundreds of gigabytes, and then the library ends the whole process; so it is
a process of its own that may take no more than LARGEST_MEMORY_BYTES and LONGEST_SECONDS of a processor. It ends with
NOT_EXCEL where the bytes are no workbook.
"""

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineWorkbook

LARGEST_MEMORY_BYTES = 1536 * 1024 * 1024
LONGEST_SECONDS = 120
NOT_EXCEL = 3
TOO_LARGE = 4


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY_BYTES, LARGEST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_SECONDS, LONGEST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except MemoryError:
        return TOO_LARGE
    except BaseException:  # noqa: BLE001 - a panic of the library is no Exception; its text would show what cells hold
        return NOT_EXCEL
    for number, cells in enumerate(rows, 1):
        if any(cell != "" for cell in cells):
            print(json.dumps([number, [plain(cell) for cell in cells]]))
    return 0


def plain(cell: Any) -> Any:
    """A number that is whole is one, as Excel has no other; a moment is written as departments write it."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, str):
        return cell.strip()
    return cell if isinstance(cell, bool | int | float) else str(cell)


if __name__ == "__main__":
    sys.exit(main())
