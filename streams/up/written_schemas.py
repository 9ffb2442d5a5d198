"""Whether this hub can read on what lies in a data folder: the schemas that wrote it are kept beside it.

Released schemas are never altered (`schemas/released/`), but a data folder may have been filled by a state of the
hub between two releases. Its records would be read under other schemas than wrote them, and every worker would end.
"""

import json
from collections.abc import Iterable

from fastavro.schema import fingerprint, to_parsing_canonical_form

from streams.embedded.errors import EmbeddedError
from streams.embedded.home import Home
from streams.schema_files import Schema

FILE = "schemas.json"
NAMED = 3


class WrittenOtherwise(EmbeddedError):
    """The data folder was filled under schemas that this hub has no more."""


def check_written_schemas(home: Home, schemas: Iterable[Schema]) -> None:
    """Raise WrittenOtherwise, or note that these schemas write into the folder from now on."""
    path = home.root / FILE
    ours = {schema.name: _fingerprint(schema) for schema in schemas}
    written = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    others = sorted(name for name, mark in written.items() if ours.get(name) != mark)
    if others:
        more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        raise WrittenOtherwise(
            f"the data folder {home.root} was written by another state of the hub, under other schemas "
            f"({', '.join(others[:NAMED])}{more}), and cannot be read on: name an empty folder in HUB_HOME, or run the "
            "state that wrote it"
        )
    whole = path.with_suffix(".new")
    whole.write_text(json.dumps(ours, indent=0), encoding="utf-8")
    whole.replace(path)


def _fingerprint(schema: Schema) -> str:
    """The same for schemas whose records are the same bytes: names, types and their order, without documentation."""
    return str(fingerprint(to_parsing_canonical_form(dict(schema.definition)), "sha256"))
