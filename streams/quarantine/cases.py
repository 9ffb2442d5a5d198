"""The records of the quarantine, each with what was done about it since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from streams.codec import Codec, Origin
from streams.engine.quarantine import TOPIC
from streams.facts.quarantine import Answered, Handled, Held
from streams.topic_reader import read_topic
from streams.topology import Topology

State = Literal["open", "overdue", "answered"]


@dataclass(frozen=True)
class Case:
    """One held record. `number` is its offset in the quarantine, which has one partition.

    `handled` and `answers` are in order; the last answer counts.
    """

    number: int
    held: Held
    handled: tuple[Handled, ...] = ()
    answers: tuple[Answered, ...] = ()

    @property
    def answer(self) -> Answered | None:
        return self.answers[-1] if self.answers else None

    def state(self, now: int) -> State:
        """Whether somebody still has to do something about it: not once it was sent on its way or answered."""
        if self.retried or self.answer:
            return "answered"
        due_at = self.held.answer_due_at
        return "overdue" if due_at is not None and due_at <= now else "open"

    @property
    def origin(self) -> Origin:
        return Origin(self.held.topic, self.held.partition, self.held.offset)

    @property
    def retried(self) -> Handled | None:
        """The last time it was sent on its way again."""
        return next((one for one in reversed(self.handled) if one.action == "retried"), None)


@dataclass(frozen=True)
class Wanted:
    """Which cases: empty texts and no numbers let all through; `again` lets those through that need nothing more."""

    numbers: tuple[int, ...] = ()
    owner: str = ""
    stage: str = ""
    reason: str = ""
    topic: str = ""
    steward: str = ""
    again: bool = False

    def __call__(self, case: Case) -> bool:
        held = case.held
        pairs = (
            (self.owner, held.owner),
            (self.stage, held.stage),
            (self.reason, held.reason),
            (self.topic, held.topic),
            (self.steward, held.steward),
        )
        return (
            (not self.numbers or case.number in self.numbers)
            and all(asked in ("", found) for asked, found in pairs)
            and (self.again or not (case.retried or case.answer))
        )


@dataclass(frozen=True)
class Burden:
    """What a department has yet to answer for of one system; `first_due_at` is the earliest limit (milliseconds)."""

    steward: str
    system: str
    open_cases: int
    overdue: int
    first_due_at: int


def burdens_of(cases: Iterable[Case], now: int) -> list[Burden]:
    """The systems of which something is to be answered for, those with the most overdue first."""
    waiting: dict[tuple[str, str], list[int]] = {}
    for case in cases:
        due_at = case.held.answer_due_at
        if due_at is not None and case.state(now) != "answered":
            waiting.setdefault((case.held.steward, case.held.owner), []).append(due_at)
    found = [
        Burden(steward, system, len(limits), sum(limit <= now for limit in limits), min(limits))
        for (steward, system), limits in waiting.items()
    ]
    return sorted(found, key=lambda one: (-one.overdue, one.first_due_at, one.system))


def read_cases(bootstrap: str, topology: Topology, codec: Codec) -> dict[int, Case]:
    """Every case by its number, in order. Raises NotReadable, and CodecError for what is no record of ours."""
    held: dict[int, Held] = {}
    handled: dict[int, list[Handled]] = {}
    answers: dict[int, list[Answered]] = {}
    for message in read_topic(bootstrap, topology.topic_name(TOPIC)):
        origin = Origin(TOPIC, message.partition(), message.offset())
        record = codec.decode(message.value() or b"", origin)
        if isinstance(record, Held):
            held[message.offset()] = record
        elif isinstance(record, Handled):
            handled.setdefault(record.number, []).append(record)
        elif isinstance(record, Answered):
            answers.setdefault(record.number, []).append(record)
    return {
        number: Case(number, one, tuple(handled.get(number, ())), tuple(answers.get(number, ())))
        for number, one in held.items()
    }
