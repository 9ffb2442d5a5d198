"""The rules that hold topology, code and schemas together: each one with what breaks it, and all of them at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.checks.circles import circle_faults
from streams.checks.code import code_faults, state_schemas
from streams.checks.every import every_fault
from streams.checks.privacy import wall_faults
from streams.checks.schemas import read_schema_files
from streams.checks.secrets_by_value import secret_faults
from streams.checks.usage import missing_faults, orphan_faults
from streams.checks.wiring import wiring_faults
from streams.marked.yaml_file import Fault
from streams.schema_files import SCHEMAS
from streams.topology import TOPOLOGY, Reading, read_topology
from tests.topology.small import line_of, small


def wiring(path: Path, environment: dict[str, str] | None = None) -> list[Fault]:
    reading = read_topology(path, environment or {})
    assert reading.faults == ()
    return list(wiring_faults(reading, path.parent / "ops" / "cities"))


def code(path: Path) -> list[Fault]:
    return list(code_faults(read_topology(path, {}), path.parent / "connectors"))


def shown(faults: list[Fault], path: Path) -> Iterator[tuple[str, str]]:
    """The line each fault is shown at, and what it says."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for fault in faults:
        assert fault.file == str(path)
        yield lines[fault.line - 1].strip(), fault.text


def test_the_hub_as_it_stands_has_no_fault() -> None:
    assert every_fault(TOPOLOGY, {}) == []


def test_the_small_topology_has_no_fault(tmp_path: Path) -> None:
    path = small(tmp_path)
    assert [*wiring(path), *code(path)] == []


WIRING = {
    "a city that is not there": ("city: hechuan", "city: hechuann", "unknown city 'hechuann'; did you mean 'hechuan'?"),
    "simulated time in production": (
        "clock: broker", "production: true\nclock: simulated", "clock: simulated is refused in production"),
    "a topic named anyhow": (
        "publishes: []\n", "publishes: [shop.v1]\n", "topic shop.v1: is not named hub."),
    "a changelog among the topics": (
        "publishes: []\n", "publishes: [hub.changelog.work.v1]\n", "changelogs follow from the processors"),
    "no schema": ("schemas: [deliveries.attempted.v1]", "schemas: []", "no schema, so nothing can stand on it"),
    "no partition": ("partitions: 1,", "partitions: 0,", "0 partitions; at least 1"),
    "records larger than can be sent": (
        "retention: 90", "retention: 90\n    max_bytes: 9000000", "records of up to 9000000 bytes"),
    "a log of matters that forgets": (
        "retention: forever", "retention: 30", "keeps everything; retention must be forever"),
    "a log kept for hours": ("retention: 90", "retention: 0.5", "retention of 0.5 days; a stopped worker must find"),
    "a log that is compacted": ("retention: 90", "compacted: true", "a compacted log cannot be replayed"),
    "a view that is not compacted": (
        "hub.view.matters.v1: {schemas: [views.matter.v1], key: matter, partitions: 4, compacted: true, owner: work}",
        "hub.view.matters.v1: {schemas: [views.matter.v1], key: matter, partitions: 4, retention: 7, owner: work}",
        "must be compacted"),
    "partitions that differ along a key": (
        "partitions: 4, retention: 7, owner: bring}", "partitions: 6, retention: 7, owner: bring}",
        "6 partitions along the key 'unit', but hub.log.deliveries.v1 has 4"),
    "a log with two owners": (
        "reads: hub.log.deliveries.v1", "reads: hub.log.matters.v1", "two owners, work and bring"),
    "a log with another owner than said": ("owner: bring\n", "owner: work\n", "its owner is work, but bring reads it"),
    "a processor over no log": (
        "reads: hub.log.deliveries.v1", "reads: hub.notice.attempts.v1", "a processor owns a log, hub.log.*"),
    "a quarantine that could not hold a record of the log": (
        "publishes: []\n", "publishes: [hub.quarantine.v1]\n",
        "must hold any other topic's record and what is said about it: max_bytes at least 2097176"),
    "a changelog of another's name": (
        "changelog: hub.changelog.work.v1", "changelog: hub.changelog.bring.v1",
        "its changelog is not named hub.changelog.work.v<n>"),
    "a view that two write": (
        "ports: {matters: hub.log.matters.v1, attempts: hub.notice.attempts.v1}",
        "ports: {matters: hub.log.matters.v1, attempts: hub.notice.attempts.v1, view: hub.view.matters.v1}",
        "two owners, work and bring; a view has one writer"),
    "a notice that its owner does not write": (
        "retention: 7, owner: bring}", "retention: 7, owner: work}", "its owner is work, but only bring write to it"),
    "a circle": (
        "    feedback: [matters]\n", "",
        "bring: flows in a circle that no feedback opens: "
        + " → ".join(["hub.log.matters.v1", "work", "hub.log.deliveries.v1", "bring", "hub.log.matters.v1"])),
    "feedback where nothing flows back": (
        "feedback: [matters]", "feedback: [matters, attempts]",
        "bring: hub.notice.attempts.v1 is declared feedback, but nothing flows back from it"),
    "a processor that nobody runs": (
        "processors: [work, bring]", "processors: [work]", "processor bring: no worker runs it"),
    "an agent that nobody runs": ("agents: [show]", "agents: []", "agent show: no worker runs it"),
    "a password by value": (
        'key: "secret:shop"', "database_password: hunter2", "setting 'database_password' holds a secret by value"),
    "a token by value, deep inside": (
        'key: "secret:shop"', "headers: {api_token: abc}", "setting 'api_token' holds a secret by value"),
    "a URL with a password": (
        'key: "secret:shop"', "database: 'postgresql://hub:pw@db/cases'",
        "setting 'database' holds a URL with a password"),
    "an account with its private key": (
        'key: "secret:shop"', r'folder: "sftp://hub@host/\nssh-ed25519 A\n-----BEGIN OPENSSH PRIVATE KEY-----"',
        "setting 'folder' holds a private key"),
    "a password by another word": (
        'key: "secret:shop"', "database_pwd: hunter2", "setting 'database_pwd' holds a secret by value"),
    "a password behind two schemes": (
        'key: "secret:shop"', "database: 'jdbc:mysql://hub:pw@db/cases'",
        "setting 'database' holds a URL with a password"),
    "a secret that no file can be named like": (
        "secret:shop", "secret:../shop", "names a secret with other characters"),
}  # fmt: skip

