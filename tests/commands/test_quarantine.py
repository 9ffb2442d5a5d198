"""`hub quarantine` on a real worker: poison in, listed, shown to its owner, repaired, sent again, applied once."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from streams.codec import Origin
from streams.contract import Fact
from streams.facts.engine import Rearm
from tests.commands.conftest import INCIDENTS, Desk
from tests.eventually import eventually

pytestmark = pytest.mark.timeout(300)

SECRET = "机密内容"
HELD_DUE_AT = 1_795_305_500_000
ALARM = {
    "alarm_no": "JQ20261122000901", "alarm_time": "2026-11-22 08:00:00", "alarm_class": "0401", "alarm_level": "2",
    "place_code": None, "geo_point": "106.265,29.985", "handle_unit": "派出所", "alarm_status": "10", "seq": 1,
    "record_time": "2026-11-22 08:00:01",
}  # fmt: skip


def repaired(folder: Path, content: object) -> str:
    """A file with a repaired payload."""
    path = folder / "repaired.json"
    path.write_text(json.dumps(content, ensure_ascii=False))
    return str(path)


def test_poison_is_listed_without_its_payload(desk: Desk) -> None:
    desk.append_bytes("500117", SECRET.encode())
    number = desk.number_held("wrong_magic")
    table = desk.hub("quarantine", "list").stdout
    assert "解码" in table
    assert SECRET not in table + json.dumps(desk.listed("quarantine", "list"), ensure_ascii=False)
    assert SECRET not in desk.hub("quarantine", "show", str(number)).stdout


def test_the_payload_is_shown_only_when_asked_for_and_it_is_written_down_who_asked(desk: Desk) -> None:
    desk.append_bytes("500117", SECRET.encode())
    number = desk.number_held("wrong_magic")
    shown = desk.hub("quarantine", "show", str(number), "--reveal", "--json")
    assert json.loads(shown.stdout)["payload"] == SECRET
    (handled,) = desk.listed("quarantine", "show", str(number))["handled"]
    assert handled["action"] == "revealed"
    assert f"{handled['by']} was shown the payload of {number}" in shown.stderr


def test_a_record_that_is_repaired_and_sent_again_is_applied_once_however_often_it_is_sent(
    desk: Desk, tmp_path: Path
) -> None:
    wrong = desk.report("JQ101", incident_class="no_such_class")
    desk.topics.append(INCIDENTS, wrong.key, wrong)
    number = desk.number_held("NoSuchClass")
    payload = desk.listed("quarantine", "show", str(number), "--reveal")["payload"]
    assert payload["record"] == json.loads(json.dumps(asdict(wrong)))
    payload["record"]["incident_class"] = "burst_main"
    file = repaired(tmp_path, payload)
    before = len(desk.incidents())
    for _ in range(2):
        assert desk.listed("quarantine", "retry", str(number), "--payload", file)["retried"][0]["refused"] == ""
    after = desk.report("JQ201")
    desk.topics.append(INCIDENTS, after.key, after)
    eventually(lambda: len(desk.incidents()) >= before + 2, within_seconds=30)
    assert len(desk.incidents()) == before + 2
    assert [incident.reports for incident in desk.incidents().values()][-2:] == [1, 1]


def test_what_was_retried_is_no_longer_listed_unless_asked_for(desk: Desk) -> None:
    desk.append_bytes("500117", b"\0\0\0\xff\xff")
    number = desk.number_held("unknown_schema")
    assert desk.hub("quarantine", "retry", str(number)).exit_code == 0
    assert number not in [case["number"] for case in desk.listed("quarantine", "list")["held"]]
    again = {case["number"]: case for case in desk.listed("quarantine", "list", "--again")["held"]}
    assert [handled["action"] for handled in again[number]["handled"]] == ["retried"]


def test_no_department_answers_for_what_the_hub_itself_has_to_put_right(desk: Desk) -> None:
    desk.append_bytes("500117", b"\0\0\0\xff\xfe")
    number = str(desk.number_held("unknown_schema"))
    answer = ("--outcome", "stands", "--by", "指挥中心", "--reason", "无误")
    assert desk.hub("quarantine", "answer", number, *answer).exit_code == 2
    assert desk.listed("quarantine", "stewards") == {"stewards": []}
    assert desk.listed("quarantine", "show", number)["state"] == "open"


def test_what_is_still_wrong_is_held_again_under_a_number_of_its_own(desk: Desk) -> None:
    desk.append_bytes("500117", b"\0\0\0\xff\xfe still wrong")
    number = desk.number_held("unknown_schema")
    assert desk.hub("quarantine", "retry", str(number)).exit_code == 0
    assert eventually(lambda: desk.number_held("unknown_schema") > number, within_seconds=30)


def test_many_go_back_in_the_order_in_which_they_were_held(desk: Desk) -> None:
    reports = [desk.report(f"JQ3{number:02}") for number in range(5)]
    for offset, report in enumerate(reports):
        origin = Origin(INCIDENTS, 0, 9_000 + offset)
        desk.hold("apply", "ordered", origin, desk.topics.codec.encode(report), report.key.encode())
    results = desk.listed("quarantine", "retry", "--owner", "ordered")["retried"]
    assert [result["sent_to"] for result in results] == [INCIDENTS] * 5
    in_log = [fact.id for fact in desk.facts() if getattr(fact, "record_no", "").startswith("JQ3")]
    assert in_log == [report.id for report in reports]


def test_a_row_of_a_department_is_taken_in_anew_by_its_connector(desk: Desk, tmp_path: Path) -> None:
    origin = Origin("dept.ga_alarm110", 0, 12)
    wrong = json.dumps({**ALARM, "alarm_class": "9999"}).encode()
    number = desk.hold("connector", "ga_alarm110", origin, wrong)
    refused = desk.hub("quarantine", "retry", str(number))
    assert refused.exit_code == 1
    assert "refused again" in refused.stdout
    done = desk.hub("quarantine", "retry", str(number), "--payload", repaired(tmp_path, ALARM))
    assert done.exit_code == 0, done.stdout
    assert len(desk.topics.values("hub.source.ga_alarm110.v1")) == 1
    assert [fact.id for fact in desk.facts() if isinstance(fact, Fact)].count("ga_alarm110:JQ20261122000901:1#1") == 1


def test_an_entry_whose_due_moment_failed_is_armed_again_for_that_moment(desk: Desk) -> None:
    origin = Origin("event_profiles/places", 3, HELD_DUE_AT)
    number = desk.hold("due", "event_profiles", origin, b"entry", b"places/burst_main/wm5h/E1")
    assert desk.hub("quarantine", "retry", str(number)).exit_code == 0
    (rearm,) = [fact for fact in desk.facts() if isinstance(fact, Rearm)]
    assert (rearm.table, rearm.entry_key, rearm.due_at) == ("places", "burst_main/wm5h/E1", HELD_DUE_AT)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("retry",), 2, "say which"),
        (("retry", "999999"), 1, "nothing is held under 999999"),
        (("show", "999999"), 1, "nothing is held under 999999"),
        (("list", "--stage", "nowhere"), 2, "there is no stage 'nowhere'"),
        (("retry", "--owner", "x", "--payload", __file__), 2, "--payload repairs one record"),
    ],
)
def test_wrong_use_is_told_in_one_line(desk: Desk, arguments: tuple[str, ...], exit_code: int, said: str) -> None:
    done = desk.hub("quarantine", *arguments)
    assert done.exit_code == exit_code
    (line,) = done.stderr.splitlines()
    assert said in line
