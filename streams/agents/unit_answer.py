"""The answer that a unit may put into its webhook's response: `{"answer": "acknowledge", "actor": "<token>"}`."""

from dataclasses import dataclass
from typing import Literal

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from streams.agents.contract import Received
from streams.facts.matters import Answered
from streams.facts.notices import Attempt
from streams.secrecy.secret_store import SecretMissing, SecretStore

PUBLIC_KEY = "actor_public_key"
ALGORITHM = "EdDSA"
AUDIENCE = "hub"
LEEWAY_SECONDS = 5
CLAIMS = ("unit", "post", "officer", "shift")
LONGEST_CLAIM = 128


class AnswerRefused(Exception):
    """The response holds an answer that cannot count; the text says why, without anything of it."""


class ResponseBody(BaseModel):
    """What a response may say; other fields are the unit's own."""

    model_config = ConfigDict(extra="ignore")

    answer: Literal["acknowledge", "accept", "arrive", "first_contact", "resolve", "reply", "report"] | None = None
    actor: str = ""
    claimed_at: AwareDatetime | None = None


@dataclass(frozen=True)
class UnitAnswers:
    """Reads answers; the key that actors' tokens are signed with is the secret `actor_public_key`."""

    secrets: SecretStore

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
        if actor["unit"] != notice.unit:
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
            actor_unit=actor["unit"],
            actor_post=actor["post"],
            actor_officer=actor["officer"],
            actor_shift=actor["shift"],
            claimed_at=round(response.claimed_at.timestamp() * 1000) if response.claimed_at else None,
        )

    def _actor(self, token: str) -> dict[str, str]:
        try:
            key = load_pem_public_key(self.secrets.read(PUBLIC_KEY))
        except (SecretMissing, ValueError) as error:
            raise AnswerRefused("no key to check the actor's token with") from error
        if not isinstance(key, Ed25519PublicKey):
            raise AnswerRefused("the key to check the actor's token with is no Ed25519 key")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "aud", *CLAIMS]},
            )
        except jwt.PyJWTError as error:
            raise AnswerRefused(f"the actor's token is not good: {type(error).__name__}") from error
        actor = {name: claims[name] for name in CLAIMS}
        if not all(isinstance(value, str) and 0 < len(value) <= LONGEST_CLAIM for value in actor.values()):
            raise AnswerRefused("the actor's token does not say who acts")
        return actor


def notice_id(notice: Attempt, received: Received) -> str:
    """Names one notice: an attempt that gave no result in time is planned again, in a notice of its own."""
    return f"{notice.delivery_no}#{notice.attempt}@{received.partition}.{received.offset}"


def _places(error: ValidationError) -> str:
    return ", ".join(sorted({".".join(map(str, part["loc"])) or "body" for part in error.errors()}))
