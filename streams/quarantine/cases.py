"""The records of the quarantine, each with what was done about it since."""

from dataclasses import dataclass

from streams.codec import Codec, Origin
from streams.engine.quarantine import TOPIC
from streams.facts.quarantine import Handled, Held
from streams.topic_reader import read_topic
from streams.topology import Topology


@dataclass(frozen=True)
class Case:
    """One held record. `number` is its offset in the quarantine, which has one partition; `handled` is in order."""

    number: int
    held: Held
    handled: tuple[Handled, ...] = ()

    @property
    def origin(self) -> Origin:
        return Origin(self.held.topic, self.held.partition, self.held.offset)

    @property
    def retried(self) -> Handled | None:
        """The last time it was sent on its way again."""
        return next((one for one in reversed(self.handled) if one.action == "retried"), None)


@dataclass(frozen=True)
class Wanted:
    """Which cases: empty texts and no numbers let all through; `again` lets those through that were retried."""

    numbers: tuple[int, ...] = ()
    owner: str = ""
    stage: str = ""
    reason: str = ""
    topic: str = ""
    again: bool = False

    def __call__(self, case: Case) -> bool:
        held = case.held
        pairs = (
            (self.owner, held.owner),
            (self.stage, held.stage),
            (self.reason, held.reason),
            (self.topic, held.topic),
        )
        return (
            (not self.numbers or case.number in self.numbers)
            and all(asked in ("", found) for asked, found in pairs)
            and (self.again or case.retried is None)
        )


def read_cases(bootstrap: str, topology: Topology, codec: Codec) -> dict[int, Case]:
    """Every case by its number, in order. Raises NotReadable, and CodecError for what is no record of ours."""
    held: dict[int, Held] = {}
    handled: dict[int, list[Handled]] = {}
    for message in read_topic(bootstrap, topology.topic_name(TOPIC)):
        origin = Origin(TOPIC, message.partition(), message.offset())
        record = codec.decode(message.value() or b"", origin)
        if isinstance(record, Held):
            held[message.offset()] = record
        elif isinstance(record, Handled):
            handled.setdefault(record.number, []).append(record)
    return {number: Case(number, one, tuple(handled.get(number, ()))) for number, one in held.items()}
