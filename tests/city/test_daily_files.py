"""Dumps of services to persons: the same persons every day, some of them owed a visit soon, some late, some done."""

from datetime import datetime, timedelta

import pytest

from connectors.city.daily_files import FilesOf
from connectors.city.departments import DEPARTMENTS
from connectors.city.ground import Ground
from connectors.times import SHANGHAI
from tests.hechuan import HECHUAN

DAY = timedelta(days=1)
MORNING = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)


def rows(system: str, day: int) -> dict[str, dict[str, str]]:
    """A day's dump, by record number."""
    (department,) = (one for one in DEPARTMENTS if one.system == system)
    files = FilesOf(department, DAY, Ground.load(HECHUAN), seed=1)
    file = files.file_at(MORNING + day * DAY)
    return {number: dict(zip(file.columns, line, strict=True)) for number, line in file.lines.items()}


@pytest.mark.parametrize("system", ["sf_correction_service", "cl_disability_service"])
def test_a_record_is_about_the_same_person_whenever_it_changes(system: str) -> None:
    days = [rows(system, day) for day in range(20)]
    persons = [{number: row["身份证号"] for number, row in day.items()} for day in days]
    assert all(day == persons[0] for day in persons)
    assert len(set(persons[0].values())) == len(persons[0])
    assert days[0] != days[-1]


def test_visits_are_owed_soon_are_late_and_are_done() -> None:
    found = {
        (row["服务状态"], (datetime.fromisoformat(row["服务日期"]).date() - (MORNING + day * DAY).date()).days >= 0)
        for day in range(20)
        for row in rows("cl_disability_service", day).values()
    }
    assert {("待服务", True), ("待服务", False)} <= found
    assert any(status == "已完成" for status, _ in found)
