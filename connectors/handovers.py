"""交接班 over HTTP: whoever comes on duty signs, by the token alone, for all that is open in the unit."""

import re
from functools import partial

from fastapi import FastAPI, Request, Response

from connectors.problems import Problem, documented
from connectors.signed_doors import REFUSALS, receipt, signed_request
from connectors.signed_envelope import begun, district_in, on_duty
from connectors.signed_facts import SignedFacts, SignedRequest
from streams.facts.matters import HandedOver
from streams.secrecy.actors import Identified

UNIT = re.compile(r"(\d{6})[\w-]{1,122}", re.ASCII)
MOST_BYTES = 1024


def add_handovers(app: FastAPI, facts: SignedFacts) -> None:
    """Register the door."""

    @app.post("/v1/units/{unit}/handover", responses=documented(403, *REFUSALS))
    async def hand_over(unit: str, request: Request) -> Response:
        """接班签字,对本单位在办派单负责 / sign for what is open in a unit as its shift changes; the body is empty."""
        return await receipt(facts, await signed_request(request, MOST_BYTES), partial(handed_over, unit))


def handed_over(unit: str, request: SignedRequest, identified: Identified) -> HandedOver:
    """The fact of a signature; Problem. The same token signs once: who signs the next day has another."""
    district = district_in(unit, UNIT, Problem(404, "no_such_unit", "no unit can have this code"))
    actor = identified.actor
    if actor.unit != unit:
        raise Problem(403, "other_unit", "the token is of another unit")
    if request.body.strip() not in (b"", b"{}"):
        raise Problem(422, "wrong_handover", "the body is empty: the token says who signs for which shift")
    identity = request.identity("handover", unit, actor.officer, actor.shift, str(identified.issued_at))
    return HandedOver(**begun(identity, district, identified), **on_duty(actor))
