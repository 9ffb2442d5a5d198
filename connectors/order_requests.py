"""What all that is said of an order over HTTP has: its address, its body, and the id that follows from both."""

import hashlib
import re
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from connectors.idempotency import check_key
from connectors.problems import Problem

ORDER_NO = re.compile(r"(\d{6})\d{8}M\d{5,}-\d{2,}", re.ASCII)

Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class AnswerRequest:
    """What is said of an order as it came over HTTP; `word` is the last part of the address."""

    order_no: str
    word: str
    authorization: str | None
    idempotency_key: str | None
    body: bytes


def no_such_order() -> Problem:
    return Problem(404, "no_such_order", "no order can have this number or be given this answer")


def district_of(order_no: str) -> str:
    """The district that an order's number begins with; Problem where it is no such number."""
    order = ORDER_NO.fullmatch(order_no)
    if order is None:
        raise no_such_order()
    return order.group(1)


def read_body(model: type[Body], body: bytes, detail: str) -> Body:
    """The body by its model; empty is as good as `{}`. Problem 400 or 422 with `detail`."""
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        if any(part["type"] == "json_invalid" for part in error.errors()):
            raise Problem(400, "not_json", "the body is not JSON in UTF-8") from error
        raise Problem(422, "wrong_answer", detail) from error


def identity_of(request: AnswerRequest, answer: str, unit: str) -> str:
    """The same for the same answer of a unit: under its own key where it names one, else for the same body."""
    key = request.idempotency_key
    said = f"key:{check_key(key)}".encode() if key is not None else b"body:" + request.body
    digest = hashlib.new("sm3", "\n".join((request.order_no, answer, unit, "")).encode() + said)
    return f"answer:{digest.hexdigest()[:32]}"
