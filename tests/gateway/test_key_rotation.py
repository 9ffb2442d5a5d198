"""`hub sources rotate-key` under a running gateway: no push is refused on the way from one key to the next."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from connectors.commands.sources import sources
from streams.secrecy.signing import signature_headers
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.gateway.test_pushes import STRUCTURED, body, event, request_data
from tests.running_gateway import SYSTEM, Hub


def rotate(*arguments: str) -> Result:
    return CliRunner().invoke(sources, ["rotate-key", *arguments])


def push_with(hub: Hub, key: bytes) -> httpx.Response:
    content = body(event(request_data()))
    headers = {**signature_headers(key, int(time.time()), content), "Content-Type": STRUCTURED}
    return hub.client.post(f"/v1/sources/{SYSTEM}/events", content=content, headers=headers)


def test_the_old_key_goes_on_for_the_overlap_and_is_refused_after_it(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    hub.start()
    monkeypatch.setenv("HUB_SECRETS", str(hub.secrets))
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


def test_a_key_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_SECRETS", str(tmp_path))
    result = rotate(SYSTEM)
    assert result.exit_code == 1
    assert SYSTEM in result.output
    assert list(tmp_path.iterdir()) == []
