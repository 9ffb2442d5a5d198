"""`hub contract try` on a real broker: a changed contract on what a department has sent, right and wrong."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import connectors.systems.ga_alarm110 as running_contract
import connectors.systems.zz_community_e as community_contract
from connectors.commands.contract import contract
from connectors.contract import Batch
from connectors.publisher import wall_clock
from connectors.readers.http_push import pushed_row
from connectors.readers.json_rows import json_row
from connectors.topic_reading import read_topic
from streams.codec import Origin
from tests.connectors.conftest import QUARANTINE, Hub, Publishers
from tests.connectors.departments import write_to
from tests.connectors.fleet_samples import samples

SYSTEM = "ga_alarm110"
SOURCE = Path(running_contract.__file__).read_text(encoding="utf-8")
PLACE = "绝密地点"


@pytest.fixture
def fed(hub: Hub, publishers: Publishers) -> Hub:
    """A hub to which the department has sent three alarms and one of a class that is not in the contract."""
    times = {"alarm_time": "2025-11-22 08:00:00", "record_time": "2025-11-22 08:00:01"}
    rows: list[dict[str, Any]] = [
        {**samples()[SYSTEM].good, **times, "alarm_no": f"JQ{number}", "handle_unit": PLACE, "alarm_class": alarm_class}
        for number, alarm_class in enumerate(("0401", "0402", "0402", "0777"), 1)
    ]
    raw = [
        json_row(json.dumps(row, ensure_ascii=False).encode(), Origin("dept.ga_alarm110", 0, offset))
        for offset, row in enumerate(rows)
    ]
    receipts = publishers.of(hub, SYSTEM).publish(Batch(raw), threading.Event())
    assert [receipt.status for receipt in receipts] == ["accepted"] * 3 + ["quarantined"]
    return hub


def tried(hub: Hub, folder: Path, text: str, *arguments: str) -> Result:
    """`hub contract try` of a file with this text."""
    file = folder / "changed.py"
    file.write_text(text, encoding="utf-8")
    variables = {
        "HUB_KAFKA": hub.bootstrap,
        "HUB_NAMESPACE": hub.topology.namespace,
        "HUB_HOME": str(hub.surroundings.home),
        "HUB_KEYS": str(hub.surroundings.keys),
    }
    return CliRunner().invoke(contract, ["try", str(file), *arguments], env=variables)


def replaced(*pairs: tuple[str, str]) -> str:
    text = SOURCE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_the_same_contract_differs_in_nothing(fed: Hub, tmp_path: Path) -> None:
    done = tried(fed, tmp_path, SOURCE, "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["rows"] == {"source": 3, "quarantine": 1}
    assert (said["differences"], said["differs"], said["schema"]["changed"]) == ([], False, False)
    assert "无差异" in tried(fed, tmp_path, SOURCE).stdout


def test_a_changed_contract_shows_what_becomes_wrong_what_becomes_right_and_what_facts_say(
    fed: Hub, tmp_path: Path
) -> None:
    text = replaced(
        ('    "0402": "内涝积水",\n', '    "0777": "新类别",\n'),
        ('"0401": "burst_main"', '"0401": "flooding"'),
        ('"0402": "flooding"', '"0777": "flooding"'),
    )
    held, keys = len(fed.held()), sorted(path.name for path in fed.surroundings.keys.iterdir())
    done = tried(fed, tmp_path, text, "--json")
    assert done.exit_code == 1, done.output
    found = {(one["from"], one["kind"], one["what"]): one for one in json.loads(done.stdout)["differences"]}
    wrong = found["source", "newly_wrong", "alarm_class[code_table]"]
    assert (wrong["rows"], wrong["examples"]) == (2, ["JQ2", "JQ3"])
    changed = found["source", "fact_changed", "Reported.incident_class"]
    assert (changed["rows"], changed["examples"]) == (1, ["JQ1"])
    right = found["quarantine", "newly_right", "alarm_class[code_table]"]
    assert (right["rows"], right["examples"]) == (1, ["JQ4"])
    assert len(found) == 3
    shown = tried(fed, tmp_path, text).stdout
    assert "新增不合格" in shown
    assert PLACE not in shown + done.stdout
    assert (len(fed.held()), fed.count(SYSTEM)) == (held, 3)
    assert sorted(path.name for path in fed.surroundings.keys.iterdir()) == keys
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("changed", "__py"))] == ["changed.py"]


def test_a_code_that_the_mapping_does_not_know_stays_wrong_for_another_reason(fed: Hub, tmp_path: Path) -> None:
    text = replaced(('    "0402": "内涝积水",\n', '    "0402": "内涝积水",\n    "0777": "新类别",\n'))
    (found,) = json.loads(tried(fed, tmp_path, text, "--json").stdout)["differences"]
    assert (found["kind"], found["what"]) == ("wrong_otherwise", "alarm_class[code_table] → mapping")


def test_a_new_required_item_is_an_open_question_and_no_old_record_can_be_read(fed: Hub, tmp_path: Path) -> None:
    text = replaced(("        SEQ,\n", '        SEQ,\n        Item("caller_kind", "报警人类别", "inner", NUMBER),\n'))
    done = tried(fed, tmp_path, text, "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert list(said["items_not_judged"]) == ["caller_kind"]
    assert (said["schema"]["changed"], said["schema"]["compatible"]) == (True, False)
    assert [one for one in said["differences"] if one["from"] == "source"] == []


def test_a_new_optional_item_is_compatible(fed: Hub, tmp_path: Path) -> None:
    item = 'Item("caller_kind", "报警人类别", "inner", NUMBER, required=False)'
    text = replaced(("        SEQ,\n", f"        SEQ,\n        {item},\n"))
    said = json.loads(tried(fed, tmp_path, text, "--json").stdout)
    assert said["schema"] == {"changed": True, "compatible": True, "faults": []}
    assert said["differences"] == []


def test_a_pushed_row_that_is_held_becomes_right_and_its_person_is_not_shown(
    hub: Hub, publishers: Publishers, tmp_path: Path
) -> None:
    phone, door = "13912345678", "/v1/sources/zz_community_e/events"
    good = {**samples()["zz_community_e"].good, "submit_time": "2025-11-22T08:00:00+08:00", "requester_phone": phone}
    rows = [good, {**good, "request_no": "SQ2", "request_class": None}]
    pushed = [pushed_row(json.dumps(row).encode(), "request.submitted", f"e{at}", door) for at, row in enumerate(rows)]
    receipts = publishers.of(hub, "zz_community_e").publish(Batch(pushed), threading.Event())
    assert [receipt.status for receipt in receipts] == ["accepted", "quarantined"]
    text = Path(community_contract.__file__).read_text(encoding="utf-8")
    required = 'Item("request_class", "诉求类别", "inner", Code(REQUEST_CLASSES))'
    lenient = text.replace(required, required[:-1] + ", required=False)")
    lenient = lenient.replace('[row.values["request_class"]]', '[row.values["request_class"] or "A9"]')
    done = tried(hub, tmp_path, lenient, "--json")
    (found,) = json.loads(done.stdout)["differences"]
    assert (found["from"], found["kind"], found["what"]) == ("quarantine", "newly_right", "request_class[required]")
    assert found["examples"] == ["SQ2"]
    assert phone not in done.output


def test_what_cannot_be_read_is_counted_and_stops_nothing(fed: Hub, tmp_path: Path) -> None:
    topic = fed.topology.topic_name(f"hub.source.{SYSTEM}.v1")
    write_to(fed.bootstrap, topic, {0: [b"junk"]})
    for key in fed.surroundings.keys.glob(f"quarantine.{SYSTEM}.*"):
        key.unlink()
    said = json.loads(tried(fed, tmp_path, SOURCE, "--json").stdout)
    assert said["not_judged"] == {"other_version": 0, "sealed": 1, "form": 1, "mapping": 0}
    assert said["rows"] == {"source": 3, "quarantine": 0}
    assert "未能比对 2 行" in tried(fed, tmp_path, SOURCE).stdout


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("CONNECTOR = 1\n", (), "has no CONNECTOR"),
        ("this is no Python\n", (), "cannot be read: SyntaxError"),
        (SOURCE, ("--system", "ga_alarm111"), "there is no system"),
    ],
)
def test_wrong_use_is_said(hub: Hub, tmp_path: Path, text: str, arguments: tuple[str, ...], said: str) -> None:
    done = tried(hub, tmp_path, text, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_kafka_that_does_not_answer_is_a_finding(
    hub: Hub, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.topic_reading.CALL_SECONDS", 1.0)
    file = tmp_path / "same.py"
    file.write_text(SOURCE, encoding="utf-8")
    variables = {"HUB_KAFKA": f"127.0.0.1:{free_port}", "HUB_NAMESPACE": hub.topology.namespace}
    assert CliRunner().invoke(contract, ["try", str(file)], env=variables).exit_code == 1


def test_only_records_from_an_instant_on_are_read(fed: Hub) -> None:
    name = fed.topology.topic_name(QUARANTINE)
    assert len(list(read_topic(fed.bootstrap, name, since=0))) == 1
    assert list(read_topic(fed.bootstrap, name, since=wall_clock() + 3_600_000)) == []
