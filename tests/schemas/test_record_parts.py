"""A record that holds records is written as fastavro writes it, whatever of it was written before."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from fastavro import schemaless_writer
from hypothesis import given
from hypothesis import strategies as st

from streams import record_parts
from streams.codec import HEADER_BYTES
from streams.facts.rules import Limit
from streams.facts.views import Clock, Matter, Order
from streams.record_parts import WrittenBefore
from tests.schemas.avro_values import values_of
from tests.schemas.whole_codec import CODEC

SCHEMA = CODEC.schema_of(Matter)
LIMIT = Limit(
    amount=5, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="always", document=""
)
CLOCK = Clock(kind="arrive", state="running", started_at=1, due_at=2, limit=LIMIT)
ORDER = Order(order_no="M-01", unit="u", unit_name="供水公司", state="sent", clocks=(CLOCK, CLOCK))
MATTER = Matter(
    matter_no="M",
    incident_no="E",
    incident_class="burst_main",
    urgency="urgent",
    region="500117",
    state="assigned",
    opened_at=1,
    orders=(ORDER,),
    clocks=(CLOCK,),
    as_of=3,
)


def by_fastavro(matter: Matter) -> bytes:
    """Field by field from plain dicts."""
    buffer = BytesIO()
    schemaless_writer(buffer, SCHEMA.parsed, plain(matter))
    return buffer.getvalue()


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return {name: plain(one) for name, one in vars(value).items()} if hasattr(value, "__dict__") else value


def written(matter: Matter) -> bytes:
    return CODEC.encode(matter)[HEADER_BYTES:]


def test_it_is_what_fastavro_writes_and_again_the_same() -> None:
    assert written(MATTER) == written(MATTER) == by_fastavro(MATTER)


@given(st.lists(st.sampled_from(["order", "clock", "limit", "matter"]), max_size=8), st.integers(0, 2**60))
def test_a_change_of_whatever_it_holds_is_written_and_the_rest_as_before(changed: list[str], at: int) -> None:
    matter = MATTER
    for number, what in enumerate(changed):
        order = matter.orders[0]
        if what == "order":
            order = replace(order, unit=f"u{number}")
        elif what == "clock":
            order = replace(order, clocks=(order.clocks[0], replace(order.clocks[1], due_at=at + number)))
        elif what == "limit":
            limit = replace(order.clocks[0].limit, amount=number)
            order = replace(order, clocks=(replace(order.clocks[0], limit=limit), order.clocks[1]))
        matter = replace(matter, orders=(order,), as_of=at)
        assert written(matter) == by_fastavro(matter)


@pytest.mark.parametrize("count", [0, 1, 63, 64, 8_191, 8_192])
def test_as_many_records_as_there_are(count: int) -> None:
    matter = replace(MATTER, clocks=(CLOCK,) * count)
    assert written(matter) == by_fastavro(matter)
    assert CODEC.decode(CODEC.encode(matter)) == matter


@pytest.mark.parametrize("change", [{"orders": (CLOCK,)}, {"clocks": (None,)}, {"orders": ORDER}, {"clocks": "now"}])
def test_what_is_no_record_of_its_kind_is_not_written(change: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        CODEC.encode(replace(MATTER, **change))


def test_a_field_of_a_record_it_holds_that_does_not_fit_is_not_written_the_second_time_either() -> None:
    wrong = replace(MATTER, clocks=(replace(CLOCK, due_at="soon"),))  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises((TypeError, ValueError)):
            CODEC.encode(wrong)


@given(st.data())
def test_any_matter_is_written_again_as_it_was_written_first(data: st.DataObject) -> None:
    buffer = BytesIO(CODEC.encode(MATTER)[:HEADER_BYTES])
    buffer.seek(HEADER_BYTES)
    schemaless_writer(buffer, SCHEMA.parsed, data.draw(values_of(SCHEMA.definition)))
    matter = CODEC.decode(buffer.getvalue())
    assert CODEC.encode(matter) == CODEC.encode(matter) == buffer.getvalue()


def test_the_oldest_are_forgotten_and_nothing_is_taken_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_parts, "MOST_KEPT", 3)
    before = WrittenBefore[bytes]()
    values = [replace(CLOCK, due_at=number) for number in range(100)]
    for number, value in enumerate(values):
        assert before.find(value) is None
        before.keep(value, b"%d" % number)
    found = {number: data for number, value in enumerate(values) if (data := before.find(value)) is not None}
    assert 3 <= len(found) <= 6
    assert found == {number: b"%d" % number for number in found}
    assert max(found) == 99
    equal_but_another = replace(values[-1])
    assert before.find(equal_but_another) is None
