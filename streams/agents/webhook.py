"""One bounded HTTP call to a unit's webhook and what came of it."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import aclosing, suppress
from typing import Literal, NamedTuple

import httpx

Outcome = Literal["delivered", "refused", "failed", "timeout"]

TRY_AGAIN = frozenset({408, 409, 425, 429})
"""Client errors that a later attempt may not meet."""
MOST_ANSWER_BYTES = 65_536
IDLE_SECONDS = 60.0


class Result(NamedTuple):
    """What came of one call; `detail` is the same whenever the same thing happens, and holds no payload."""

    outcome: Outcome
    status_code: int | None
    detail: str
    body: bytes = b""


class Webhooks:
    """Calls webhooks over connections that are kept."""

    def __init__(self) -> None:
        # The system's certificates count, a proxy of the environment does not: the webhook alone says where orders go.
        self._client = httpx.AsyncClient(
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - `call` bounds the whole of it, not its parts
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=IDLE_SECONDS),
        )

    async def call(self, url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float) -> Result:
        """POST `body` within `timeout_seconds`; never raises for what the other side does or fails to do."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        try:
            request = self._client.build_request("POST", url, headers=dict(headers), content=body)
            async with asyncio.timeout_at(deadline):
                response = await self._client.send(request, stream=True)
        except TimeoutError:
            return Result("timeout", None, f"no answer within {timeout_seconds:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Result("failed", None, type(error).__name__)
        async with aclosing(response):
            return await _result(response, deadline)

    async def close(self) -> None:
        await self._client.aclose()


async def _result(response: httpx.Response, deadline: float) -> Result:
    status_code = response.status_code
    if response.is_success:
        return Result("delivered", status_code, "", await _body(response, deadline))
    outcome: Outcome = "failed" if response.is_server_error or status_code in TRY_AGAIN else "refused"
    return Result(outcome, status_code, f"HTTP {status_code}")


async def _body(response: httpx.Response, deadline: float) -> bytes:
    """What the unit sent back; empty where it is longer than any answer of ours or does not arrive in time.

    The status alone proves the delivery, so a body that fails takes nothing from it.
    """
    body = b""
    with suppress(TimeoutError, httpx.HTTPError, OSError):
        async with asyncio.timeout_at(deadline):
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MOST_ANSWER_BYTES:
                    return b""
            return body
    return b""
