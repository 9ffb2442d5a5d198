"""Which partition a key belongs to, as Java, Faust and librdkafka's murmur2_random place it."""

from functools import lru_cache
from struct import Struct
from typing import NamedTuple

FACTOR, SEED = 0x5BD1E995, 0x9747B28C
LOW_32_BITS = 0xFFFFFFFF
WORD_BYTES, LANE_BYTES = 4, 8
LAYOUTS = 1_024


def partition_of(key: str, partitions: int) -> int:
    """The partition of a non-empty key in a topic of so many partitions."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """Kafka's 32-bit MurmurHash2.

    All words are mixed at once, in one long number in which each has a lane of 64 bits, as wide as a product of two
    words: a third of the time that word by word takes, for a token of a person.
    """
    words = len(data) // WORD_BYTES
    layout = _layout(words)
    lanes = int.from_bytes(layout.lanes.pack(*layout.words.unpack_from(data)), "little")
    lanes = lanes * FACTOR & layout.low_halves
    lanes ^= lanes >> 24 & layout.low_halves
    lanes = lanes * FACTOR & layout.low_halves
    digest = SEED ^ len(data)
    for word in layout.lanes.unpack(lanes.to_bytes(LANE_BYTES * words, "little")):
        digest = digest * FACTOR & LOW_32_BITS ^ word
    if rest := data[WORD_BYTES * words :]:
        digest = (digest ^ int.from_bytes(rest, "little")) * FACTOR & LOW_32_BITS
    digest = (digest ^ digest >> 13) * FACTOR & LOW_32_BITS
    return digest ^ digest >> 15


class _Layout(NamedTuple):
    """So many words as they stand in a key and in their lanes, and a number with all bits of each lane's word."""

    words: Struct
    lanes: Struct
    low_halves: int


@lru_cache(maxsize=LAYOUTS)
def _layout(words: int) -> _Layout:
    low_halves = int.from_bytes(LOW_32_BITS.to_bytes(LANE_BYTES, "little") * words, "little")
    return _Layout(Struct(f"<{words}I"), Struct(f"<{words}Q"), low_halves)
