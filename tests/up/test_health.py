"""Whether parts are ready, asked of real HTTP servers that answer as the parts do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from streams.up.health import Watch, why_not_ready
from streams.up.parts import Part


class Answering:
    """A part that answers /health/ready with whatever `health` says."""

    def __init__(self) -> None:
        self.health: dict[str, Any] = {"ready": True, "reasons": []}
        part = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(part.health).encode()
                self.send_response(200 if part.health.get("ready") else 503)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.part = Part("gateway", (), self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def answering() -> Iterator[Answering]:
    part = Answering()
    yield part
    part.close()


def test_a_ready_part_gives_no_reason(answering: Answering) -> None:
    assert why_not_ready(answering.part) == ()


def test_a_process_names_its_reasons_and_a_worker_those_of_each_part(answering: Answering) -> None:
    answering.health = {"ready": False, "reasons": ["no Kafka broker can be reached"]}
    assert why_not_ready(answering.part) == ("no Kafka broker can be reached",)
    answering.health = {
        "ready": False,
        "parts": {
            "dispatch": {"ready": False, "reasons": ["restoring tables"]},
            "kafka": {"ready": True, "reasons": []},
        },
    }
    assert why_not_ready(answering.part) == ("dispatch: restoring tables",)


def test_what_does_not_listen_does_not_answer_yet(free_port: int) -> None:
    assert why_not_ready(Part("wall", (), free_port)) == ("it does not answer yet",)


def test_a_moment_is_passed_over_and_what_lasts_is_told_once(
    answering: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    patient, impatient = Watch([answering.part], 60), Watch([answering.part], 0)
    answering.health = {"ready": False, "reasons": ["no Kafka"]}
    assert not patient.look()
    assert capsys.readouterr().err == ""
    assert not any(impatient.look() for _ in range(3))
    assert capsys.readouterr().err.count("gateway is not ready: no Kafka") == 1
    answering.health = {"ready": True}
    assert patient.look()
    assert impatient.look()
    assert capsys.readouterr().err.count("gateway is ready") == 1
