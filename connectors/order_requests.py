"""What all that is said of an order, by whichever door, has: its address beside its token and its body."""

import re
from dataclasses import dataclass
from typing import Literal

from connectors.problems import Problem
from connectors.signed_envelope import district_in
from connectors.signed_facts import SignedRequest

ORDER_NO = re.compile(r"(\d{6})\d{8}M\d{5,}-\d{2,}", re.ASCII)


@dataclass(frozen=True)
class OrderRequest(SignedRequest):
    """What is said of an order, a request or a supervision order; `word` is the last part of the address."""

    order_no: str
    word: str
    channel: Literal["api", "topic", "file"] = "api"


def no_such_order() -> Problem:
    return Problem(404, "no_such_order", "no order can have this number or be given this answer")


def district_of(order_no: str) -> str:
    """The district that an order's number begins with; Problem where it is no such number."""
    return district_in(order_no, ORDER_NO, no_such_order())
