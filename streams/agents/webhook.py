"""One bounded HTTP call to a unit's webhook and what came of it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Literal, NamedTuple

import aiohttp

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
        # No proxy of the environment counts: the webhook alone says where orders go. `call` bounds the whole of it.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def call(self, url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float) -> Result:
        """POST `body` within `timeout_seconds`; never raises for what the other side does or fails to do."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._session.post(url, headers=headers, data=body, allow_redirects=False)
        except TimeoutError:
            return Result("timeout", None, f"no answer within {timeout_seconds:g} s")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return Result("failed", None, _reason(error))
        async with response:
            return await _result(response, deadline)

    async def close(self) -> None:
        await self._session.close()


def _reason(error: Exception) -> str:
    """Why a call did not come about, in words that hold nothing of it."""
    if isinstance(error, aiohttp.InvalidURL):
        return "the webhook is no URL"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "nobody takes the connection"
    return type(error).__name__


async def _result(response: aiohttp.ClientResponse, deadline: float) -> Result:
    status_code = response.status
    if HTTPStatus.OK <= status_code < HTTPStatus.MULTIPLE_CHOICES:
        return Result("delivered", status_code, "", await _body(response, deadline))
    outcome: Outcome = (
        "failed" if status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or status_code in TRY_AGAIN else "refused"
    )
    return Result(outcome, status_code, f"HTTP {status_code}")


async def _body(response: aiohttp.ClientResponse, deadline: float) -> bytes:
    """What the unit sent back; empty where it is longer than any answer of ours or does not arrive in time.

    The status alone proves the delivery, so a body that fails takes nothing from it.
    """
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout_at(deadline):
            body = bytearray()
            async for part in response.content.iter_any():
                body += part
                if len(body) > MOST_ANSWER_BYTES:
                    return b""
            return bytes(body)
    return b""
