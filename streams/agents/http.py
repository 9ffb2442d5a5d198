"""Bounded HTTP calls over connections that are kept."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Literal, NamedTuple

import aiohttp

MOST_ANSWER_BYTES = 65_536
IDLE_SECONDS = 60.0


class HttpAnswer(NamedTuple):
    """What came of one call: a status, or None and why it did not come about. `detail` holds nothing of the call."""

    status_code: int | None
    detail: str
    failure: Literal["failed", "timeout"] = "failed"
    body: bytes = b""


class Http:
    """One session; belongs to one event loop."""

    def __init__(self) -> None:
        # No proxy of the environment counts: the address alone says where orders go. `call` bounds the whole of it.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def call(
        self, method: Literal["GET", "POST"], url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float
    ) -> HttpAnswer:
        """One request within `timeout_seconds`; never raises for what the other side does or fails to do."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._session.request(method, url, headers=headers, data=body, allow_redirects=False)
        except TimeoutError:
            return HttpAnswer(None, f"no answer within {timeout_seconds:g} s", "timeout")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return HttpAnswer(None, _reason(error))
        async with response:
            if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
                return HttpAnswer(response.status, "", body=await _body(response, deadline))
            return HttpAnswer(response.status, f"HTTP {response.status}")

    async def close(self) -> None:
        await self._session.close()


def _reason(error: Exception) -> str:
    """Why a call did not come about, in words that hold nothing of it."""
    if isinstance(error, aiohttp.InvalidURL):
        return "the address is no URL"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "nobody takes the connection"
    return type(error).__name__


async def _body(response: aiohttp.ClientResponse, deadline: float) -> bytes:
    """What the other side sent back; empty where it is longer than any answer of ours or does not arrive in time.

    The status alone says how the call ended, so a body that fails takes nothing from it.
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
