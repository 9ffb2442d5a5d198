"""Where readers go on, in `hub.cursors.v1`: one record a system, and several where a position is too long for one.

The parts of a long position are written first, under names of their own; the system's record then says how many there
are, and what they give together. Two sets of names take turns, so that until that record is written the position before
is still whole.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from connectors.topic_reading import read_topic
from streams.codec import Codec, CodecError
from streams.facts.cursors import Cursor

LONGEST_TEXT = 250_000
"""Letters of one record: never more than Kafka's 1 MiB in UTF-8."""
SPREAD = "spread:"
"""What the record of a system begins with whose position is spread; positions themselves are JSON."""
SETS = ("a", "b")

logger = logging.getLogger(__name__)


class Spread(NamedTuple):
    """A position as it is written: its parts by name, and what stands under the system's own name."""

    parts: dict[str, str]
    head: str


def spread(system: str, position: str, before: str | None) -> Spread:
    """How to write a position; `before` is what stands under the system's name now."""
    if len(position) <= LONGEST_TEXT:
        return Spread({}, position)
    names = SETS[1] if before and before.startswith(SPREAD) and _said(before)["set"] == SETS[0] else SETS[0]
    texts = [position[start : start + LONGEST_TEXT] for start in range(0, len(position), LONGEST_TEXT)]
    parts = {_part_name(system, names, number): text for number, text in enumerate(texts)}
    said = {"set": names, "parts": len(parts), "digest": _digest(position)}
    return Spread(parts, SPREAD + json.dumps(said))


def position_of(system: str, written: Mapping[str, str]) -> str | None:
    """The position of a system from everything written, by name; None where there is none that is whole."""
    head = written.get(system)
    if head is None or not head.startswith(SPREAD):
        return head
    said = _said(head)
    names = [_part_name(system, said["set"], number) for number in range(said["parts"])]
    position = "".join(written.get(name, "") for name in names)
    if _digest(position) == said["digest"]:
        return position
    logger.error("%s: its position is not whole in Kafka; everything is read from the beginning", system)
    return None


def read_cursors(bootstrap: str, topic: str, codec: Codec) -> dict[str, str]:
    """What is written under each name; KafkaAway."""
    written: dict[str, str] = {}
    for message in read_topic(bootstrap, topic):
        try:
            cursor = codec.decode(message.value() or b"")
        except CodecError as error:
            logger.warning("a cursor that is none is passed over: %s", error)
            continue
        if isinstance(cursor, Cursor):
            written[cursor.system] = cursor.position
    return written


def _part_name(system: str, names: str, number: int) -> str:
    return f"{system}#{names}{number}"


def _said(head: str) -> Any:
    return json.loads(head.removeprefix(SPREAD))


def _digest(position: str) -> str:
    return hashlib.blake2b(position.encode(), digest_size=16).hexdigest()
