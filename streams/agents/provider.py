"""短信, 语音电话: one bounded attempt through a provider, over the hub's own HTTP contract (ops/decisions/0100).

`POST <provider>` with `{"to", "text", "reference"}`, signed, under an idempotency key: `{"id", "state"}`; then
`GET <provider>/<id>` until the state is final or the time is over. The number and the text stand in the call alone.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from streams.agents.channel import Outcome, Result
from streams.agents.http import Http, HttpAnswer
from streams.agents.order_call import Names, order_text
from streams.facts.notices import Attempt
from streams.secrecy.secret_store import SecretStore
from streams.secrecy.signing import signature_headers

LOOK_SECONDS = 1.0
LONGEST_ID = 128
HTTP_SECONDS = 10.0


@dataclass(frozen=True)
class Provider:
    """What a kind of provider says.

    `name` is also the secret of its address, with `_key` that of the key that signs. `endings` are its final states;
    `unproven` is what it came to where none of them has come in time.
    """

    name: Literal["sms_provider", "voice_provider"]
    under_way: frozenset[str]
    endings: Mapping[str, Outcome]
    unproven: Outcome
    added: str = ""


class Standing(BaseModel):
    """How a message or a call stands."""

    model_config = ConfigDict(extra="ignore")

    id: str
    state: str


class ProviderChannel:
    """A channel through one provider."""

    def __init__(self, provider: Provider, http: Http, secrets: SecretStore, names: Names) -> None:
        self._provider = provider
        self._http = http
        self._secrets = secrets
        self._names = names

    async def attempt(self, notice: Attempt) -> Result:
        """Hand it over once and look until it has ended; SecretMissing."""
        end_at = time.monotonic() + notice.timeout_seconds
        url = self._secrets.resolve(f"secret:{self._provider.name}").rstrip("/")
        message = {
            "to": self._secrets.resolve(notice.address),
            "text": order_text(notice, self._names) + self._provider.added,
            "reference": notice.order_no,
        }
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        key = {"Idempotency-Key": f"{notice.delivery_no}/{notice.attempt}", "Content-Type": "application/json"}
        answer = await self._call("POST", url, body, end_at, key)
        standing = _standing(answer)
        if isinstance(standing, Result):
            return standing
        return await self._follow(f"{url}/{quote(standing.id, safe='')}", standing.state, end_at)

    async def _follow(self, url: str, state: str, end_at: float) -> Result:
        while state not in self._provider.endings:
            if state not in self._provider.under_way:
                return Result("failed", None, "the provider names a state that nobody knows")
            if time.monotonic() + LOOK_SECONDS >= end_at:
                return Result(self._provider.unproven, None, f"{state} and no more in time")
            await asyncio.sleep(LOOK_SECONDS)
            standing = _standing(await self._call("GET", url, b"", end_at, {}))
            # What the provider fails to tell changes nothing of what it has taken.
            state = state if isinstance(standing, Result) else standing.state
        return Result(self._provider.endings[state], None, state)

    async def _call(
        self, method: Literal["GET", "POST"], url: str, body: bytes, end_at: float, headers: Mapping[str, str]
    ) -> HttpAnswer:
        signing_key = self._secrets.read(f"{self._provider.name}_key")
        seconds = max(0.1, min(HTTP_SECONDS, end_at - time.monotonic()))
        signed = {**headers, **signature_headers(signing_key, int(time.time()), body)}
        return await self._http.call(method, url, signed, body, seconds)


def _standing(answer: HttpAnswer) -> Standing | Result:
    """How it stands, or what an answer that says nothing of it comes to."""
    if answer.status_code is None:
        return Result(answer.failure, None, answer.detail)
    if not HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
        return Result("failed", answer.status_code, answer.detail)
    try:
        standing = Standing.model_validate_json(answer.body)
    except ValidationError:
        return Result("failed", answer.status_code, "the provider's answer says nothing")
    if not 0 < len(standing.id) <= LONGEST_ID:
        return Result("failed", answer.status_code, "the provider names no message")
    return standing
