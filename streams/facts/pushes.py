"""What departments pushed under a key of their own (`Idempotency-Key`), and what they were answered."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import record


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The receipt of one row; its name is not kept, the same request names it again."""

    status: Literal["accepted", "duplicate", "quarantined"]
    topic: str
    partition: int
    offset: int
    reason: str


@record("pushes.taken.v1")
@dataclass(frozen=True, kw_only=True)
class Taken:
    """A request that was taken: the same again gets the same answer, and another one under its key none.

    `push` and `content` are keyed digests of its key and of what it said, so that nobody can try guesses on them.
    """

    system: str
    push: str
    content: str
    answers: tuple[Answer, ...]
    taken_at: int
