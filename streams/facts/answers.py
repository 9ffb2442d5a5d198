"""What units say of their orders over the topic of answers."""

from dataclasses import dataclass

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
