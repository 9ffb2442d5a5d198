"""What people decide about incidents: 并案, 拆分, 关联, and whether a suspected duplicate (疑似重复) is one.

Whether somebody may, and what it means to the incidents, event profiles decides by the rules in force. Both incidents
lie in one district: no other log has them both (design 2.2).
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from connectors.measures import Said
from connectors.problems import Problem
from connectors.signed_envelope import district_in, signed
from connectors.signed_facts import SignedRequest
from streams.facts.incidents import Linked, Merged, Reviewed, Split
from streams.secrecy.actors import Identified

INCIDENT_NO = re.compile(r"(\d{6})\d{8}E\d{5,}", re.ASCII)
MOST_RECORDS = 500
"""As many as a step of a processor may change entries (design 2.1)."""
MERGE_DETAIL = "the body has into, the number of the other incident of the district that goes on, and words; no more"
SPLIT_DETAIL = "the body has records, 1 to 500 different ones as <system>/<record_no>, and words; no more"
LINK_DETAIL = "the body has other, relation (related, parent) and words, may have undone, and no more"
REVIEW_DETAIL = "the body has other, the number of the other incident of the district, and words; no more"

IncidentNo = Annotated[str, StringConstraints(pattern=r"^[0-9]{14}E[0-9]{5,}$")]
RecordKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,63}/[!-~]{1,100}$")]


class _Body(BaseModel):
    """`words` say why, and never name a person."""

    model_config = ConfigDict(extra="forbid")

    words: Said


class Merge(_Body):
    """The body of `POST /v1/incidents/{incident_no}/merge`: that incident goes into this one."""

    into: IncidentNo


class Splitting(_Body):
    """The body of `POST /v1/incidents/{incident_no}/split`: the reports that tell of another happening."""

    records: Annotated[tuple[RecordKey, ...], Field(min_length=1, max_length=MOST_RECORDS)]


class Linking(_Body):
    """The body of `POST /v1/incidents/{incident_no}/link`; `parent`: the other one is a part of that incident."""

    other: IncidentNo
    relation: Literal["related", "parent"]
    undone: bool = False


class Review(_Body):
    """The body of `POST /v1/incidents/{incident_no}/join` and `…/apart`."""

    other: IncidentNo


def merged(incident_no: str, request: SignedRequest, identified: Identified) -> Merged:
    """The fact that an incident goes into another one; Problem where the request is none."""
    district = _district(incident_no)
    said = request.read(Merge, "wrong_decision", MERGE_DETAIL)
    _check_other(incident_no, said.into, district)
    return Merged(
        **_begun("merge", incident_no, request, identified, district),
        words=said.words,
        replaced_no=incident_no,
        replacing_no=said.into,
    )


def split(incident_no: str, request: SignedRequest, identified: Identified) -> Split:
    """The fact that some reports of an incident tell of another one; Problem where the request is none."""
    district = _district(incident_no)
    said = request.read(Splitting, "wrong_decision", SPLIT_DETAIL)
    if len({*said.records}) < len(said.records):
        raise Problem(422, "wrong_decision", "a record is named twice")
    return Split(
        **_begun("split", incident_no, request, identified, district),
        words=said.words,
        incident_no=incident_no,
        records=said.records,
    )


def linked(incident_no: str, request: SignedRequest, identified: Identified) -> Linked:
    """The fact that two incidents are related, or are not any more; Problem where the request is none."""
    district = _district(incident_no)
    said = request.read(Linking, "wrong_decision", LINK_DETAIL)
    _check_other(incident_no, said.other, district)
    return Linked(
        **_begun("link", incident_no, request, identified, district),
        words=said.words,
        incident_no=incident_no,
        other_no=said.other,
        relation=said.relation,
        undone=said.undone,
    )


def reviewed(
    decision: Literal["join", "apart"], incident_no: str, request: SignedRequest, identified: Identified
) -> Reviewed:
    """The fact of what somebody says of a suspected duplicate; Problem where the request is none."""
    district = _district(incident_no)
    said = request.read(Review, "wrong_decision", REVIEW_DETAIL)
    _check_other(incident_no, said.other, district)
    return Reviewed(
        **_begun(decision, incident_no, request, identified, district),
        words=said.words,
        incident_no=incident_no,
        other_no=said.other,
        decision=decision,
    )


def _begun(
    kind: str, incident_no: str, request: SignedRequest, identified: Identified, district: str
) -> dict[str, Any]:
    """How these facts begin. The same words under another token, or another key, are said anew.

    So what was undone, or refused for a role, can be decided once more.
    """
    actor, token = identified.actor, str(identified.issued_at)
    identity = request.identity(kind, incident_no, kind, actor.unit, actor.officer, token=token)
    return signed(identity, district, identified)


def _district(incident_no: str) -> str:
    no_such = Problem(404, "no_such_incident", "no incident can have this number")
    return district_in(incident_no, INCIDENT_NO, no_such)


def _check_other(incident_no: str, other_no: str, district: str) -> None:
    """Problem where the other number is the same, or not of the district."""
    if other_no == incident_no:
        raise Problem(422, "wrong_decision", "an incident is not decided about with itself")
    if not other_no.startswith(district):
        raise Problem(422, "wrong_decision", "both incidents must lie in one district")
