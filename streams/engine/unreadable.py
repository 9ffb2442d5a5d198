"""What of a log no replay can read again, since persons' keys were destroyed; what came of it is set apart.

Such a record is what it was meant to be: gone. What was published because of it is neither missed nor wrong, and what
the same key brings afterwards may build on it, as may every later link of a chain.
"""

from collections.abc import Callable, Collection, Iterator

from streams.codec import Codec
from streams.contract import Fact

CHAINED_SCHEMAS = frozenset({"audit.receipt.v1"})
"""Each record says the digest of the one before: after one that cannot be made again none can."""


class Unreadable:
    """Remembers while a partition is replayed whose records could not be read; `begin` and `end` stand around each."""

    def __init__(
        self, codec: Codec, chained: Collection[str], output_ids: Callable[[str, int], Iterator[tuple[str, str]]]
    ) -> None:
        self._codec = codec
        self._chained = chained
        self._output_ids = output_ids
        self._keys: set[bytes | None] = set()
        self._before = 0
        self._is_apart = False
        self.is_of_last = False
        """Whether the record that was applied last could not be read."""

    def begin(self, key: bytes | None) -> None:
        """A record is about to be applied."""
        self._before = self._codec.contents.lost
        self._is_apart = key is not None and key in self._keys
        self.is_of_last = False

    def end(self, key: bytes | None) -> None:
        """It was applied; something of it, or of an entry that was due before it, may be lost with a key."""
        if self._codec.contents.lost > self._before:
            self._keys.add(key)
            self._is_apart = self.is_of_last = True

    def is_apart(self, topic: str) -> bool:
        """Whether an output of the record that was applied last cannot be held against what was published."""
        return self._is_apart or (bool(self._keys) and topic in self._chained)

    def published_of(self, value: bytes | None, published: Collection[tuple[str, str]]) -> int:
        """How many outputs of a record that cannot be read stand on their topics."""
        fact = self._codec.decode(value or b"")
        if not isinstance(fact, Fact):
            return 0
        count = 0
        while any(place in published for place in self._output_ids(fact.id, count)):
            count += 1
        return count
