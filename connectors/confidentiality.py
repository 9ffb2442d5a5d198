"""保密工单 over HTTP: the centre makes a matter confidential, and whoever is shown such an order leaves a receipt."""

from functools import partial

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict

from connectors.measures import MATTER_NO, Said
from connectors.order_requests import OrderRequest, district_of
from connectors.problems import Problem, documented
from connectors.signed_doors import REFUSALS, json_body, receipt, signed_request
from connectors.signed_envelope import district_in, signed
from connectors.signed_facts import SignedFacts, SignedRequest
from streams.facts.matters import Read, Sealed
from streams.secrecy.actors import Identified

DETAIL = "the body holds cause and document, and nothing else"


class Sealing(BaseModel):
    """The body of `POST /v1/matters/{matter_no}/seal`."""

    model_config = ConfigDict(extra="forbid")

    cause: Said
    document: Said


def add_sealing(app: FastAPI, facts: SignedFacts) -> None:
    """Register the door."""

    @app.post("/v1/matters/{matter_no}/seal", responses=documented(*REFUSALS), openapi_extra=json_body(Sealing))
    async def seal(matter_no: str, request: Request) -> Response:
        """将事项定为保密:反映人信息和具体地点不再公开,阅看留痕 / make a matter confidential; it stays so."""
        return await receipt(facts, await signed_request(request), partial(sealed, matter_no))


def sealed(matter_no: str, request: SignedRequest, identified: Identified) -> Sealed:
    """The fact that a matter is made confidential; Problem where the request is none."""
    district = district_in(matter_no, MATTER_NO, Problem(404, "no_such_matter", "no matter can have this number"))
    said = request.read(Sealing, "wrong_order", DETAIL)
    identity = request.identity("seal", matter_no, identified.actor.unit, token=str(identified.issued_at))
    return Sealed(
        **signed(identity, district, identified), matter_no=matter_no, cause=said.cause, document=said.document
    )


def read(request: OrderRequest, identified: Identified) -> Read:
    """The receipt of a reading, a new one each time; Problem where the request is none."""
    district = district_of(request.order_no)
    if request.body.strip() not in (b"", b"{}"):
        raise Problem(422, "wrong_reading", "the body is empty: the token says who reads")
    identity = request.identity("read", request.order_no, identified.actor.unit, identified.actor.officer, anew=True)
    return Read(**signed(identity, district, identified), order_no=request.order_no)
