"""What could not be applied, kept where its owner can repair it."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import record

Stage = Literal["connector", "gateway", "decode", "apply", "due"]
"""Where on its way something could not be applied."""


@record("quarantine.held.v1")
@dataclass(frozen=True, kw_only=True)
class Held:
    """A record or entry that could not be applied; its bytes only sealed under the owner’s key."""

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


@record("quarantine.handled.v1")
@dataclass(frozen=True, kw_only=True)
class Handled:
    """Somebody looked at a held record’s payload, or sent it on its way again; `number` is that record’s offset."""

    number: int
    action: Literal["revealed", "retried"]
    by: str
    handled_at: int
    repaired: bool
