"""The doors to what has a number of its own: units answer orders, officers decide requests and supervision orders.

Of all that is said over HTTP beside pushes this is nearly all, and so these doors stand before FastAPI.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from connectors.approval_requests import decided
from connectors.openapi import path_of
from connectors.order_requests import OrderRequest
from connectors.order_words import WORDS, fact_of
from connectors.plain_doors import ENCODER, PlainRequest, Take
from connectors.signed_doors import REFUSALS, signed_request
from connectors.signed_facts import SignedFacts
from connectors.supervision_requests import supervised
from streams.contract import Fact
from streams.secrecy.actors import Identified

ORDERS = "/v1/orders/{order_no}/{answer}"
APPROVALS = "/v1/approvals/{request_no}/{decision}"
SUPERVISIONS = "/v1/supervisions/{supervision_no}/{act}"

Maker = Callable[[OrderRequest, Identified], Fact]
MAKERS: Mapping[str, Maker] = {ORDERS: fact_of, APPROVALS: decided, SUPERVISIONS: supervised}


def order_doors(matters: SignedFacts) -> dict[str, Take]:
    """What takes a request, by template."""
    return {door: partial(_take, matters, maker) for door, maker in MAKERS.items()}


async def _take(matters: SignedFacts, maker: Maker, request: PlainRequest) -> bytes:
    number, word = request.named
    signed = await signed_request(request)
    receipt = await matters.take(OrderRequest(**vars(signed), order_no=number, word=word), maker)
    return ENCODER.encode(receipt.told()).encode()


def order_paths() -> dict[str, Any]:
    """These doors, for the gateway's own document."""
    orders = "单位应答派单,请示中止、延期、批示时限,恢复计时,核查、退回、撤回,提级、批示 / said of an order: "
    said = {
        ORDERS: ("answer_order", orders + ", ".join(WORDS)),
        APPROVALS: (
            "decide_request",
            "对请示作出决定(approve 批准、refuse 不批准),须由规则指定的人作出 / approve or refuse a request.",
        ),
        SUPERVISIONS: (
            "supervise",
            "督办单签发 sign、不予签发 refuse、答复 answer、销号 sign-off / a word on a supervision order.",
        ),
    }
    return {
        door: path_of(door, REFUSALS, operationId=_operation(name, door), description=text)
        for door, (name, text) in said.items()
    }


def _operation(name: str, door: str) -> str:
    """As FastAPI names those of its own doors, so that clients made from the document call all in one manner."""
    return re.sub(r"\W", "_", f"{name}{door}_post")
