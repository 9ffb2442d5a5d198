"""The doors for 并案, 拆分, 关联 and 疑似重复: each a signed request that becomes a fact in the incidents' log."""

from functools import partial

from fastapi import FastAPI, Request, Response

from connectors.incident_requests import Linking, Merge, Review, Splitting, linked, merged, reviewed, split
from connectors.problems import documented
from connectors.signed_doors import REFUSALS, json_body, receipt, signed_request
from connectors.signed_facts import SignedFacts

MOST_BYTES_OF_A_SPLIT = 64 * 1024
"""As many records as may be named, of over 100 bytes each."""


def add_incidents(app: FastAPI, facts: SignedFacts) -> None:
    """Register them; their bodies stand in the application's own document."""

    @app.post("/v1/incidents/{incident_no}/merge", responses=documented(*REFUSALS), openapi_extra=json_body(Merge))
    async def merge(incident_no: str, request: Request) -> Response:
        """并案:该事件并入另一事件,可用拆分撤销 / two incidents are one: this one goes into the other."""
        return await receipt(facts, await signed_request(request), partial(merged, incident_no))

    @app.post("/v1/incidents/{incident_no}/split", responses=documented(*REFUSALS), openapi_extra=json_body(Splitting))
    async def split_off(incident_no: str, request: Request) -> Response:
        """拆分:所列报告说的是另一起事件 / the reports that are named tell of another happening."""
        signed = await signed_request(request, MOST_BYTES_OF_A_SPLIT)
        return await receipt(facts, signed, partial(split, incident_no))

    @app.post("/v1/incidents/{incident_no}/link", responses=documented(*REFUSALS), openapi_extra=json_body(Linking))
    async def link(incident_no: str, request: Request) -> Response:
        """关联:两起事件相关,或另一事件为该事件的一部分 / two incidents stay two and are related, or no longer are."""
        return await receipt(facts, await signed_request(request), partial(linked, incident_no))

    @app.post("/v1/incidents/{incident_no}/join", responses=documented(*REFUSALS), openapi_extra=json_body(Review))
    async def join(incident_no: str, request: Request) -> Response:
        """疑似重复定夺:是同一起 / a suspected duplicate is one incident with the other."""
        return await receipt(facts, await signed_request(request), partial(reviewed, "join", incident_no))

    @app.post("/v1/incidents/{incident_no}/apart", responses=documented(*REFUSALS), openapi_extra=json_body(Review))
    async def apart(incident_no: str, request: Request) -> Response:
        """疑似重复定夺:不是同一起 / a suspected duplicate is an incident of its own."""
        return await receipt(facts, await signed_request(request), partial(reviewed, "apart", incident_no))
