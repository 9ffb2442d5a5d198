"""Words on supervision orders (督办单) and of leaders on orders (提级、批示), from HTTP into the matters' log.

As with answers, everything in a fact follows from the request and its token. Who may say what, dispatch decides by the
rules; no words of one's own are taken: a demand is one of a few.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints

from connectors.approval_requests import officers_identity
from connectors.order_requests import OrderRequest, district_of
from connectors.problems import Problem
from connectors.signed_envelope import district_in, signed
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
    no_such = Problem(404, "no_such_supervision", "no supervision order can have this number or be told this")
    district = district_in(request.order_no, SUPERVISION_NO, no_such)
    act = ACTS.get(request.word)
    if act is None:
        raise no_such
    demand = _read(request, Demanding).demand if act == "sign" else None
    if act != "sign":
        _read(request, Nothing)
    return Supervised(
        **signed(officers_identity(request, identified), district, identified),
        supervision_no=request.order_no,
        act=act,
        demand=demand,
    )


def escalated(request: OrderRequest, identified: Identified) -> Directed:
    """The fact that an order is moved to a unit above; Problem where the request is none."""
    district = district_of(request.order_no)
    to_unit = _read(request, Escalation).to_unit
    envelope = signed(officers_identity(request, identified), district, identified)
    return Directed(**envelope, order_no=request.order_no, direction="escalate", to_unit=to_unit)


def instructed(request: OrderRequest, identified: Identified) -> Directed:
    """The fact that a leader wants an order supervised; Problem where the request is none."""
    district = district_of(request.order_no)
    demand = _read(request, Demanding).demand
    envelope = signed(officers_identity(request, identified), district, identified)
    return Directed(**envelope, order_no=request.order_no, direction="instruct", demand=demand)


DIRECTIONS: Mapping[str, Callable[[OrderRequest, Identified], Fact]] = {"escalate": escalated, "instruct": instructed}
"""What makes a fact of a leader's request to an order's address, by its last part."""


def _read(request: OrderRequest, body: type[B]) -> B:
    fields = ", ".join(body.model_fields) or "nothing"
    return request.read(body, "wrong_request", f"the body may hold {fields} and nothing else")
