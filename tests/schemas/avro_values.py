"""Hypothesis strategies for values of an Avro type, as fastavro reads and writes them; what is sealed is nothing."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LONG = st.integers(min_value=-(2**63), max_value=2**63 - 1)

Written = dict[str, Any]
"""The records written out so far, by name: later ones may only be named."""

PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "string": TEXT,
    "long": LONG,
    "double": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "bytes": st.binary(max_size=12),
}


def values_of(kind: Any, written: Written | None = None) -> st.SearchStrategy[Any]:
    """Any value of an Avro type as it stands in the schema files."""
    written = {} if written is None else written
    if isinstance(kind, str):
        return PRIMITIVES[kind] if kind in PRIMITIVES else values_of(written[kind], written)
    if isinstance(kind, list):
        return st.one_of([values_of(branch, written) for branch in kind])
    return COMPOUND[kind["type"]](kind, written)


def _records(kind: Any, written: Written) -> st.SearchStrategy[Any]:
    fields = {
        field["name"]: st.none() if "sealed" in field else values_of(field["type"], written) for field in kind["fields"]
    }
    written[kind["name"]] = kind
    return st.fixed_dictionaries(fields)


COMPOUND: dict[str, Callable[[Any, Written], st.SearchStrategy[Any]]] = {
    "record": _records,
    "enum": lambda kind, _: st.sampled_from(kind["symbols"]),
    "array": lambda kind, written: st.lists(values_of(kind["items"], written), max_size=3),
    "map": lambda kind, written: st.dictionaries(TEXT, values_of(kind["values"], written), max_size=3),
}
