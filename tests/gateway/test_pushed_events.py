"""Whatever a sender's bytes are: rows, or one refusal; never another error, and never more memory than they ask for."""

import json
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pushed_events import MOST_ROWS, NotEvents, avro_batch, binary_event, json_batch, structured_event

DOOR = "/v1/sources/x/events"
BATCH_DOOR = "/v1/sources/x/batches"
ATTRIBUTES = {"specversion": "1.0", "id": "1", "source": "urn:x", "type": "request.submitted"}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def refusal(read: Callable[[], object]) -> str | None:
    """Why a body is refused, None where it is not; any other error is the test's."""
    try:
        read()
    except NotEvents as refused:
        return refused.reason
    return None


@given(st.binary(max_size=300))
def test_random_bytes_are_rows_or_one_refusal(body: bytes) -> None:
    for read, door in ((structured_event, DOOR), (json_batch, BATCH_DOOR), (avro_batch, BATCH_DOOR)):
        refusal(partial(read, body, door))


@given(anything)
def test_any_data_of_an_event_reaches_its_row_as_it_was_said(data: Any) -> None:
    row = structured_event(json.dumps({**ATTRIBUTES, "data": data}).encode(), DOOR)
    assert row.event_id == "1"
    if isinstance(data, dict) and row.fault is None:
        assert row.values == data
    else:
        assert row.fault is not None


def test_a_structured_event_is_kept_whole_so_that_its_type_is_known_when_it_is_repaired() -> None:
    pushed = json.dumps({**ATTRIBUTES, "data": {"request_class": "Z9"}}).encode()
    assert structured_event(pushed, DOOR).raw == pushed


@given(st.lists(anything, max_size=10))
def test_a_batch_has_as_many_rows_as_it_had_elements(elements: list[Any]) -> None:
    rows = json_batch(json.dumps(elements).encode(), BATCH_DOOR)
    assert len(rows) == len(elements)


@given(st.dictionaries(st.sampled_from(["ce-specversion", "ce-id", "ce-source", "ce-type"]), st.text(max_size=300)))
def test_any_headers_are_an_event_or_one_refusal(headers: dict[str, str]) -> None:
    assert refusal(lambda: binary_event(headers, b"{}", DOOR)) in (None, "specversion", "attribute")


@pytest.mark.parametrize("depth", [10, 500, *range(880, 1010, 3), 100_000])
def test_data_nested_however_deep_is_no_error(depth: int) -> None:
    # Whatever of the two runs out of stack first, reading the event or writing its data.
    nested = b"[" * depth + b"]" * depth
    event = b'{"specversion":"1.0","id":"1","source":"s","type":"t","data":' + nested + b"}"
    for body, read, door in ((event, structured_event, DOOR), (b"[" + event + b"]", json_batch, BATCH_DOOR)):
        assert refusal(partial(read, body, door)) in (None, "not_json", "too_deep")


def test_numbers_of_any_length_are_no_error() -> None:
    with pytest.raises(NotEvents):
        json_batch(b"[" + b"9" * 100_000 + b"]", BATCH_DOOR)


def test_a_batch_is_cut_off_where_its_receipts_would_end() -> None:
    with pytest.raises(NotEvents, match=str(MOST_ROWS)):
        json_batch(b"[" + b"1," * MOST_ROWS + b"1]", BATCH_DOOR)


def avro(schema: dict[str, Any], records: list[dict[str, Any]], codec: str = "null") -> bytes:
    file = BytesIO()
    fastavro.writer(file, fastavro.parse_schema(schema), records, codec=codec)
    return file.getvalue()


def event_schema(data: Any) -> dict[str, Any]:
    fields = [{"name": name, "type": "string"} for name in ("id", "source", "type")]
    return {"type": "record", "name": "Event", "fields": [*fields, {"name": "data", "type": data}]}


def test_logical_types_of_avro_become_what_json_would_say() -> None:
    data = {
        "type": "record",
        "name": "Row",
        "fields": [{"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}],
    }
    file = avro(event_schema(data), [{"id": "1", "source": "s", "type": "t", "data": {"at": 1_795_305_600_000}}])
    (row,) = avro_batch(file, BATCH_DOOR)
    assert row.values == {"at": "2026-11-22T00:00:00+00:00"}


@pytest.mark.parametrize("data", ["bytes", {"type": "map", "values": "string"}, {"type": "array", "items": "null"}])
def test_what_a_few_bytes_of_avro_could_blow_up_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(NotEvents, match="plain values"):
        avro_batch(avro(event_schema(data), []), BATCH_DOOR)


def test_a_type_that_holds_itself_is_refused() -> None:
    node = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}
    with pytest.raises(NotEvents, match="hold themselves"):
        avro_batch(avro(event_schema(node), []), BATCH_DOOR)
