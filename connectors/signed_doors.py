"""What all doors for signed facts share: a request read whole, and the receipt of the fact that is made of it."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from connectors.bodies import read_body
from connectors.plain_doors import PlainRequest
from connectors.signed_facts import Signed, SignedFacts, SignedRequest
from streams.contract import Fact
from streams.secrecy.actors import Identified

MOST_BYTES = 16 * 1024
REFUSALS = (400, 401, 404, 409, 413, 422, 429, 503)
"""What each of these doors may answer with instead of a receipt."""


def json_body(*models: type[BaseModel]) -> dict[str, Any]:
    """What the application's own document says of a door's body, which is read by hand: one of these models."""
    schemas = [model.model_json_schema() for model in models]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def signed_request(request: Request | PlainRequest, most_bytes: int = MOST_BYTES) -> SignedRequest:
    """What came, with a body of at most `most_bytes`; Problem."""
    return SignedRequest(
        request.headers.get("authorization"),
        request.headers.get("idempotency-key"),
        await read_body(request.headers, request.receive, most_bytes),
    )


async def receipt(facts: SignedFacts, request: Signed, fact_of: Callable[[Signed, Identified], Fact]) -> Response:
    """What is answered once Kafka has the fact that `fact_of` makes of a request; Problem."""
    return JSONResponse((await facts.take(request, fact_of)).told())