TILES = "{schemas: [views.tile.v1], key: tile, partitions: 1, compacted: true, owner: work}"
NEW_TOPICS = {
    "a topic named anyhow": f"  shop.v1: {TILES}\n",
    "a quarantine that could not hold a record of the log": "  hub.quarantine.v1: "
    "{schemas: [quarantine.held.v1], key: owner, partitions: 1, retention: 30, owner: work}\n",
    "a changelog among the topics": f"  hub.changelog.work.v1: {TILES}\n",
}


@pytest.mark.parametrize("case", WIRING)
def test_each_rule_of_the_wiring_is_kept(case: str, tmp_path: Path) -> None:
    old, new, said = WIRING[case]
    path = small(tmp_path, (old, new), ("topics:\n", "topics:\n" + NEW_TOPICS.get(case, "")))
    assert [text for _, text in shown(wiring(path), path) if said in text], wiring(path)


def test_a_fault_of_the_wiring_stands_at_its_line(tmp_path: Path) -> None:
    path = small(tmp_path, ("    feedback: [matters]\n", ""), ("retention: 90", "retention: 1"))
    assert {line for line, _ in shown(wiring(path), path)} == {
        "ports: {matters: hub.log.matters.v1, attempts: hub.notice.attempts.v1}",
        "retention: 1",
    }


def test_a_log_that_no_processor_reads_has_no_owner(tmp_path: Path) -> None:
    log = "  hub.log.people.v1: {schemas: [views.tile.v1], key: tile, partitions: 1, retention: 30, owner: work}\n"
    path = small(tmp_path, ("topics:\n", "topics:\n" + log))
    assert [text for line, text in shown(wiring(path), path) if line.startswith("hub.log.people")] == [
        "topic hub.log.people.v1: nobody owns this log; no processor reads it",
        "topic hub.log.people.v1: nobody writes to it",
    ]


