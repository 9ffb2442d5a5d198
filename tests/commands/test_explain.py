"""`hub explain limit` as an operator uses it: 0 is well, 1 a city that is wrong, 2 wrong use; no hub need run."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cities.city import CITIES
from streams.commands.explain import explain

RUNNER = CliRunner()


def run(*arguments: str) -> tuple[int, str]:
    result = RUNNER.invoke(explain, ["limit", *arguments])
    return result.exit_code, result.output


def test_a_deadline_is_told_line_by_line_in_beijings_time() -> None:
    code, said = run(
        "1", "office_day", "--from", "2026-09-30T16:00", "--start", "next_day", "--day-end", "office_close",
    )  # fmt: skip
    assert code == 0
    lines = said.splitlines()
    assert lines[0] == "时限:1个工作日,自次日起算,至下班时"
    assert [line for line in lines if "国庆节" in line and "国办发明电〔2025〕7号" in line]
    assert lines[-1] == "截止:2026-10-08(周四)18:00(到此时刻仍未答复即为超时)"


def test_a_moment_with_an_offset_is_taken_at_its_word_and_the_calendar_is_the_one_named() -> None:
    _, said = run("2", "office_hour", "--from", "2026-09-30T08:00Z", "--calendar", "window", "--json")
    found = json.loads(said)
    assert found["counted_from"] == "2026-09-30T16:00:00.000+08:00"
    assert found["due_at"] == "2026-10-08T10:00:00.000+08:00"
    assert found["provisional"] is False
    assert [step["kind"] for step in found["steps"]] == ["begun", "holiday", "due"]
    assert found["steps"][1]["name"] == "国庆节"


def test_several_suspensions_and_a_roll_over_are_taken_in() -> None:
    code, said = run(
        "1", "natural_day", "--from", "2026-12-31", "--day-end", "midnight", "--rolls-over",
        "--suspended", "2026-12-31T10:00/2026-12-31T11:00", "--suspended", "2027-01-02T10:00/2027-01-03T10:00",
    )  # fmt: skip
    assert code == 0
    assert said.count("中止计时:") == 2
    assert "注意:年度放假安排尚未公布,按星期推算" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("0", "hour"), "'amount' must be from 1 to 87600 for hour, not 0"),
        (("1", "hours"), "unknown unit 'hours'; did you mean 'hour'?"),
        (("1", "hour", "--day-end", "midnight"), "'day_end' is for office_day, natural_day and month"),
        (("1", "office_day", "--rolls-over"), "'rolls_over' is for natural_day and month"),
        (("1", "hour", "--calendar", "officer"), "unknown calendar 'officer'; did you mean 'office'?"),
        (("1", "hour", "--suspended", "2026-10-01"), "'2026-10-01' is no span FROM/TO"),
        (("1", "hour", "--suspended", "2026-10-01/2026-10-01"), "'2026-10-01/2026-10-01' ends before it begins"),
        (("1", "hour", "--from", "yesterday"), "'yesterday' is no moment like 2026-09-30T16:00"),
        (("1", "hour", "--from", "9999-12-31"), "'9999-12-31' lies before 1992 or after 2199"),
    ],
)
def test_what_cannot_be_explained_is_wrong_use(arguments: tuple[str, ...], said: str) -> None:
    code, output = run("--from", "2026-09-30T16:00", *arguments)
    assert code == 2
    assert said in output


def test_another_city_has_days_of_its_own_and_one_that_is_wrong_is_a_finding(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CITIES / "hechuan", tmp_path / "city"))
    path = folder / "calendar.yaml"
    path.write_text(path.read_text("utf-8").replace('"09:00-12:00"', '"08:30-12:00"'), "utf-8")
    asked = ("1", "office_hour", "--from", "2026-10-03", "--city", str(folder))
    assert "截止:2026-10-08(周四)09:30" in run(*asked)[1]
    path.write_text(path.read_text("utf-8").replace('"08:30-12:00"', '"08:30-8"'), "utf-8")
    code, said = run(*asked)
    assert code == 1
    assert "calendar.yaml:45: office hours:" in said
