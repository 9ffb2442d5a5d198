"""Who may write down what others say on the phone: read, and refused at its line."""

from pathlib import Path

from streams.cities.recorders import read_recorders
from streams.marked.yaml_file import Fault
from tests.hechuan import hechuan


def read(path: Path, text: str) -> tuple[list[str], list[str]]:
    """Roles, and faults."""
    path.write_text(f"document: 试验\nrecorders:\n{text}", encoding="utf-8")
    units = [rule for rule in hechuan().rules if type(rule).__name__ == "Unit"]
    faults: list[Fault] = []
    roles = [one.role for one in read_recorders(path, units, 0, faults)]  # type: ignore[arg-type]
    return roles, [f"{fault.line}: {fault.text}" for fault in faults]


def test_operators_and_shift_leaders_of_the_centre_write_down_for_hechuans_units() -> None:
    known = {(rule.role, rule.unit_kind) for rule in hechuan().rules if type(rule).__name__ == "RecorderRole"}  # type: ignore[union-attr]
    assert known == {("operator", "district_centre"), ("shift_leader", "district_centre")}


def test_what_cannot_be_meant_is_a_fault_of_its_line(tmp_path: Path) -> None:
    lines = "  - {role: a, unit_kind: nobody}\n  - {role: a, unit_kind: health}\n"
    roles, faults = read(tmp_path / "recorders.yaml", lines)
    assert roles == ["a"]
    assert [fault.partition(":")[0] for fault in faults] == ["3", "4"]
    assert "unknown kind of unit 'nobody'" in faults[0]
    assert "stands here a second time" in faults[1]
