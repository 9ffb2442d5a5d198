"""Facts that a person signs for, from HTTP into a log: who it is, appended at once, the same receipt when sent again.

Everything in such a fact follows from the request, its token included, so that a request sent again is the same bytes
and the log's owner drops it; a word on an order only under a key (ops/decisions/0032). What it means to the matter it
speaks of, the owner decides too.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from connectors.contract import Receipt
from connectors.idempotency import check_key, other_content
from connectors.kafka import Acknowledgement
from connectors.problems import Problem
from streams.codec import Codec
from streams.contract import Fact
from streams.secrecy.actors import Actors, Identified, TokenRefused
from streams.secrecy.secret_store import SecretMissing, SecretStore

REMEMBERED = 10_000
BUSY_AT = 256
RETRY_SECONDS = 1

Body = TypeVar("Body", bound=BaseModel)
Signed = TypeVar("Signed", bound="SignedRequest")


class Append(Protocol):
    """Appends a record and returns where it is once Kafka has acknowledged; Problem 503 where it does not in time."""

    async def __call__(self, topic: str, key: str, value: bytes) -> Acknowledgement: ...


@dataclass(frozen=True)
class SignedRequest:
    """What came over HTTP under a token."""

    authorization: str | None
    idempotency_key: str | None
    body: bytes

    def identity(self, kind: str, *about: str, token: str = "", anew: bool = False) -> str:
        """The id of its fact: the same for the sender's own key where it names one, else for the same body.

        With `token` the same body under another token is said anew, with `anew` whenever it is sent without a key.
        """
        if self.idempotency_key is not None:
            said = f"key:{check_key(self.idempotency_key)}".encode()
        elif anew:
            said = uuid4().bytes
        else:
            said = (f"token:{token}\n".encode() if token else b"body:") + self.body
        digest = hashlib.new("sm3", "\n".join((*about, "")).encode() + said)
        return f"{kind}:{digest.hexdigest()[:32]}"

    def read(self, model: type[Body], reason: str, detail: str | Callable[[ValidationError], str]) -> Body:
        """The body by its model; empty is as good as `{}`. Problem 400, or 422 with `reason` and `detail`.

        A `detail` that tells what was wrong is made of the error, of which it repeats no value.
        """
        try:
            return model.model_validate_json(self.body or b"{}")
        except ValidationError as error:
            if any(part["type"] == "json_invalid" for part in error.errors()):
                raise Problem(400, "not_json", "the body is not JSON in UTF-8") from error
            raise Problem(422, reason, detail if isinstance(detail, str) else detail(error)) from error


class SignedFacts:
    """Appends facts of signed requests to one log. Belongs to one event loop.

    It knows what it was sent again while it is one of the last `remembered`.
    """

    def __init__(
        self, append: Append, codec: Codec, secrets: SecretStore, topic: str, remembered: int = REMEMBERED
    ) -> None:
        self._append = append
        self._codec = codec
        self._actors = Actors(secrets)
        self._topic = topic
        self._remembered = remembered
        self._known: OrderedDict[str, tuple[bytes, Receipt]] = OrderedDict()
        self._under_way = 0

    async def take(self, request: Signed, fact_of: Callable[[Signed, Identified], Fact]) -> Receipt:
        """The receipt of the fact that `fact_of` makes of a request; Problem."""
        fact = fact_of(request, identified_by(self._actors, request.authorization))
        value = await self._encoded(fact)
        known = self._known.get(fact.id)
        if known is not None:
            if known[0] != value:
                raise other_content()
            return known[1]
        if self._under_way >= BUSY_AT:
            raise Problem(429, "busy", "too many requests wait for Kafka", retry_after_seconds=RETRY_SECONDS)
        self._under_way += 1
        try:
            where = await self._append(self._topic, fact.key, value)
        finally:
            self._under_way -= 1
        self._known[fact.id] = value, Receipt(fact.id, "duplicate", *where)
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return Receipt(fact.id, "accepted", *where)

    async def _encoded(self, fact: Fact) -> bytes:
        return self._codec.encode(fact)


def identified_by(actors: Actors, authorization: str | None, at_seconds: float | None = None) -> Identified:
    """Who an `Authorization` header names, now or `at_seconds` since the epoch; Problem 401, 503 without a key."""
    try:
        return actors.identify(authorization, at_seconds)
    except TokenRefused as refused:
        raise Problem(401, refused.reason, str(refused)) from refused
    except (SecretMissing, ValueError, TypeError) as error:
        detail = "the hub has no key to check tokens with"
        raise Problem(503, "no_actor_key", detail, retry_after_seconds=60) from error
