"""`contracts.lock`: what was released counts as approved, and `hub check` tells what has changed since."""

from pathlib import Path

import pytest

from connectors.contract_digest import digest
from connectors.released_contracts import LOCK, LockBroken, lock_faults, release, released_contracts
from connectors.systems import fleet
from streams.topology import read_topology

SYSTEM = "ga_alarm110"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "connectors").mkdir()
    return tmp_path


def faults(checkout: Path) -> list[str]:
    found = list(lock_faults(read_topology(), checkout))
    assert {fault.file for fault in found} <= {str(checkout / "connectors" / LOCK)}
    return [f"{fault.line}: {fault.text}" for fault in found]


def test_what_stands_in_the_repository_is_released() -> None:
    assert released_contracts() == {system: digest(connector.contract) for system, connector in fleet().items()}


def test_a_release_writes_what_stands_and_says_what_has_changed(checkout: Path) -> None:
    path = checkout / "connectors" / LOCK
    assert faults(checkout) == ["1: it is not there: `hub contract release` writes it"]
    assert release(path) == sorted(fleet())
    assert faults(checkout) == []
    path.write_text(path.read_text().replace(f"{SYSTEM} ", f"gone {'0' * 64}\n{SYSTEM} ", 1))
    assert release(path) == ["gone"]


def test_a_changed_contract_is_told_at_its_line(checkout: Path) -> None:
    path = checkout / "connectors" / LOCK
    release(path)
    lines = path.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{SYSTEM} "))
    lines[place] = f"{SYSTEM} {'0' * 64}"
    path.write_text("\n".join(lines))
    (fault,) = faults(checkout)
    assert fault.startswith(f"{place + 1}: the contract of {SYSTEM}")


def test_a_system_without_a_line_is_told(checkout: Path) -> None:
    path = checkout / "connectors" / LOCK
    release(path)
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if SYSTEM not in line))
    (fault,) = faults(checkout)
    assert SYSTEM in fault


@pytest.mark.parametrize("line", ["", "ga_alarm110", "ga_alarm110 abc", f"{SYSTEM} {'0' * 64}\n{SYSTEM} {'1' * 64}"])
def test_a_lock_that_is_none_is_told_with_its_line(checkout: Path, line: str) -> None:
    path = checkout / "connectors" / LOCK
    path.write_text(f"zz_first {'2' * 64}\n{line}\n")
    with pytest.raises(LockBroken, match=rf"{LOCK}:\d"):
        released_contracts(path)
    assert len(faults(checkout)) == 1
