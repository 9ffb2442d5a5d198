"""What an agent meets: topics of a hub, a unit's webhook, secrets, and the Faust workers that host it."""

from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from streams.embedded.child import last_lines
from streams.facts.deliveries import Attempted, ToldLimit
from streams.facts.notices import Attempt
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.hosting.hub_topics import HubTopics
from tests.hosting.patiently import patiently
from tests.hosting.webhook_server import WebhookServer
from tests.hosting.worker_process import WorkerProcess
from tests.part_topologies import without_connectors

ATTEMPTS = "hub.notice.attempts.v1"
DELIVERIES = "hub.log.deliveries.v1"
MATTERS = "hub.log.matters.v1"
QUARANTINE = "hub.quarantine.v1"
FAR_FUTURE_SECONDS = 4_102_444_800


class Stage:
    """One hub's part of a cluster, under `namespace`."""

    def __init__(self, bootstrap: str, namespace: str, home: Path, *connectors: str) -> None:
        self.home = home
        self.topology = without_connectors(load_topology(), *connectors).with_namespace(namespace)
        ensure_topics(self.topology, bootstrap)
        self.topics = HubTopics(self.topology, bootstrap)
        self.webhook = WebhookServer()
        self._actor_key = Ed25519PrivateKey.generate()
        self._workers: list[WorkerProcess] = []
        self._write_secrets()

    def worker(self, *parts: str, **environment: str) -> WorkerProcess:
        """A worker process that hosts these processors and agents, not yet started."""
        variables = {"HUB_KAFKA": self.topics.bootstrap, "HUB_NAMESPACE": self.topology.namespace, **environment}
        worker = WorkerProcess("hub", parts, self.home, variables)
        self._workers.append(worker)
        return worker

    def order(
        self,
        order_no: str,
        *,
        unit: str = "500117-water_utility",
        webhook: str = "secret:webhook",
        timeout_seconds: int = 10,
    ) -> Attempt:
        """A notice: call `unit` for an order."""
        return Attempt(
            delivery_no=f"{order_no}-{unit}",
            attempt=1,
            unit=unit,
            channel="webhook",
            address=webhook,
            timeout_seconds=timeout_seconds,
            district="500117",
            order_no=order_no,
            matter_no=order_no[:-3],
            incident_class="burst_main",
            urgency="critical",
            region="500117001020",
            longitude=106.26,
            latitude=29.99,
            limits=(
                ToldLimit(kind="acknowledge", amount=2, unit="minute"),
                ToldLimit(kind="arrive", amount=15, unit="minute"),
            ),
        )

    def notify(self, notice: Attempt) -> None:
        self.topics.append(ATTEMPTS, notice.unit, notice)

    def attempted(self, order_no: str) -> list[Attempted]:
        """The facts of an order's attempts, once there is one."""
        return patiently(lambda: self.attempted_so_far(order_no))

    def attempted_so_far(self, order_no: str) -> list[Attempted]:
        return [fact for fact in self.topics.records(DELIVERIES) if fact.delivery_no.startswith(f"{order_no}-")]

    def token(self, unit: str, *, expires_at_seconds: int = FAR_FUTURE_SECONDS) -> str:
        """An actor's token as the city's identity service signs it."""
        claims = {
            "unit": unit,
            "post": "抢修班长",
            "officer": "W017",
            "shift": "day",
            "role": "responder",
            "purpose": "dispatch",
            "aud": "hub",
            "iat": 1_750_000_000,
            "exp": expires_at_seconds,
        }
        return jwt.encode(claims, self._actor_key, algorithm="EdDSA")

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask the first worker."""
        return self._workers[0].get(path)

    def worker_is_ready(self) -> bool:
        return self.get("/health/ready")[0] == 200

    def close(self) -> None:
        """End everything. The workers' last lines are printed: pytest shows them where a test has failed."""
        for worker in self._workers:
            worker.child.kill()
            print(last_lines(worker.child.log_path))
        self.webhook.close()
        self.topics.close()

    def _write_secrets(self) -> None:
        secrets = self.home / "secrets"
        secrets.mkdir()
        (secrets / "webhook").write_text(self.webhook.url + "\n")
        (secrets / "webhook_key").write_text("a key for the webhook\n")
        public = self._actor_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (secrets / "actor_public_key").write_bytes(public)
