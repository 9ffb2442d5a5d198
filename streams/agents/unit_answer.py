"""The answer that a unit may put into its webhook's response: `{"answer": "acknowledge", "actor": "<token>"}`."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from streams.agents.contract import Received
from streams.facts.matters import Answered
from streams.facts.notices import Attempt
from streams.secrecy.actors import Actor, Actors, TokenRefused
from streams.secrecy.secret_store import SecretMissing, SecretStore


class AnswerRefused(Exception):
    """The response holds an answer that cannot count; the text says why, without anything of it."""


class ResponseBody(BaseModel):
    """What a response may say; other fields are the unit's own."""

    model_config = ConfigDict(extra="ignore")

    answer: Literal["acknowledge", "accept", "arrive", "first_contact", "resolve", "reply", "report"] | None = None
    actor: str = ""
    claimed_at: AwareDatetime | None = None


class UnitAnswers:
    """Reads answers; the key that actors' tokens are signed with stands in `secrets`."""

    def __init__(self, secrets: SecretStore) -> None:
        self._actors = Actors(secrets)

    def read(self, notice: Attempt, body: bytes, received: Received) -> Answered | None:
        """The answer as a fact, None where the response holds none; AnswerRefused.

        A notice taken twice and answered alike gives the same bytes: its time is that of the notice, `received`.
        """
        try:
            response = ResponseBody.model_validate_json(body)
        except ValidationError as error:
            if body.lstrip()[:1] != b"{":
                return None
            raise AnswerRefused(f"malformed at {_places(error)}") from error
        if response.answer is None:
            return None
        actor = self._actor(response.actor)
        if actor.unit != notice.unit:
            raise AnswerRefused("the actor is of another unit")
        return Answered(
            id=f"{notice_id(notice, received)}:{response.answer}",
            key=notice.district,
            source="attempts",
            trace=received.trace,
            occurred_at=received.appended_at,
            order_no=notice.order_no,
            answer=response.answer,
            channel="webhook",
            actor_unit=actor.unit,
            actor_post=actor.post,
            actor_officer=actor.officer,
            actor_shift=actor.shift,
            claimed_at=round(response.claimed_at.timestamp() * 1000) if response.claimed_at else None,
        )

    def _actor(self, token: str) -> Actor:
        try:
            return self._actors.identify(f"Bearer {token}").actor
        except TokenRefused as refused:
            raise AnswerRefused(f"the actor's token is not good: {refused.reason}") from refused
        except (SecretMissing, ValueError, TypeError) as error:
            raise AnswerRefused("there is no key to check the actor's token with") from error


def notice_id(notice: Attempt, received: Received) -> str:
    """Names one notice: an attempt that gave no result in time is planned again, in a notice of its own."""
    return f"{notice.delivery_no}#{notice.attempt}@{received.partition}.{received.offset}"


def _places(error: ValidationError) -> str:
    return ", ".join(sorted({".".join(map(str, part["loc"])) or "body" for part in error.errors()}))
