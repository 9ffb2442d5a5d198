"""接口: one bounded, signed HTTP call to a unit's webhook. Its 2xx proves that the unit's system has the order."""

import time
from http import HTTPStatus
from typing import Literal

from streams.agents.channel import Result
from streams.agents.http import Http
from streams.agents.order_call import CONTENT_TYPE, Names, as_event, order_call
from streams.facts.notices import Attempt
from streams.secrecy.secret_store import PREFIX, SecretStore
from streams.secrecy.signing import signature_headers

TRY_AGAIN = frozenset({408, 409, 425, 429})
"""Client errors that a later attempt may not meet."""


class Webhooks:
    """The channel `webhook`."""

    def __init__(self, http: Http, secrets: SecretStore, names: Names) -> None:
        self._http = http
        self._secrets = secrets
        self._names = names

    async def attempt(self, notice: Attempt) -> Result:
        """Call the unit; SecretMissing."""
        body = as_event(order_call(notice, self._names))
        url = self._secrets.resolve(notice.address)
        key = self._secrets.read(signing_secret(notice.address))
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Idempotency-Key": notice.delivery_no,
            **signature_headers(key, int(time.time()), body),
        }
        answer = await self._http.call("POST", url, headers, body, notice.timeout_seconds)
        if answer.status_code is None:
            return Result(answer.failure, None, answer.detail)
        return Result(outcome_of(answer.status_code), answer.status_code, answer.detail, answer.body)


def outcome_of(status_code: int) -> Literal["delivered", "refused", "failed"]:
    """What a unit says with a status: taken, not taken for good, or not now."""
    if HTTPStatus.OK <= status_code < HTTPStatus.MULTIPLE_CHOICES:
        return "delivered"
    return "failed" if status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or status_code in TRY_AGAIN else "refused"


def signing_secret(webhook: str) -> str:
    """The name of the secret that signs calls of a webhook: its own name and `_key`, `webhook_key` for an address."""
    return f"{webhook.removeprefix(PREFIX)}_key" if webhook.startswith(PREFIX) else "webhook_key"
