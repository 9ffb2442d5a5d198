"""A mortal hub whose units are called by the real agent and answer through the real front door, both mortal too.

Units have one webhook. Time stands still until each attempt that was planned has its result in the log, and each answer
its receipt.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streams.contract import Fact
from streams.facts.deliveries import Attempted
from streams.facts.matters import Answered
from tests.eventually import eventually
from tests.faults.mortal_gateway import GatewayProcess
from tests.faults.mortal_hub import Mortal, MortalHub
from tests.hosting.webhook_server import Call, WebhookServer
from tests.hosting.worker_process import WorkerProcess
from tests.scenarios.player import ATTEMPTS
from tests.scenarios.units import DELIVERIES

AGENT, GATEWAY = "agent", "gateway"
PATIENCE_SECONDS = 180.0


class AgentProcess:
    """The agent `attempts` in a process of its own."""

    def __init__(self, home: Path, bootstrap: str, namespace: str, webhook: WebhookServer) -> None:
        (home / "secrets").mkdir(parents=True)
        (home / "secrets/webhook").write_text(f"{webhook.url}\n", encoding="utf-8")
        (home / "secrets/webhook_key").write_text("a key for the webhook\n", encoding="utf-8")
        environment = {"HUB_KAFKA": bootstrap, "HUB_NAMESPACE": namespace}
        self._worker = WorkerProcess("hub", ("attempts",), home, environment, "tests.faults.agent_process")

    def start(self) -> None:
        """It need not be ready: whoever waits for its results waits for that too."""
        self._worker.start(ready=False)

    def kill(self) -> None:
        self._worker.child.kill()

    def last_words(self) -> str:
        return self._worker.log()[-2_000:]


class WholeHub(MortalHub):
    """`refuses` says of which classes and regions calls are refused."""

    def __init__(self, *arguments: Any, refuses: Callable[[str, str], bool]) -> None:
        super().__init__(*arguments)
        broker, namespace, folder = arguments[:3]
        self._counted = 0, 0
        self.webhook = WebhookServer()
        self.webhook.answer = lambda call: (503 if refuses(*_about(call)) else 204, b"")
        self._agent = AgentProcess(folder / AGENT, broker.bootstrap_servers, namespace, self.webhook)
        self._gateway = GatewayProcess(folder / GATEWAY, broker.bootstrap_servers, namespace, self.now)

    def start(self) -> None:
        super().start()
        self._gateway.start()
        self._agent.start()

    def stop(self) -> None:
        super().stop()
        self._gateway.kill()
        self._agent.kill()
        self.webhook.close()

    def publish(self, topic: str, fact: Fact) -> None:
        """What came of a call is the agent's to say; an answer goes through the front door."""
        if isinstance(fact, Answered):
            self._kill_soon()
            self._gateway.say(fact)
        elif not isinstance(fact, Attempted):
            super().publish(topic, fact)

    def _ask_all(self) -> None:
        self._gateway.set_forward(self.now)
        super()._ask_all()

    def settle(self) -> None:
        """Until nobody has anything to do, the agent included."""
        super().settle()
        eventually(self._has_called, within_seconds=PATIENCE_SECONDS)

    def _has_called(self) -> bool:
        """Whether each attempt has its result, and what came of that was worked off."""
        if len(self.appended(ATTEMPTS)) <= self._results():
            return True
        self._kill_soon()
        super().settle()
        return False

    def _results(self) -> int:
        """How many attempts have a result; one that was made twice has two equal ones."""
        records = len(self.appended(DELIVERIES))
        if records != self._counted[0]:
            found = (one for one in self.values(DELIVERIES) if isinstance(one, Attempted))
            self._counted = records, len({(one.delivery_no, one.attempt) for one in found})
        return self._counted[1]

    def _mortal(self, name: str) -> Mortal:
        own: dict[str, Mortal] = {AGENT: self._agent, GATEWAY: self._gateway}
        return own[name] if name in own else super()._mortal(name)


def _about(call: Call) -> tuple[str, str]:
    data = call.event["data"]
    return data["incident_class"], data["region"]
