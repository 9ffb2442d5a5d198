"""Hypothesis strategies for values of an Avro type, as fastavro reads and writes them."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LONG = st.integers(min_value=-(2**63), max_value=2**63 - 1)

PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "string": TEXT,
    "long": LONG,
    "double": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "bytes": st.binary(max_size=12),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of an Avro type written out in full, as in the schema files."""
    if isinstance(kind, str):
        return PRIMITIVES[kind]
    if isinstance(kind, list):
        return st.one_of([values_of(branch) for branch in kind])
    return COMPOUND[kind["type"]](kind)


COMPOUND: dict[str, Callable[[Any], st.SearchStrategy[Any]]] = {
    "record": lambda kind: st.fixed_dictionaries({field["name"]: values_of(field["type"]) for field in kind["fields"]}),
    "enum": lambda kind: st.sampled_from(kind["symbols"]),
    "array": lambda kind: st.lists(values_of(kind["items"]), max_size=3),
    "map": lambda kind: st.dictionaries(TEXT, values_of(kind["values"]), max_size=3),
}
