"""What officers ask, say and decide of a person over HTTP, as facts of the people log: keyed by the person's token.

Whether they may, `person_profiles` decides by the rules in force. What they write is sealed for the person; here only
what can be nobody's token, no link and no consent is refused.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, get_args
from uuid import uuid4

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from connectors.approval_requests import DocumentNumber
from connectors.approval_requests import Words as SaidWords
from connectors.measures import Said
from connectors.problems import Problem
from connectors.signed_envelope import signed
from connectors.signed_facts import SignedRequest
from connectors.times import of_moment
from streams.facts.person_access import Asked, Consented, Decided, LinkAsked, LinkKind, Words
from streams.facts.vocabulary import PersonPurpose
from streams.secrecy.actors import Identified
from streams.secrecy.person_keys import purpose_of

TOKEN_PATTERN = rf"({'|'.join(get_args(PersonPurpose))}):[0-9]{{1,9}}:[0-9a-f]{{8,64}}"
TOKEN = re.compile(TOKEN_PATTERN, re.ASCII)
REQUEST_NO = re.compile(r"[!-~]{1,128}", re.ASCII)
PURPOSE = re.compile(r"[a-z_]{1,40}", re.ASCII)
CASE_NO = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
LONGEST_WORDS = 200
SIGNATURE_DIGITS = 32
QUERY_DETAIL = (
    "the query has purpose and case, the number of an open matter of this person; or purpose and break_glass, why the "
    "person has to be looked up without one (1 to 200 characters), and may have case; each once, and nothing else"
)
LINK_DETAIL = (
    "the body has other, kind (same_person, cross_purpose), article, until_at (with its offset) and words; to undo a "
    "link it has other, undo and words, and may have article"
)
CONSENT_DETAIL = "the body has until_at (with its offset) and document; or withdrawn and document"
DECISION_DETAIL = "the body may have words, and nothing else; no words may hold a person's numbers"


def _on_one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds what is not printed on one line")
    return text


Document = Annotated[DocumentNumber, AfterValidator(_on_one_line)]
"""It stands in receipts, for ever and in clear."""
Token = Annotated[str, StringConstraints(pattern=f"^{TOKEN_PATTERN}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Linking(_Body):
    """The body of `POST /v1/persons/{token}/links`."""

    other: Token
    kind: Literal["same_person", "cross_purpose"] | None = None
    article: Document = ""
    until_at: AwareDatetime | None = None
    undo: bool = False
    words: Said


class Consent(_Body):
    """The body of `POST /v1/persons/{token}/consents`."""

    until_at: AwareDatetime | None = None
    document: Annotated[Document, Field(min_length=1)]
    withdrawn: bool = False


class Decision(_Body):
    """The body of `POST /v1/persons/{token}/requests/{request_no}/approve` and `…/refuse`."""

    words: SaidWords = ""


@dataclass(frozen=True)
class Reading:
    """Why somebody wants to read: the query of `GET /v1/persons/{token}/context`."""

    purpose: str
    case_no: str
    break_glass: str = ""


class _Reason(_Body):
    words: Said


def reading_of(query: Iterable[tuple[str, str]]) -> Reading:
    """What the parts of a query say; Problem."""
    parts = list(query)
    named = dict(parts)
    reading = Reading(named.get("purpose", ""), named.get("case", ""), named.get("break_glass", ""))
    is_known = len(named) == len(parts) and named.keys() <= {"purpose", "case", "break_glass"}
    has_reason = "break_glass" in named
    case_fits = CASE_NO.fullmatch(reading.case_no) is not None or (has_reason and not reading.case_no)
    if not (is_known and PURPOSE.fullmatch(reading.purpose) and case_fits):
        raise Problem(422, "wrong_reading", QUERY_DETAIL)
    if has_reason:
        try:
            _Reason(words=reading.break_glass)
        except ValueError as error:
            raise Problem(422, "wrong_reading", QUERY_DETAIL) from error
    return reading


def signature_of(authorization: str) -> str:
    """The name of an actor's token: of what its signature covers, so that it has no other however that is spelled."""
    token = authorization.partition(" ")[2].strip()
    return hashlib.new("sm3", token.rpartition(".")[0].encode()).hexdigest()[:SIGNATURE_DIGITS]


