"""What units say of their orders over the topic of answers, and what came of it."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import record


@record("answers.said.v1")
@dataclass(frozen=True, kw_only=True)
class Said:
    """What a request to `POST /v1/orders/{order_no}/{word}` would say: its token, its key, its body (JSON).

    Without a key the place of the record stands for one, so that a record is one word however often it is read.
    """

    order_no: str
    word: str
    token: str
    idempotency_key: str | None = None
    body: str = ""


@record("answers.receipt.v1")
@dataclass(frozen=True, kw_only=True)
class AnswerReceipt:
    """What came of the record at this place of the topic: taken, as the fact `id`, or refused, and why in a word.

    Every unit may read it, and a refused record may say anything: nothing of what it said is repeated.
    """

    partition: int
    offset: int
    state: Literal["taken", "refused"]
    id: str | None = None
    reason: str | None = None
