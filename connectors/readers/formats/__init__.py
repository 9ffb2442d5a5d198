"""File formats by name, as the `format` setting of a `file_drop` connector names them; one module each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import IO, Any

from connectors.readers.formats.csv_lines import read_csv
from connectors.readers.formats.excel_rows import read_excel
from connectors.readers.formats.fixed_width import Layout, read_fixed_width
from connectors.readers.formats.json_lines import read_json_lines
from connectors.readers.formats.line import Line, ReadLines
from connectors.readers.formats.xml_elements import read_xml
from connectors.readers.formats.zipped import read_zipped

ZIPPED = ".zip"
DEFAULT = "csv"


def lines_of(settings: Mapping[str, Any], fields: Sequence[str]) -> Callable[[IO[bytes], str], Iterator[Line]]:
    """How a file of a connector is read, by its name: zipped or not. KeyError for a setting that is missing.

    `csv` needs `encoding`, `fixed_width` also `layout` (field: [from, to]), `xml` also `element`.
    """
    name = settings.get("format", DEFAULT)
    read_lines = FORMATS[name](settings, fields)

    def read(file: IO[bytes], file_name: str) -> Iterator[Line]:
        if file_name.lower().endswith(ZIPPED):
            return read_zipped(file, read_lines, seekable=name == "excel")
        return read_lines(file)

    return read


def _csv(settings: Mapping[str, Any], fields: Sequence[str]) -> ReadLines:
    return partial(read_csv, encoding=settings["encoding"], fields=fields)


def _json_lines(_settings: Mapping[str, Any], _fields: Sequence[str]) -> ReadLines:
    return read_json_lines


def _fixed_width(settings: Mapping[str, Any], _fields: Sequence[str]) -> ReadLines:
    layout = Layout({name: (int(begin), int(end)) for name, (begin, end) in settings["layout"].items()})
    return partial(read_fixed_width, encoding=settings["encoding"], layout=layout)


def _xml(settings: Mapping[str, Any], _fields: Sequence[str]) -> ReadLines:
    return partial(read_xml, encoding=settings["encoding"], element=settings["element"])


def _excel(_settings: Mapping[str, Any], fields: Sequence[str]) -> ReadLines:
    return partial(read_excel, fields=fields)


FORMATS: Mapping[str, Callable[[Mapping[str, Any], Sequence[str]], ReadLines]] = {
    "csv": _csv,
    "json_lines": _json_lines,
    "fixed_width": _fixed_width,
    "xml": _xml,
    "excel": _excel,
}
