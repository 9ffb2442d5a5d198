"""代录: what a unit says on the phone, written down by an operator through the same door as the unit's own answers.

Whether the operator may, dispatch decides by the rules; the door asks for what makes the record whole.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from connectors.problems import Problem
from streams.durations import MINUTE_MILLISECONDS
from streams.facts.matters import Recorder
from streams.secrecy.actors import LONGEST_CLAIM, Actor

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_CLAIM)]


MOST_AHEAD_MILLISECONDS = MINUTE_MILLISECONDS
"""Clocks of operators' machines are wrong by seconds; who mistypes an hour is told so during the call."""


class PhoneCall(BaseModel):
    """Who said it: the unit (code), and the post, officer (inner code) and shift there; the number of the recording."""

    model_config = ConfigDict(extra="forbid")

    unit: Said
    post: Said
    officer: Said
    shift: Said
    recording_no: Said


def speaker(actor: Actor, call: PhoneCall | None) -> Actor:
    """Who answers: the actor of the token, or whoever that one had on the phone."""
    if call is None:
        return actor
    return Actor(call.unit, call.post, call.officer, call.shift, actor.role, actor.purpose)


def recorder(actor: Actor, call: PhoneCall | None, claimed_at: int | None, now: int) -> Recorder | None:
    """Who wrote it down, None for an answer of one's own; Problem without a time, or with one to come."""
    if call is None:
        return None
    if claimed_at is None:
        raise Problem(422, "wrong_answer", "an answer by phone needs claimed_at, when it was said")
    if claimed_at > now + MOST_AHEAD_MILLISECONDS:
        raise Problem(422, "wrong_answer", "claimed_at, when it was said on the phone, is still to come")
    return Recorder(
        unit=actor.unit,
        post=actor.post,
        officer=actor.officer,
        shift=actor.shift,
        role=actor.role,
        recording_no=call.recording_no,
    )
