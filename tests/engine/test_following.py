"""Going through an ordered table in slices: what follows a key, with this transaction's changes in it."""

from hypothesis import given
from hypothesis import strategies as st

from streams.codec import Codec
from streams.contract import TableName
from streams.engine.tables import NOT_DUE, PartitionTables
from streams.rules.numbering import LastNumber

ORDERED = TableName("ordered", LastNumber, ordered=True)
CODEC = Codec.load()
KEYS = st.text("abc", min_size=1, max_size=3)


@given(kept=st.sets(KEYS), added=st.sets(KEYS), deleted=st.sets(KEYS), after=KEYS | st.just(""), most=st.integers(1, 9))
def test_what_follows_a_key_is_what_a_scan_has_after_it(
    kept: set[str], added: set[str], deleted: set[str], after: str, most: int
) -> None:
    tables = PartitionTables([ORDERED], CODEC)
    row = NOT_DUE + CODEC.encode(LastNumber(date="20260921", last=1))
    tables.load({f"ordered/{key}": row for key in kept})
    table = tables[ORDERED]
    for key in added:
        table.put(key, LastNumber(date="20260921", last=2))
    for key in deleted:
        table.delete(key)
    expected = [(key, value) for key, value in table.scan() if key > after][:most]
    assert table.following(after, most) == expected
    assert {key for key, _ in table.following("", 1_000)} == (kept | added) - deleted
