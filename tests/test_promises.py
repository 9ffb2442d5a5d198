"""`ops/promises.md` names tests and measurements that there are."""

import re
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import CASES

CHECKOUT = Path(__file__).resolve().parent.parent
PROMISES = (CHECKOUT / "ops/promises.md").read_text(encoding="utf-8")
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PROMISES)


@pytest.mark.parametrize(("path", "test"), TESTS)
def test_a_test_that_is_named_is_there(path: str, test: str) -> None:
    assert f"def {test}(" in (CHECKOUT / path).read_text(encoding="utf-8")


def test_every_row_without_a_measurement_names_a_test() -> None:
    rows = [line for line in PROMISES.splitlines() if line.startswith("|") and "Shown by" not in line]
    told = [row for row in rows if "::" in row or "make bench" in row]
    assert [row for row in rows if row not in told and "---" not in row and "Command" not in row] == []


def test_the_measurements_are_those_there_are() -> None:
    assert set(re.findall(r"`make bench CASE=(\w+)`", PROMISES)) == set(CASES)
