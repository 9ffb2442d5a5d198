"""A changed contract: nothing is taken under it before it is approved and in effect, and then nothing is missing."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from connectors import runner as runners
from connectors.authorisation import VIEW
from connectors.commands.contract import contract
from connectors.commands.sources import sources
from connectors.contract_digest import digest, shortened
from connectors.released_contracts import released_contracts
from connectors.runner import PULLING
from connectors.systems import fleet
from streams.facts.sources import ContractApproved, Observed
from streams.facts.views import Approval, Source
from streams.kafka import open_producer
from streams.metrics import exposition
from streams.processors.sources import Sources
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.connectors.conftest import SOURCES, Hub, Running
from tests.connectors.departments import call
from tests.connectors.fleet_samples import AFTERWARDS, codec
from tests.eventually import eventually
from tests.faults.running import workers
from tests.part_topologies import without_connectors

SYSTEM = "ga_alarm110"
DIGEST = digest(fleet()[SYSTEM].contract)
SIGNED = ("--by", "数据局契约组", "--reason", "新增警情类别")
MODULE = Path(__file__).parents[2] / "connectors" / "systems" / f"{SYSTEM}.py"


@pytest.fixture
def changed(alarms: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub in which the contract of the police is another than the released one; an alarm waits."""

    def released() -> Mapping[str, str]:
        return {**released_contracts(), SYSTEM: "0" * 64}

    monkeypatch.setattr(runners, "released_contracts", released)
    call(alarms, 1)
    return alarms


def show(hub: Hub, *approvals: Approval) -> None:
    """The view shows these approvals."""
    source = Source(
        system=SYSTEM, state="fresh", last_seen_at=1, newest_at=1, rows=0, facts=0, wrong=0, late=0, items={},
        fresh_seconds=5, as_of=1, approvals=approvals,
    )  # fmt: skip
    producer = open_producer(hub.bootstrap)
    producer.produce(hub.topology.topic_name(VIEW), codec().encode(source), SYSTEM)
    assert producer.flush(20) == 0


def is_approved_metric(value: float) -> bool:
    return f'hub_source_contract_approved_info{{system="{SYSTEM}"}} {value}'.encode() in exposition()


def hub_contract(hub: Hub, *arguments: str) -> Result:
    variables = {"HUB_KAFKA": hub.bootstrap, "HUB_NAMESPACE": hub.topology.namespace}
    return CliRunner().invoke(contract, arguments, env=variables)


