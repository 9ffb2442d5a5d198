"""A key is placed where Kafka's own clients place it."""

from aiokafka.partitioner import murmur2 as word_by_word
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.partitioner import murmur2, partition_of


@given(data=st.binary(max_size=200))
def test_a_digest_is_that_of_another_client(data: bytes) -> None:
    assert murmur2(data) == word_by_word(data) & 0xFFFFFFFF


@given(key=st.text(min_size=1, max_size=80), partitions=st.integers(1, 64))
def test_a_key_is_placed_where_another_client_places_it(key: str, partitions: int) -> None:
    assert partition_of(key, partitions) == (word_by_word(key.encode()) & 0x7FFFFFFF) % partitions
