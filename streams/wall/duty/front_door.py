"""Hands what a duty page says on to the front door, unchanged, and the front door's word back.

So that a page speaks to one address only. Nothing is decided, kept or repeated here: a receipt is the front door's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

WAIT_SECONDS = 20.0
"""Longer than the front door itself waits for Kafka."""
CONNECT_SECONDS = 2.0
MOST_BYTES = 16 * 1024
PASSED_ON = ("authorization", "content-type", "idempotency-key")
PASSED_BACK = ("content-type", "retry-after", "www-authenticate")


class DoorAway(Exception):
    """The front door does not answer: whether it took what was said is not known."""


@dataclass(frozen=True)
class Said:
    """What the front door said."""

    status: int
    body: bytes
    headers: dict[str, str]


class FrontDoor:
    """At `address`; belongs to one event loop."""

    def __init__(self, address: str) -> None:
        timeout = httpx.Timeout(WAIT_SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.AsyncClient(base_url=address, timeout=timeout, trust_env=False, follow_redirects=False)

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Said:
        """The answer to one request; DoorAway."""
        passed = {name: headers[name] for name in PASSED_ON if name in headers}
        try:
            answer = await self._client.post(path, content=body, headers=passed)
        except httpx.HTTPError as error:
            raise DoorAway(type(error).__name__) from error
        back = {name: answer.headers[name] for name in PASSED_BACK if name in answer.headers}
        return Said(answer.status_code, answer.content, back)

    async def close(self) -> None:
        await self._client.aclose()