def test_from_the_signature_to_the_first_row_under_a_changed_contract(
    changed: Hub, running: Running, tmp_path: Path
) -> None:
    topology = without_connectors(load_topology(environment={})).with_namespace(changed.topology.namespace)
    ensure_topics(topology, changed.bootstrap)
    with workers(topology, changed.bootstrap, tmp_path / "worker_keys") as started:
        started.start(Sources())
        runner = running.start(changed, *PULLING)
        eventually(lambda: is_approved_metric(0.0))
        assert runner.authorisations.obstacle(SYSTEM) == "contract_not_approved"
        assert not [reason for reason in runner.not_ready() if SYSTEM in reason]
        assert changed.rows(SYSTEM) == []

        done = hub_contract(changed, "approve", SYSTEM, *SIGNED, "--json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["digest"] == DIGEST
        eventually(lambda: changed.rows(SYSTEM) == [f"{SYSTEM}:JQ1:1"], within_seconds=60)
        assert is_approved_metric(1.0)
        facts = [codec().decode(message.value() or b"") for message in changed.records(SOURCES)]
        (approved,) = (fact for fact in facts if isinstance(fact, ContractApproved))
        assert (approved.by, approved.reason, approved.key) == ("数据局契约组", "新增警情类别", SYSTEM)
        assert {fact.contract for fact in facts if isinstance(fact, Observed) and fact.key == SYSTEM} == {DIGEST}
        eventually(lambda: listed(changed)["running"] == DIGEST)
        assert [approval["digest"] for approval in listed(changed)["approvals"]] == [DIGEST]


def listed(hub: Hub) -> dict[str, Any]:
    variables = {"HUB_KAFKA": hub.bootstrap, "HUB_NAMESPACE": hub.topology.namespace}
    done = CliRunner().invoke(sources, ["show", SYSTEM, "--json"], env=variables)
    found: dict[str, Any] = json.loads(done.stdout)["contract"]
    return found


def test_rows_wait_for_the_instant_from_which_a_contract_counts(changed: Hub, running: Running) -> None:
    now = AFTERWARDS
    show(changed, Approval(digest="1" * 64, effective_at=0), Approval(digest=DIGEST, effective_at=AFTERWARDS + 5))
    runner = running.start(changed, *PULLING, now=lambda: now)
    eventually(lambda: is_approved_metric(0.0))
    now += 4
    show(changed, Approval(digest=DIGEST, effective_at=AFTERWARDS + 5), Approval(digest="2" * 64, effective_at=0))
    eventually(lambda: runner.authorisations.next_offset >= 2)
    assert changed.rows(SYSTEM) == []
    assert runner.authorisations.obstacle(SYSTEM) == "contract_not_approved"
    now += 1
    eventually(lambda: changed.rows(SYSTEM) == [f"{SYSTEM}:JQ1:1"])


def test_a_decision_may_put_off_a_released_contract(alarms: Hub, running: Running) -> None:
    call(alarms, 1)
    show(alarms, Approval(digest=DIGEST, effective_at=AFTERWARDS + 1))
    now = AFTERWARDS
    runner = running.start(alarms, *PULLING, now=lambda: now)
    eventually(lambda: is_approved_metric(0.0))
    assert runner.authorisations.obstacle(SYSTEM) == "contract_not_approved"
    now += 1
    eventually(lambda: alarms.rows(SYSTEM) == [f"{SYSTEM}:JQ1:1"])


def test_the_approval_of_a_file_is_that_of_its_contract(alarms: Hub, tmp_path: Path) -> None:
    file = tmp_path / "changed.py"
    file.write_text(
        MODULE.read_text(encoding="utf-8").replace('"0402": "内涝积水"', '"0402": "内涝"'), encoding="utf-8"
    )
    arguments = ("--file", str(file), "--effective-at", "2099-01-01T00:00:00+08:00")
    done = hub_contract(alarms, "approve", SYSTEM, *SIGNED, *arguments)
    assert done.exit_code == 0, done.output
    assert "自 2099-01-01T00:00:00.000+08:00 生效" in done.stdout
    assert shortened(DIGEST) not in done.stdout


def test_a_contract_whose_rows_nobody_else_could_read_is_not_approved(alarms: Hub, tmp_path: Path) -> None:
    file = tmp_path / "changed.py"
    text = MODULE.read_text(encoding="utf-8")
    file.write_text(text.replace('"处警单位", "inner", Text(60)', '"处警单位", "inner", Whole()'), encoding="utf-8")
    file.write_text(file.read_text().replace("Position, Text", "Position, Text, Whole"), encoding="utf-8")
    done = hub_contract(alarms, "approve", SYSTEM, *SIGNED, "--file", str(file))
    assert done.exit_code == 1
    assert "handle_unit" in done.stderr
    assert alarms.records(SOURCES) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("ga_alarm11", *SIGNED),
        (SYSTEM, "--by", " ", "--reason", "新增警情类别"),
        (SYSTEM, "--by", "数据局契约组"),
        (SYSTEM, *SIGNED, "--effective-at", "2099-01-01"),
        (SYSTEM, *SIGNED, "--effective-at", "2025-01-01T00:00:00+08:00"),
        ("xj_alarm119", *SIGNED, "--file", str(MODULE)),
    ],
    ids=["unknown system", "nobody signed", "no reason", "no instant", "an instant that has passed", "another system"],
)
def test_an_approval_that_is_not_whole_is_wrong_use(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(contract, ["approve", *arguments], env={"HUB_KAFKA": "127.0.0.1:1"}).exit_code == 2