def test_every_circle_is_found_not_the_first_only(tmp_path: Path) -> None:
    path = small(tmp_path, ("    feedback: [matters]\n", ""), ("publishes: []", "publishes: [hub.log.matters.v1]"))
    assert [line for line, _ in shown(list(circle_faults(read_topology(path, {}))), path)] == [
        "ports: {matters: hub.log.matters.v1, attempts: hub.notice.attempts.v1}",
        "publishes: [hub.log.matters.v1]",
    ]


def test_secrets_in_the_environment_are_secrets_by_value_too(tmp_path: Path) -> None:
    faults = list(secret_faults(read_topology(small(tmp_path), {"HUB_SHOP_KEY": "hunter2"})))
    assert [fault.file for fault in faults] == ["HUB_SHOP_KEY"]
    assert "hunter2" not in str(faults[0])


@pytest.mark.parametrize(
    "setting",
    ["key: ''", "key_column: id", "database: 'sqlite:///cases.db'", "folder: /srv/drop", "address: 'sftp://hub@host/'"],
)
def test_what_is_no_secret_may_stand_there(setting: str, tmp_path: Path) -> None:
    assert wiring(small(tmp_path, ('key: "secret:shop"', setting))) == []


CODE = {
    "a module that is not there": (
        "tests.topology.small:Work", "tests.topology.smal:Work", "tests.topology.smal cannot be imported"),
    "a class that is not there": (
        "tests.topology.small:Work", "tests.topology.small:Wrok", "has no 'Wrok'; did you mean 'Work'?"),
    "no class at all": ("tests.topology.small:Work", "tests.topology.small", "is not module:name"),
    "a class that is no processor": (
        "tests.topology.small:Work", "tests.topology.small:Loose", "is no processor: it lacks name, tables, reads"),
    "an agent that is not there": (
        "tests.topology.small:show", "tests.topology.small:shew", "has no 'shew'; did you mean 'show'?"),
    "an agent that makes nothing": (
        "tests.topology.small:show", "tests.topology.small:not_callable", "is not a function that makes the agent"),
    "a reader that is not there": ("reader: kafka", "reader: kafk", "unknown reader 'kafk'; did you mean 'kafka'?"),
    "a port that the class has not": (
        "view: hub.view.matters.v1}", "view: hub.view.matters.v1, news: hub.notice.attempts.v1}",
        "it has no port 'news'"),
    "a port that leads nowhere": (
        "deliveries: hub.log.deliveries.v1, ", "", "its port 'deliveries' leads nowhere"),
    "a port to a topic of other records": (
        "view: hub.view.matters.v1}", "view: hub.log.deliveries.v1}",
        "port 'view' emits views.matter.v1, which hub.log.deliveries.v1 does not carry"),
    "a log with records that it does not read": (
        "[matters.opened.v1, engine.tick.v1]", "[matters.opened.v1, matters.joined.v1]",
        "hub.log.matters.v1 carries matters.joined.v1, which it does not read"),
    "a log without records that it reads": (
        "[matters.opened.v1, engine.tick.v1]", "[engine.tick.v1]",
        "it reads matters.opened.v1, which hub.log.matters.v1 does not carry"),
    "a setting that it does not know": (
        "steps: [1, 2]", "step: [1, 2]", "it knows no setting 'step'; did you mean 'steps'?"),
    "a setting that it needs": (
        "{patience_seconds: 60, steps: [1, 2]}", "{steps: [1, 2]}", "its setting 'patience_seconds' is missing"),
}  # fmt: skip


@pytest.mark.parametrize("case", CODE)
def test_each_name_of_code_leads_to_code_that_fits(case: str, tmp_path: Path) -> None:
    old, new, said = CODE[case]
    path = small(tmp_path, (old, new))
    assert [text for _, text in shown(code(path), path) if said in text], code(path)


def test_a_processor_that_fits_nowhere_is_told_everything_at_once(tmp_path: Path) -> None:
    path = small(tmp_path, ("tests.topology.small:Work", "tests.topology.small:WrongWork"))
    assert [text.removeprefix("processor work: ") for _, text in shown(code(path), path)] == [
        "tests.topology.small:WrongWork calls itself 'labour'",
        "its table 'matters' holds Loose, which has no schema",
        "two of its tables are named 'matters'",
        "it reads situation.matter_moved.v1, which hub.log.matters.v1 does not carry",
        "hub.log.matters.v1 carries matters.opened.v1, which it does not read",
        "it has no port 'deliveries'; did you mean 'delivery'?",
        "its port 'delivery' leads nowhere",
        "port 'view' emits views.tile.v1, which hub.view.matters.v1 does not carry",
        "it knows no setting 'patience_seconds'; did you mean 'patience'?",
        "it knows no setting 'steps'; known: patience",
        "its setting 'patience' is missing",
    ]


