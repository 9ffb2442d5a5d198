"""Facts of the people log about the rights of persons: to know, to have put right, to be deleted (PIPL 44 to 50).

Each names the token that it speaks of, as those of `person_access` do; what is written in words is sealed for it.
"""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.person_access import ActOnPerson, Words

Right = Literal["access", "correction", "deletion"]
"""查阅复制, 更正补充, 删除."""
RightKind = Literal["access", "correction", "deletion", "access_review"]
"""A right that a person uses, or the review (查阅复核) of a reading that two officers allowed themselves."""
RightState = Literal["waiting", "approved", "erasing", "refused", "done"]
RightOutcome = Literal["exported", "answered"]
ErasingStage = Literal["leaving", "destroying", "proven"]
"""The entries leave the tables; the key is destroyed; the proof is there, and what came meanwhile leaves too."""


@record("people.right_asked.v1")
@dataclass(frozen=True, kw_only=True)
class RightAsked(ActOnPerson):
    """A person uses a right, by an officer who takes it down. What is to be put right stands in `system`, `record_no`.

    `item` is the item of that record, '' where the words say which.
    """

    right: Right
    system: str = ""
    record_no: str = ""
    item: str = ""
    content: Words | None = None


@record("people.right_done.v1")
@dataclass(frozen=True, kw_only=True)
class RightDone(ActOnPerson):
    """The copy was made (`exported`), or the department has answered that its record is right (`answered`)."""

    request_no: str
    outcome: RightOutcome
    content: Words | None = None


@dataclass(frozen=True, kw_only=True)
class DestroyedKey:
    """One key that is no more; `digest` is the SM3 of its wrapped form."""

    generation: int
    destroyed_at: int
    digest: str


@record("people.key_destroyed.v1")
@dataclass(frozen=True, kw_only=True)
class KeyDestroyed(Fact):
    """What was said of a person so far opens nowhere any more; no keys where nothing was ever sealed."""

    token: str
    request_no: str
    keys: tuple[DestroyedKey, ...]


@record("people.named.v1")
@dataclass(frozen=True, kw_only=True)
class Named(Fact):
    """The owner of `other` keeps something that names `token`, and has to hear when that one is deleted."""

    token: str
    other: str


@record("people.forgotten.v1")
@dataclass(frozen=True, kw_only=True)
class Forgotten(ActOnPerson):
    """The person of `other` is deleted: whatever `token`'s owner keeps that names it goes too.

    Where `other` was the same identifier under another key of tokens, so does all that is kept of `token`.
    """

    other: str
    request_no: str
    second: str
