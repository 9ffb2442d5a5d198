"""What the case `dispatch` says of deadlines that agree, and of one that does not."""

from pathlib import Path

import pytest

from tests.benchmarks import deadlines
from tests.benchmarks.bench import Bench, WrongResult


def test_all_deadlines_that_were_asked_for_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = {figure.metric: figure.value for figure in deadlines.compare_deadlines(Bench(tmp_path, events=3_005))}
    assert figures == {"oracle_cases": 601, "oracle_differences": 0}
    assert capsys.readouterr().err == "dispatch: 601 of 601 deadlines, 0 differ\n"


def test_a_deadline_that_differs_fails_the_case_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "_compare", lambda *_: ["random_case(1000007) ...", "random_case(1000009) ..."])
    with pytest.raises(WrongResult, match=r"2 of 20 deadlines differ: random_case\(1000007\)"):
        deadlines.compare_deadlines(Bench(tmp_path, events=100))