def test_a_connector_has_a_file_of_its_system(tmp_path: Path) -> None:
    path = small(tmp_path)
    (tmp_path / "connectors" / "systems" / "shop.py").rename(tmp_path / "connectors" / "systems" / "shopp.py")
    assert [text for _, text in shown(code(path), path)] == [
        "connector shop: there is no connectors/systems/shop.py; did you mean 'shopp'?"
    ]


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return read_topology(small(tmp_path, ("schemas: [views.matter.v1]", "schemas: [views.mater.v1]")), {})


def test_a_schema_that_a_topic_names_exists(reading: Reading) -> None:
    schemas = read_schema_files(SCHEMAS, [])
    assert [fault.text for fault in missing_faults(reading, schemas)] == [
        "topic hub.view.matters.v1: there is no schema 'views.mater.v1'; did you mean 'views.matter.v1'?"
    ]


def test_a_schema_stands_on_a_topic_or_in_a_changelog_or_is_an_orphan(reading: Reading) -> None:
    schemas = read_schema_files(SCHEMAS, [])
    state = [name for name, _ in state_schemas(reading)]
    orphans = {fault.text.partition(":")[0] for fault in orphan_faults(reading, schemas, state)}
    assert {"views.tile.v1", "deliveries.requested.v1", "rules.call.v1"} - orphans == {"deliveries.requested.v1"}
    assert orphans & {"views.matter.v1", "engine.position.v1", "matters.opened.v1"} == set()


def test_a_personal_field_in_a_view_that_an_agent_reads_would_reach_the_wall(tmp_path: Path) -> None:
    reading = read_topology(small(tmp_path), {})
    schemas = read_schema_files(SCHEMAS, [])
    assert list(wall_faults(reading, schemas)) == []
    path = tmp_path / "views" / "matter.v1.avsc"
    path.parent.mkdir()
    text = schemas["views.matter.v1"].path.read_text(encoding="utf-8")
    path.write_text(text.replace('"class": "pub"', '"class": "spi"', 1), encoding="utf-8")
    personal = read_schema_files(tmp_path, [])
    assert list(wall_faults(reading, personal)) == [
        Fault(
            str(path),
            7,
            "views.matter.v1: field matter_no is spi and would reach the wall "
            "through hub.view.matters.v1 and agent show",
        )
    ]


def test_ten_errors_of_all_kinds_are_shown_in_one_run(tmp_path: Path) -> None:
    path = small(
        tmp_path,
        ("city: hechuan", "city: nowhere"),
        ("partitions: 1", "partitions: one"),
        ("schemas: [views.matter.v1]", "schemas: [views.mater.v1]"),
        ("retention: 90", "retention: 1"),
        ("reader: kafka", "reader: pigeon"),
        ('"secret:shop"', "hunter2"),
        ("tests.topology.small:Work", "tests.topology.small:Wrok"),
        ("    feedback: [matters]\n", ""),
        ("hub.changelog.bring.v1", "hub.changelog.brought.v1"),
        ("[work, bring]", "[work]"),
    )
    (tmp_path / "schemas").symlink_to(SCHEMAS)
    said = [(fault.line, fault.text) for fault in every_fault(path, {}) if fault.file == str(path)]
    for wrong, text in (
        ("city: nowhere", "unknown city"),
        ("partitions: one", "whole number"),
        ("views.mater.v1", "there is no schema"),
        ("retention: 1", "a stopped worker"),
        ("pigeon", "unknown reader"),
        ("hunter2", "by value"),
        (":Wrok", "has no 'Wrok'"),
        ("ports: {matters", "flows in a circle"),
        ("brought", "is not named"),
        ("  bring:", "no worker runs it"),
    ):
        assert any(line == line_of(path, wrong) and text in fault for line, fault in said), (wrong, said)
