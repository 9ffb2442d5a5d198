"""The front door as a process in simulated time that may be killed amid its answers."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from connectors.actors import PRIVATE_KEY, Actor, issue_token, make_keys
from streams.facts.matters import Answered
from tests.eventually import eventually
from tests.faults.gateway_process import NOW
from tests.faults.processes import REPOSITORY

PATIENCE_SECONDS = 180.0
VALID_SECONDS = 36_000


class GatewayProcess:
    """`say` goes on until there is a receipt, whoever is away: under one key, as whoever has no receipt does."""

    def __init__(self, home: Path, bootstrap: str, namespace: str, now: int) -> None:
        self._home = home
        self._environment = {
            **os.environ, "HUB_KAFKA": bootstrap, "HUB_HOME": str(home), "HUB_PORT": "0", "HUB_NAMESPACE": namespace,
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client(timeout=20)
        (home / "secrets").mkdir(parents=True)
        make_keys(home / "secrets")
        self.set_forward(now)

    def set_forward(self, now: int) -> None:
        """Its clock, never seen half written."""
        beside = self._home / f"{NOW}.new"
        beside.write_text(str(now), encoding="ascii")
        beside.replace(self._home / NOW)

    def start(self) -> None:
        self._port_path.unlink(missing_ok=True)
        with (self._home / "gateway.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.faults.gateway_process"]
            self._process = subprocess.Popen(command, cwd=REPOSITORY, env=self._environment, stdout=log, stderr=log)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def say(self, fact: Answered) -> None:
        """A unit's answer by its officer's token."""
        actor = Actor(fact.actor_unit, fact.actor_post, fact.actor_officer, fact.actor_shift, "responder", "dispatch")
        self.post(f"/v1/orders/{fact.order_no}/{fact.answer.replace('_', '-')}", {}, actor, fact.id)

    def post(
        self, path: str, body: Mapping[str, Any], actor: Actor, key: str, issued_at_seconds: int | None = None
    ) -> None:
        """What somebody says; their token is signed a minute ago unless it is said when."""
        headers = {"Authorization": f"Bearer {self._token(actor, issued_at_seconds)}", "Idempotency-Key": key}
        eventually(lambda: self._has_receipt(path, headers, body), within_seconds=PATIENCE_SECONDS)

    def _has_receipt(self, path: str, headers: dict[str, str], body: Mapping[str, Any]) -> bool:
        try:
            port = self._port_path.read_text(encoding="ascii").strip()
            response = self._client.post(f"http://127.0.0.1:{port}{path}", headers=headers, json=body)
        except (OSError, httpx.HTTPError, httpx.InvalidURL):
            return False
        assert response.status_code == 200 or response.status_code >= 500, response.text
        return response.status_code == 200

    def _token(self, actor: Actor, issued_at_seconds: int | None) -> str:
        key, now = (self._home / "secrets" / PRIVATE_KEY).read_bytes(), int(time.time())
        issued_at = now - 60 if issued_at_seconds is None else issued_at_seconds
        return issue_token(actor, key, issued_at_seconds=issued_at, valid_seconds=now - issued_at + VALID_SECONDS)

    @property
    def _port_path(self) -> Path:
        return self._home / "run" / "gateway.port"
