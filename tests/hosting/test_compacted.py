"""Of a compacted topic only the last record of each key that was read at once is worked on."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from streams.hosting.compacted import last_of_each_key


class Read(NamedTuple):
    """A record that was read."""

    key: bytes | None
    offset: int


def read(*keys: bytes | None) -> list[Read]:
    return [Read(key, offset) for offset, key in enumerate(keys)]


def test_what_was_replaced_meanwhile_is_left_out() -> None:
    assert last_of_each_key(read(b"a", b"b", b"a")) == [Read(b"b", 1), Read(b"a", 2)]


def test_what_has_no_key_replaces_nothing() -> None:
    assert last_of_each_key(read(None, b"a", None)) == read(None, b"a", None)


@given(st.lists(st.sampled_from([b"a", b"b", b"c", None])))
def test_every_key_keeps_its_last_record_and_the_order_stays(keys: list[bytes | None]) -> None:
    records = read(*keys)

    left = last_of_each_key(records)

    assert {one.key: one.offset for one in left} == {one.key: one.offset for one in records}
    assert [one for one in records if one in left] == left
    assert left[-1:] == records[-1:], "reading goes on behind the same record"
