"""The doors for rights of persons: what a person asks for (查阅复制、更正、删除), and that it was done.

A second person decides by the door of all requests about persons, `…/requests/{request_no}/approve`.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from connectors.approval_requests import Words as SaidWords
from connectors.measures import Said
from connectors.person_doors import private
from connectors.person_requests import check_request, checked, identity_of, sealed_words
from connectors.problems import Problem, documented
from connectors.signed_doors import REFUSALS, json_body, receipt, signed_request
from connectors.signed_envelope import signed
from connectors.signed_facts import SignedFacts, SignedRequest
from streams.contract import Fact
from streams.facts.person_rights import RightAsked, RightDone
from streams.secrecy.actors import Identified

RIGHT_DETAIL = (
    "the body has right (access, correction, deletion) and words; a correction has system and record_no of the record, "
    "and may have item; no words may hold a person's numbers"
)
DONE_DETAIL = "the body may have words, and nothing else; no words may hold a person's numbers"

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
RecordNo = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,100}$")]


class RightUsed(BaseModel):
    """The body of `POST /v1/persons/{token}/rights`; `words` are the person's own, sealed for them."""

    model_config = ConfigDict(extra="forbid")

    right: Literal["access", "correction", "deletion"]
    system: Code | None = None
    record_no: RecordNo | None = None
    item: Code | None = None
    words: Said


class RightEnd(BaseModel):
    """The body of `POST /v1/persons/{token}/rights/{request_no}/exported` and `…/answered`."""

    model_config = ConfigDict(extra="forbid")

    words: SaidWords = ""


def add_person_rights(app: FastAPI, facts: SignedFacts) -> None:
    """Register them."""
    responses = documented(*REFUSALS)

    @app.post("/v1/persons/{token}/rights", responses=responses, openapi_extra=json_body(RightUsed))
    async def use_right(token: str, request: Request) -> Response:
        """登记本人的查阅复制、更正、删除请求,须第二人决定 / a person uses a right; a second person decides."""
        return await private(_take(facts, request, partial(right_asked, token)))

    @app.post(
        "/v1/persons/{token}/rights/{request_no}/{outcome}", responses=responses, openapi_extra=json_body(RightEnd)
    )
    async def end_right(token: str, request_no: str, outcome: str, request: Request) -> Response:
        """复制件已交付本人 exported、部门已答复 answered / the copy was handed over, the department has answered."""
        return await private(_take(facts, request, partial(right_done, token, request_no, outcome)))


async def _take(facts: SignedFacts, request: Request, fact_of: Callable[[SignedRequest, Identified], Fact]) -> Response:
    return await receipt(facts, await signed_request(request), fact_of)


def right_asked(token: str, request: SignedRequest, identified: Identified) -> RightAsked:
    """The fact that a person uses a right; Problem where the request is none."""
    checked(token)
    said = request.read(RightUsed, "wrong_right", RIGHT_DETAIL)
    named = (said.system is not None, said.record_no is not None)
    if named != (said.right == "correction",) * 2 or (said.item is not None and said.right != "correction"):
        raise Problem(422, "wrong_right", RIGHT_DETAIL)
    return RightAsked(
        **signed(identity_of("right", token, request, identified), token, identified),
        token=token,
        right=said.right,
        system=said.system or "",
        record_no=said.record_no or "",
        item=said.item or "",
        content=sealed_words(said.words),
    )


def right_done(token: str, request_no: str, outcome: str, request: SignedRequest, identified: Identified) -> RightDone:
    """The fact that what was approved is done; Problem where the request is none."""
    check_request(token, request_no)
    if outcome not in ("exported", "answered"):
        raise Problem(404, "no_such_outcome", "a right is done when its copy is exported or its dispute answered")
    said = request.read(RightEnd, "wrong_right", DONE_DETAIL)
    return RightDone(
        **signed(identity_of(outcome, token, request, identified, request_no), token, identified),
        token=token,
        request_no=request_no,
        outcome="exported" if outcome == "exported" else "answered",
        content=sealed_words(said.words),
    )
