"""What could not be applied, kept where its owner can repair it."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import record

Stage = Literal["connector", "gateway", "decode", "apply", "due", "dispute"]
"""Where on its way something could not be applied; `dispute` is a value that was, and is wrong nevertheless."""

Outcome = Literal["corrected", "stands", "withdrawn"]
"""What a department answers: it has sent the right value, its value is right, the record should not have been sent."""


@record("quarantine.held.v1")
@dataclass(frozen=True, kw_only=True)
class Held:
    """A record or entry that could not be applied; its bytes only sealed under the owner’s key.

    `steward` is the department that has to put right what came from it, by `answer_due_at`; empty and None where the
    hub itself has to.
    """

    stage: Stage
    reason: str
    detail: str
    owner: str
    topic: str
    partition: int
    offset: int
    held_at: int
    record_key: bytes | None = None
    algorithm: str
    key_version: int
    nonce: bytes
    sealed: bytes
    steward: str = ""
    answer_due_at: int | None = None


@record("quarantine.handled.v1")
@dataclass(frozen=True, kw_only=True)
class Handled:
    """Somebody looked at a held record’s payload, or sent it on its way again; `number` is that record’s offset."""

    number: int
    action: Literal["revealed", "retried"]
    by: str
    handled_at: int
    repaired: bool


@record("quarantine.answered.v1")
@dataclass(frozen=True, kw_only=True)
class Answered:
    """A department’s word on what was held of its rows; `number` is that record’s offset."""

    number: int
    outcome: Outcome
    by: str
    reason: str
    answered_at: int
