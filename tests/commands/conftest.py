"""A hub's topics with a real worker that owns the incidents, and the operator's commands over them."""

import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from streams.cities.city import CITIES, read_city
from streams.codec import CodecError, Origin
from streams.commands.explain import explain
from streams.commands.incident import incident
from streams.commands.matter import matter
from streams.commands.measures import mode, outage
from streams.commands.quarantine import quarantine
from streams.commands.rules import rules
from streams.commands.supervision import supervision
from streams.facts.incidents import Reported
from streams.facts.quarantine import Stage as HeldStage
from streams.facts.views import Incident
from streams.rules_publication import Rules
from streams.secrecy.sealing import HeldBytes, Keys, Sealer
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.hosting.stage import Stage

INCIDENTS = "hub.log.incidents.v1"
VIEW = "hub.view.incidents.v1"
QUARANTINE = "hub.quarantine.v1"
DISTRICT = "500117"
COMMANDS = {
    "explain": explain,
    "incident": incident,
    "matter": matter,
    "mode": mode,
    "outage": outage,
    "quarantine": quarantine,
    "rules": rules,
    "supervision": supervision,
}
HELD_AT = 1_795_305_609_000


class Desk:
    """An operator's place: the command line over one hub on the shared cluster."""

    def __init__(self, bootstrap: str, home: Path) -> None:
        self.stage = Stage(bootstrap, f"t{uuid.uuid4().hex[:8]}.", home, "ga_alarm110", "gz_std_address")
        self.topics = self.stage.topics
        city = read_city(CITIES / "hechuan")
        Rules(bootstrap, self.stage.topology, self.topics.codec).publish(city)
        self.worker = self.stage.worker("event_profiles")
        self.worker.start()

    def hub(self, name: str, *arguments: str) -> Result:
        """One command, in this process: starting another costs seconds."""
        variables = {
            "HUB_KAFKA": self.topics.bootstrap,
            "HUB_NAMESPACE": self.stage.topology.namespace,
            "HUB_HOME": str(self.worker.home),
        }
        return CliRunner().invoke(COMMANDS[name], arguments, env=variables)

    def listed(self, *arguments: str) -> Any:
        """What a command prints as JSON."""
        done = self.hub(*arguments, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def report(self, record_no: str, incident_class: str = "burst_main") -> Reported:
        """A report of something at a place of its own, ready to be appended."""
        spread = int(record_no[-3:]) / 50
        return Reported(
            id=f"ga_alarm110:{record_no}:1#1", key=DISTRICT, source="ga_alarm110", trace=f"ga_alarm110:{record_no}:1",
            occurred_at=HELD_AT, system="ga_alarm110", record_no=record_no, incident_class=incident_class,
            urgency="urgent", recorded_at=HELD_AT, region=DISTRICT, longitude=106.2 + spread, latitude=30.0,
            located_by="point", self_resolved=False,
        )  # fmt: skip

    def append_bytes(self, key: str, value: bytes) -> None:
        """Whatever bytes, into the incidents' log."""
        self.topics.append(INCIDENTS, key, value)

    def incidents(self) -> dict[str, Incident]:
        """The view as the worker wrote it, by number."""
        return {incident.incident_no: incident for incident in self.topics.records(VIEW)}

    def facts(self) -> list[Any]:
        """What the incidents' log holds, poison left out."""
        found = []
        for _, value in self.topics.values(INCIDENTS):
            with suppress(CodecError):
                found.append(self.topics.codec.decode(value or b""))
        return found

    def number_held(self, reason: str) -> int:
        """The number of what was last held for a reason, as soon as it is."""
        found: list[dict[str, Any]] = eventually(
            lambda: self.listed("quarantine", "list", "--reason", reason)["held"], within_seconds=30
        )
        return int(found[-1]["number"])

    def hold(self, stage: HeldStage, owner: str, origin: Origin, payload: bytes, key: bytes | None = None) -> int:
        """Put something into the quarantine as the hub does; its number."""
        sealer = Sealer(Keys(self.worker.home / "keys", create=True))
        held = sealer.hold(stage, "tried", "说明", HeldBytes(owner, origin, payload, key), HELD_AT)
        self.topics.append(QUARANTINE, owner, held)
        (number,) = [
            case["number"]
            for case in self.listed("quarantine", "list", "--owner", owner, "--stage", stage)["held"]
            if case["offset"] == origin.offset
        ]
        return int(number)

    def close(self) -> None:
        self.stage.close()


@pytest.fixture(scope="module")
def desk(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests of a module: they use records of their own."""
    desk = Desk(kafka_broker.bootstrap_servers, tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()
