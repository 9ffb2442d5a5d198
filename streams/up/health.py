"""Asks the parts of a hub whether they are ready, and says what has changed."""

import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any

from streams.embedded.ports import HOST
from streams.up.parts import Part
from streams.up.voice import report

ANSWER_SECONDS = 2.0
SAID_AGAIN_SECONDS = 60.0
MOST_REASONS = 2

Reasons = tuple[str, ...]


def why_not_ready(part: Part) -> Reasons:
    """Why a part is not ready, nothing where it is."""
    connection = HTTPConnection(HOST, part.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        if answer.status == 200:
            return ()
        return tuple(_reasons(json.loads(answer.read()))) or (f"it answers with status {answer.status}",)
    except (OSError, HTTPException, ValueError):
        return ("it does not answer yet",)
    finally:
        connection.close()


def _reasons(health: Mapping[str, Any]) -> Iterator[str]:
    """A process says why in one list; a worker says it processor by processor, agent by agent."""
    yield from health.get("reasons", ())
    for name, part in health.get("parts", {}).items():
        if not part["ready"]:
            yield from (f"{name}: {reason}" for reason in part["reasons"])


class Watch:
    """Remembers how each part was, and reports what lasts longer than `patience_seconds`, and its end."""

    def __init__(self, parts: Iterable[Part], patience_seconds: float) -> None:
        self._parts = tuple(parts)
        self._patience_seconds = patience_seconds
        self._waiting_since: dict[str, float] = {}
        self._said_at: dict[str, float] = {}

    def look(self) -> bool:
        """Ask every part; whether all are ready."""
        now = time.monotonic()
        ready = [self._note(part.name, why_not_ready(part), now) for part in self._parts]
        return all(ready)

    def _note(self, name: str, reasons: Reasons, now: float) -> bool:
        if not reasons:
            self._waiting_since.pop(name, None)
            if self._said_at.pop(name, None) is not None:
                report(f"{name} is ready")
            return True
        waits_seconds = now - self._waiting_since.setdefault(name, now)
        said_seconds = now - self._said_at.get(name, -math.inf)
        if waits_seconds >= self._patience_seconds and said_seconds >= SAID_AGAIN_SECONDS:
            report(f"{name} is not ready: {_shortened(reasons)}")
            self._said_at[name] = now
        return False


def _shortened(reasons: Reasons) -> str:
    more = f"; and {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
    return "; ".join(reasons[:MOST_REASONS]) + more
