"""Words on supervision orders (督办单) and of leaders on orders (提级、批示), from HTTP into the matters' log.

As with answers, everything in a fact follows from the request and its token. Who may say what, dispatch decides by the
rules; no words of one's own are taken: a demand is one of a few.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from connectors.approval_requests import officers_identity
from connectors.order_requests import ORDER_NO, OrderRequest
from connectors.problems import Problem
from connectors.signed_envelope import signed
from streams.contract import Fact
from streams.facts.matters import Directed, Supervised
from streams.facts.vocabulary import Demand
from streams.secrecy.actors import Identified

Act = Literal["sign", "refuse", "answer", "sign_off"]
ACTS: Mapping[str, Act] = {"sign": "sign", "refuse": "refuse", "answer": "answer", "sign-off": "sign_off"}
"""The last part of a supervision order's address, and what it stands for."""

SUPERVISION_NO = re.compile(r"(\d{6})\d{8}S\d{5,}", re.ASCII)
UnitCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class Nothing(BaseModel):
    """An empty body, or `{}`."""

    model_config = ConfigDict(extra="forbid")


class Demanding(Nothing):
    """What is demanded of the unit; left out, what was proposed."""

    demand: Demand | None = None


class Escalation(Nothing):
    """The unit above that has the order from now on."""

    to_unit: UnitCode


B = TypeVar("B", bound=Nothing)


def supervised(request: OrderRequest, identified: Identified) -> Supervised:
    """The fact of a word on the supervision order whose number stands in the place of an order's; Problem."""
    number = SUPERVISION_NO.fullmatch(request.order_no)
    act = ACTS.get(request.word)
    if number is None or act is None:
        raise Problem(404, "no_such_supervision", "no supervision order can have this number or be told this")
    demand = _read(Demanding, request.body).demand if act == "sign" else None
    if act != "sign":
        _read(Nothing, request.body)
    return Supervised(
        **signed(officers_identity(request, identified), number.group(1), identified),
        supervision_no=request.order_no,
        act=act,
        demand=demand,
    )


def escalated(request: OrderRequest, identified: Identified) -> Directed:
    """The fact that an order is moved to a unit above; Problem where the request is none."""
    district = _district(request.order_no)
    to_unit = _read(Escalation, request.body).to_unit
    envelope = signed(officers_identity(request, identified), district, identified)
    return Directed(**envelope, order_no=request.order_no, direction="escalate", to_unit=to_unit)


def instructed(request: OrderRequest, identified: Identified) -> Directed:
    """The fact that a leader wants an order supervised; Problem where the request is none."""
    district = _district(request.order_no)
    demand = _read(Demanding, request.body).demand
    envelope = signed(officers_identity(request, identified), district, identified)
    return Directed(**envelope, order_no=request.order_no, direction="instruct", demand=demand)


DIRECTIONS: Mapping[str, Callable[[OrderRequest, Identified], Fact]] = {"escalate": escalated, "instruct": instructed}
"""What makes a fact of a leader's request to an order's address, by its last part."""


def _district(order_no: str) -> str:
    order = ORDER_NO.fullmatch(order_no)
    if order is None:
        raise Problem(404, "no_such_order", "no order can have this number")
    return order.group(1)


def _read(body: type[B], content: bytes) -> B:
    try:
        return body.model_validate_json(content or b"{}")
    except ValidationError as error:
        if any(part["type"] == "json_invalid" for part in error.errors()):
            raise Problem(400, "not_json", "the body is not JSON in UTF-8") from error
        fields = ", ".join(body.model_fields) or "nothing"
        raise Problem(422, "wrong_request", f"the body may hold {fields} and nothing else") from error
