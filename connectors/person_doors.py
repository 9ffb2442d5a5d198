"""The doors to what is known of a person: reading it, and what is asked, agreed and decided about it.

No response may be kept on its way, and none is logged.
"""

from collections.abc import Awaitable
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response

from connectors.person_readings import PersonReadings
from connectors.person_requests import Consent, Decision, Linking, consented, decided, linked
from connectors.problems import Problem, documented
from connectors.signed_doors import REFUSALS, json_body, receipt, signed_request
from connectors.signed_facts import SignedFacts

NOT_KEPT = "no-store"
READING_REFUSALS = (401, 403, 404, 422, 429, 503, 504)
"""What a reading may be answered with instead of what is known."""


def add_persons(app: FastAPI, facts: SignedFacts, readings: PersonReadings) -> None:
    """Register them."""
    _add_readings(app, readings)
    _add_acts(app, facts)


def _add_readings(app: FastAPI, readings: PersonReadings) -> None:
    answers = documented(*READING_REFUSALS) | {
        202: {"description": "紧急查阅,等待第二人决定 / waits for a second person"}
    }

    @app.get("/v1/persons/{token}/context", responses=answers, openapi_extra={"parameters": _query()})
    async def context(token: str, request: Request) -> Response:
        """为在办事项查阅此人的服务上下文,按职责和用途遮蔽,每次留痕 / read what is known of a person, masked.

        A token of an officer is good for one reading of a person.
        """
        authorization, query = request.headers.get("authorization"), request.query_params.multi_items()
        return await private(readings.read(authorization, token, query))

    @app.get("/v1/persons/{token}/requests/{request_no}", responses=answers)
    async def request_of(token: str, request_no: str, request: Request) -> Response:
        """本人所提查阅的结果,在有效期内 / what became of a reading, for whoever asked, while it stands."""
        return await private(readings.find(request.headers.get("authorization"), token, request_no))


def _add_acts(app: FastAPI, facts: SignedFacts) -> None:
    responses = documented(*REFUSALS)

    @app.post("/v1/persons/{token}/links", responses=responses, openapi_extra=json_body(Linking))
    async def link(token: str, request: Request) -> Response:
        """请求认定两个令牌为同一人,或撤销(undo);须第二人批准 / ask that two tokens be one person, or no longer."""
        return await private(_take(facts, request, partial(linked, token)))

    @app.post("/v1/persons/{token}/consents", responses=responses, openapi_extra=json_body(Consent))
    async def consent(token: str, request: Request) -> Response:
        """登记本人同意或撤回 / the person agrees by a document, or no longer does."""
        return await private(_take(facts, request, partial(consented, token)))

    @app.post(
        "/v1/persons/{token}/requests/{request_no}/{decision}", responses=responses, openapi_extra=json_body(Decision)
    )
    async def decide(token: str, request_no: str, decision: str, request: Request) -> Response:
        """第二人对请求作出决定(approve 同意、refuse 不同意) / a second person approves or refuses what was asked."""
        return await private(_take(facts, request, partial(decided, token, request_no, decision)))


async def _take(facts: SignedFacts, request: Request, fact_of: Any) -> Response:
    return await receipt(facts, await signed_request(request), fact_of)


async def private(work: Awaitable[Response]) -> Response:
    """The response, or the refusal, as one that nobody on its way keeps."""
    try:
        response = await work
    except Problem as problem:
        response = problem.response()
    response.headers["Cache-Control"] = NOT_KEPT
    return response


def _query() -> list[dict[str, Any]]:
    said = {
        "purpose": ("用途,须与凭证和令牌的用途一致", True, r"^[a-z_]{1,40}$"),
        "case": ("案由:此人在办事项的编号;紧急查阅可以没有", False, r"^[0-9A-Za-z_-]{1,64}$"),
        "break_glass": ("紧急查阅的理由,不得含个人号码;须第二人决定", False, r"^.{1,200}$"),
    }
    return [
        {
            "name": name,
            "in": "query",
            "required": required,
            "description": description,
            "schema": {"type": "string", "pattern": pattern},
        }
        for name, (description, required, pattern) in said.items()
    ]
