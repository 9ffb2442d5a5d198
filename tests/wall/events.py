"""A reader of server-sent events, as a browser reads them."""

import contextlib
import http.client
import json
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.hosting.patiently import patiently


@dataclass(frozen=True)
class Event:
    """One event as it came; `event_id` '' where it has none."""

    name: str
    event_id: str
    data: Any


class EventReader:
    """Reads in a thread of its own until the other side ends or `close`; `events` is what came so far."""

    def __init__(self, address: str, last_event_id: str = "", token: str = "") -> None:
        parts = urlsplit(address)
        self.events: list[Event] = []
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        headers = {"Accept": "text/event-stream"}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._connection.request("GET", parts.path, headers=headers)
        self._response = self._connection.getresponse()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

    @property
    def last_event_id(self) -> str:
        return next(event.event_id for event in reversed(self.events) if event.event_id)

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]

    def await_event(self, name: str, count: int = 1) -> Event:
        """The `count`-th event of a name."""
        return patiently(lambda: self.named(name)[count - 1 : count])[0]

    def await_change(self, key: str) -> Any:
        """The newest value that a change gave to a key; None for gone."""
        return patiently(lambda: self._changes(key))[-1]["value"]

    def _changes(self, key: str) -> list[Any]:
        return [change for event in self.named("changes") for change in event.data if change["key"] == key]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            if self._connection.sock is not None:
                self._connection.sock.shutdown(2)
        self._connection.close()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            for raw in self._response:
                line = raw.decode().rstrip("\n")
                if line:
                    name, _, text = line.partition(": ")
                    fields[name] = text
                elif fields:
                    if "event" in fields:
                        self.events.append(Event(fields["event"], fields.get("id", ""), json.loads(fields["data"])))
                    fields = {}
