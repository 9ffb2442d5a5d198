"""`python -m connectors`: every connector of the topology that fetches; those that are pushed stand behind the gateway.

Serves /metrics, /health/live and /health/ready on 127.0.0.1 at HUB_PORT (0: any free port, which is written to
`HUB_HOME/run/connectors.port`) until SIGTERM or SIGINT.
"""

import json
import logging.config
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

from connectors.case_watch import CaseWatch
from connectors.duplicate_watch import REVIEWS_VIEW, DuplicateWatch
from connectors.publisher import QUARANTINE
from connectors.readers.opening import open_reader
from connectors.review_watch import MEASURES_VIEW, ReviewWatch
from connectors.runner import PULLING, ConnectorRunner
from connectors.supervision_watch import MATTERS_VIEW, SupervisionWatch
from connectors.surroundings import Surroundings, WrongSurroundings
from streams.hosting.logs import LOGGING
from streams.hosting.port_file import written_port
from streams.metrics import CONTENT_TYPE_LATEST, announce, exposition
from streams.topology import TopologyErrors, load_topology

HOST = "127.0.0.1"
WRONG_USE = 2


def main() -> int:
    logging.config.dictConfig(LOGGING)
    try:
        surroundings, topology = Surroundings.read(), load_topology()
    except (WrongSurroundings, TopologyErrors) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE
    announce("connectors", version("hub"))
    runner = ConnectorRunner(topology, surroundings, PULLING, open_reader)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = ThreadingHTTPServer((HOST, surroundings.port), _handler(runner))
    with written_port(surroundings.home / "run" / "connectors.port", server.server_address[1]):
        threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
        runner.start()
        watch = CaseWatch(surroundings.bootstrap, topology.topic_name(QUARANTINE), runner.codec, topology.connectors)
        threading.Thread(target=watch.follow, args=(stop,), name="cases", daemon=True).start()
        supervised = SupervisionWatch(surroundings.bootstrap, topology.topic_name(MATTERS_VIEW), runner.codec)
        threading.Thread(target=supervised.follow, args=(stop,), name="supervision", daemon=True).start()
        reviewed = ReviewWatch(surroundings.bootstrap, topology.topic_name(MEASURES_VIEW), runner.codec)
        threading.Thread(target=reviewed.follow, args=(stop,), name="reviews", daemon=True).start()
        duplicates = DuplicateWatch(surroundings.bootstrap, topology.topic_name(REVIEWS_VIEW), runner.codec)
        threading.Thread(target=duplicates.follow, args=(stop,), name="duplicates", daemon=True).start()
        stop.wait()
        runner.stop()
        server.shutdown()
    return 0


def _handler(runner: ConnectorRunner) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reasons = runner.not_ready()
            match self.path:
                case "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, exposition())
                case "/health/live":
                    self._answer_json(200, {"live": True})
                case "/health/ready":
                    self._answer_json(503 if reasons else 200, {"ready": not reasons, "reasons": reasons})
                case _:
                    self._answer_json(404, {"title": "no such page"})

        def _answer_json(self, status: int, content: object) -> None:
            self._answer(status, "application/json", json.dumps(content, ensure_ascii=False).encode())

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests of probes and of Prometheus are not worth a line each."""

    return Handler


if __name__ == "__main__":
    sys.exit(main())
