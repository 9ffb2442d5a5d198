"""A unit's webhook: a real HTTP server that notes every call and answers as the test says."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, bytes]


@dataclass(frozen=True)
class Call:
    """One call as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def order_no(self) -> str:
        return str(self.event["subject"])


class WebhookServer:
    """`answer` is called in the thread of the call and may block; `release` ends every `hang`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answer: Callable[[Call], Answer] = lambda _: (204, b"")
        self._released = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:  # The caller was killed amid its call.
                    return
                call = Call({name.lower(): value for name, value in self.headers.items()}, body)
                server.calls.append(call)
                status, content = server.answer(call)
                with suppress(ConnectionError):  # The caller was killed while it waited.
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nothing on standard error."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/orders"

    def hang(self, _: Call) -> Answer:
        self._released.wait(60)
        return 204, b""

    def release(self) -> None:
        """Let every hanging call go on, and the later ones too."""
        self._released.set()

    def orders(self) -> list[str]:
        return [call.order_no for call in self.calls]

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