def asked(token: str, reading: Reading, signature: str, identified: Identified) -> Asked:
    """The fact that somebody wants to read: another one each time; Problem where the token can be nobody's."""
    return Asked(
        **signed(f"asked:{uuid4().hex}", checked(token), identified),
        token=token,
        purpose=reading.purpose,
        case_no=reading.case_no,
        actor_purpose=identified.actor.purpose,
        signature=signature,
        token_ends_at=identified.expires_at,
        break_glass=bool(reading.break_glass),
        content=sealed_words(reading.break_glass),
    )


def linked(token: str, request: SignedRequest, identified: Identified) -> LinkAsked:
    """The fact that two tokens are to be one person, or no longer; Problem where the request is none."""
    checked(token)
    said = request.read(Linking, "wrong_link", LINK_DETAIL)
    given = (said.kind is not None, said.until_at is not None, bool(said.article))
    if given[:2] != (not said.undo,) * 2 or not (said.undo or given[2]):
        raise Problem(422, "wrong_link", LINK_DETAIL)
    same: LinkKind = "same_person" if purpose_of(token) == purpose_of(said.other) else "cross_purpose"
    return LinkAsked(
        **signed(identity_of("link", token, request, identified), token, identified),
        token=token,
        other=said.other,
        kind=said.kind or same,
        article=said.article,
        until_at=0 if said.until_at is None else of_moment(said.until_at),
        undo=said.undo,
        content=sealed_words(said.words),
    )


def consented(token: str, request: SignedRequest, identified: Identified) -> Consented:
    """The fact that the person has agreed, or no longer does; Problem where the request is none."""
    checked(token)
    said = request.read(Consent, "wrong_consent", CONSENT_DETAIL)
    if (said.until_at is None) is not said.withdrawn:
        raise Problem(422, "wrong_consent", CONSENT_DETAIL)
    return Consented(
        **signed(identity_of("consent", token, request, identified), token, identified),
        token=token,
        until_at=0 if said.until_at is None else of_moment(said.until_at),
        document=said.document,
        withdrawn=said.withdrawn,
    )


def decided(token: str, request_no: str, decision: str, request: SignedRequest, identified: Identified) -> Decided:
    """The fact of a second person's word on what was asked for; Problem where the request is none."""
    check_request(token, request_no)
    if decision not in ("approve", "refuse"):
        raise Problem(404, "no_such_decision", "a request is approved or refused")
    said = request.read(Decision, "wrong_decision", DECISION_DETAIL)
    return Decided(
        **signed(identity_of(decision, token, request, identified, request_no), token, identified),
        token=token,
        request_no=request_no,
        decision="approve" if decision == "approve" else "refuse",
        content=sealed_words(said.words),
    )


def checked(token: str) -> str:
    """The token, where it can be somebody's; Problem."""
    if TOKEN.fullmatch(token) is None:
        raise Problem(404, "no_such_person", "nobody's token can look so: <purpose>:<version>:<hex>")
    return token


def check_request(token: str, request_no: str) -> None:
    """Problem where token and number cannot be those of something that was asked for."""
    checked(token)
    if REQUEST_NO.fullmatch(request_no) is None:
        raise no_such_request()


def no_such_request() -> Problem:
    """Under that number there is nothing for whoever asks."""
    detail = "nothing that you have asked for here stands under this number: it has ended, or ask again"
    return Problem(404, "no_such_request", detail)


def identity_of(kind: str, token: str, request: SignedRequest, identified: Identified, *about: str) -> str:
    """The same words under another token of the officer, or another key, are said anew."""
    actor, signed_at = identified.actor, str(identified.issued_at)
    return request.identity(kind, token, kind, *about, actor.unit, actor.officer, token=signed_at)


def sealed_words(text: str) -> Words | None:
    """What somebody wrote, for the person's key; None where nothing."""
    return Words(words=text) if text else None
