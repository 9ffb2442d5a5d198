"""Rights of persons from the command line through the gateway to the tables, on a real broker: copied, then deleted."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connectors.commands.person_right_acts import person
from streams.facts.people import Service, ServiceContent
from tests.conftest import Cluster
from tests.gateway.person_desk import CENTRE, PEOPLE, WATER, PersonDesk, own_time, person_desk_on
from tests.hosting.patiently import patiently
from tests.hosting.worker_process import WorkerProcess
from tests.hub_command import hub

pytestmark = pytest.mark.timeout(400)

PERSON = "services:1:00ca11e700ca11e7"


@pytest.fixture
def desk(kafka_broker: Cluster, tmp_path: Path) -> Iterator[PersonDesk]:
    namespace = f"t{uuid.uuid4().hex[:8]}."
    with person_desk_on(kafka_broker.bootstrap_servers, namespace, tmp_path / "desk") as desk:
        variables = {"HUB_KAFKA": desk.hub.bootstrap, "HUB_NAMESPACE": namespace, **desk.hub.variables, "HUB_SLOT": "e"}
        agent = WorkerProcess("hub", ("erasures",), tmp_path / "desk", variables)
        agent.start()
        yield desk
        agent.child.kill()


def command(desk: PersonDesk, *arguments: str) -> Result:
    variables = {
        "HUB_KAFKA": desk.hub.bootstrap,
        "HUB_NAMESPACE": desk.topology.namespace,
        "HUB_HOME": str(desk.hub.home),
        "HUB_GATEWAY": desk.hub.url,
        **desk.hub.variables,
    }
    return CliRunner().invoke(person, arguments, env=variables)


def token_file(desk: PersonDesk, officer: str, role: str) -> str:
    path = desk.hub.home / uuid.uuid4().hex
    path.write_text(desk.token(officer, unit=CENTRE, role=role, purpose="services"), encoding="ascii")
    return str(path)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def used(desk: PersonDesk, *arguments: str) -> str:
    """The number of a right that a person uses, once it waits for the second officer."""
    taken = command(
        desk, "rights", "use", PERSON, *arguments, "--words", "本人申请", "--json", "--token-file",
        token_file(desk, "FW-1", "operator"),
    )  # fmt: skip
    request_no = str(json.loads(said(taken))["id"])
    patiently(lambda: request_no in said(command(desk, "rights", "list", "--token", PERSON)))
    return request_no


def approve(desk: PersonDesk, request_no: str) -> None:
    officer = token_file(desk, "BM-2", "privacy_officer")
    said(command(desk, "approve", PERSON, request_no, "--words", "同意", "--token-file", officer))


def owe(desk: PersonDesk) -> None:
    """A service that the person is owed."""
    content = ServiceContent(
        unit=WATER, region="500117001001", kind="aid", state="due", due_on="2099-10-08", under_14=False
    )
    row = {"id": "row-1", "key": PERSON, "source": "test", "trace": "row-1", "token": PERSON, "record_no": "FW1"}
    moment = own_time()
    service = Service(**row, system="mz_social_aid", occurred_at=moment, recorded_at=moment, content=content)
    desk.topics.append(PEOPLE, PERSON, service)


def copy(desk: PersonDesk, path: Path) -> tuple[str, ...]:
    """A copy that was asked for, approved and written; the command that writes it."""
    access = used(desk, "access")
    written = ("report", PERSON, "--request", access, "--token-file", token_file(desk, "FW-1", "operator"))
    assert command(desk, *written).exit_code == 1
    approve(desk, access)
    patiently(lambda: "办理中" in said(command(desk, "rights", "list", "--token", PERSON)))
    said(command(desk, *written, "--out", str(path)))
    assert command(desk, *written, "--out", str(path)).exit_code == 2
    return written


def dispute(desk: PersonDesk) -> None:
    """A correction that was approved, and that the department has answered."""
    correction = used(desk, "correction", "--system", "mz_social_aid", "--record", "FW1", "--item", "address")
    assert command(desk, "rights", "dispute", correction, "--by", "BM-2").exit_code == 1
    approve(desk, correction)
    desk.receipt("approved", "correction")
    said(command(desk, "rights", "answered", PERSON, correction, "--token-file", token_file(desk, "FW-1", "operator")))


def test_a_person_gets_a_copy_disputes_a_record_and_is_deleted(desk: PersonDesk, tmp_path: Path) -> None:
    owe(desk)
    written = copy(desk, tmp_path / "copy.md")
    for told in ("# 个人信息查阅报告", "2099-10-08", "FW1", "mz_social_aid", "批准"):
        assert told in (tmp_path / "copy.md").read_text()
    assert desk.receipt("exported", "exported").second == "BM-2"
    dispute(desk)
    assert desk.receipt("corrected", "answered").token == PERSON

    deletion = used(desk, "deletion")
    approve(desk, deletion)
    patiently(lambda: [one for one in desk.receipts() if one.act == "erased"])
    listed = json.loads(said(command(desk, "rights", "list", "--all", "--json")))["rights"]
    assert [(one["request_no"], one["state"], one["token"]) for one in listed] == [(deletion, "done", "")]
    patiently(lambda: {one.state for one in desk.matters() if one.subject == "right"} == {"closed"})
    rights = [one for one in desk.matters() if one.subject == "right"]
    assert [(one.orders[0].unit, one.confidential) for one in rights] == [(CENTRE, True)] * 3
    records = [one for one in desk.topics.records(PEOPLE) if getattr(one, "token", "") == PERSON]
    assert {getattr(one, "content", None) for one in records} == {None}
    assert command(desk, *written).exit_code == 1
    variables = {"HUB_KAFKA": desk.hub.bootstrap, "HUB_NAMESPACE": desk.topology.namespace, **desk.hub.variables}
    replayed = hub(desk.hub.home, "replay", "person_profiles", **variables)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
