"""`hub sources rotate-key` under a running gateway: no push is refused on the way from one key to the next."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from connectors.commands.decisions import LOG
from connectors.commands.sources import sources
from streams.codec import Codec
from streams.embedded.ports import free_port
from streams.facts.sources import KeyRotated
from streams.secrecy.signing import signature_headers
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.gateway.test_pushes import STRUCTURED, body, event, request_data
from tests.running_gateway import SYSTEM, Hub

SIGNED = ("--by", "数据局 王某", "--reason", "按季度更换")


def rotate(system: str, *arguments: str) -> Result:
    return CliRunner().invoke(sources, ["rotate-key", system, *SIGNED, *arguments])


def rotations(hub: Hub, codec: Codec) -> list[KeyRotated]:
    found = [codec.decode(record.value() or b"") for record in hub.records(LOG)]
    return [fact for fact in found if isinstance(fact, KeyRotated)]


def push_with(hub: Hub, key: bytes) -> httpx.Response:
    content = body(event(request_data()))
    headers = {**signature_headers(key, int(time.time()), content), "Content-Type": STRUCTURED}
    return hub.client.post(f"/v1/sources/{SYSTEM}/events", content=content, headers=headers)


def test_the_old_key_goes_on_for_the_overlap_and_is_refused_after_it(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster, codec: Codec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    hub.start()
    stand_beside(hub, monkeypatch)
    old = hub.key

    said = rotate(SYSTEM, "--out", str(tmp_path / "new key"))
    assert said.exit_code == 0, said.output
    new = (tmp_path / "new key").read_bytes()
    assert (tmp_path / "new key").stat().st_mode & 0o777 == 0o600
    assert new == hub.key != old
    assert new.decode() not in said.output
    for key in (old, new):
        assert push_with(hub, key).status_code == 200

    _end_the_overlap(hub)
    assert eventually(lambda: push_with(hub, old).status_code == 401, within_seconds=30)
    assert push_with(hub, old).json()["type"] == "urn:hub:problem:signature_wrong"
    assert push_with(hub, new).status_code == 200

    assert rotate(SYSTEM, "--overlap-days", "0").exit_code == 0
    assert push_with(hub, new).status_code == 401
    assert push_with(hub, hub.key).status_code == 200

    first, second = rotations(hub, codec)
    assert (first.system, first.by, first.reason) == (SYSTEM, "数据局 王某", "按季度更换")
    assert first.old_until_at - first.occurred_at == pytest.approx(7 * 86_400_000, abs=1000)
    assert second.old_until_at <= second.occurred_at
    for key in (old, new, hub.key):
        assert all(key not in (record.value() or b"") for record in hub.records(LOG))


def stand_beside(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of this process speak to that hub."""
    monkeypatch.setenv("HUB_SECRETS", str(hub.secrets))
    monkeypatch.setenv("HUB_KAFKA", hub.bootstrap)
    monkeypatch.setenv("HUB_NAMESPACE", hub.topology.namespace)


def _end_the_overlap(hub: Hub) -> None:
    """As if its days had passed: the old key's end is now."""
    path = hub.secrets / SYSTEM
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()).encode()
    path.write_bytes(re.sub(rb" until \S+", b" until " + now, path.read_bytes()))


@pytest.mark.parametrize(
    ("system", "said"),
    [("ga_alarm110", "does not push"), ("", "does not push"), ("zz_comunity_e", "there is no system")],
)
def test_only_a_system_that_pushes_has_a_key(system: str, said: str) -> None:
    result = rotate(system)
    assert result.exit_code == 2
    assert said in result.output


def test_while_kafka_is_away_no_key_changes_and_none_is_handed_out(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    stand_beside(hub, monkeypatch)
    monkeypatch.setenv("HUB_KAFKA", f"127.0.0.1:{free_port()}")
    monkeypatch.setattr("connectors.commands.decisions.WRITE_SECONDS", 1.0)
    before = (hub.secrets / SYSTEM).read_bytes()
    result = rotate(SYSTEM, "--out", str(tmp_path / "new key"))
    assert result.exit_code == 1
    assert "not written" in result.output
    assert (hub.secrets / SYSTEM).read_bytes() == before
    assert not (tmp_path / "new key").exists()


def test_a_key_that_cannot_be_written_is_said_beside_the_log_that_tells_of_it(
    own_hub: Callable[[str], Hub],
    kafka_broker: Cluster,
    codec: Codec,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    stand_beside(hub, monkeypatch)
    before = (hub.secrets / SYSTEM).read_bytes()
    result = rotate(SYSTEM, "--out", str(tmp_path / "no folder" / "key"))
    assert result.exit_code == 1
    assert "repeat the command" in result.output
    assert (hub.secrets / SYSTEM).read_bytes() == before
    assert len(rotations(hub, codec)) == 1


@pytest.mark.parametrize("signed", [("--by", " ", "--reason", "x"), ("--by", "x", "--reason", "")])
def test_nobody_changes_a_key_without_a_name_and_a_reason(signed: tuple[str, ...]) -> None:
    result = CliRunner().invoke(sources, ["rotate-key", SYSTEM, *signed])
    assert result.exit_code == 2
    assert "--by" in result.output


def test_a_key_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_SECRETS", str(tmp_path))
    result = rotate(SYSTEM)
    assert result.exit_code == 1
    assert SYSTEM in result.output
    assert list(tmp_path.iterdir()) == []
