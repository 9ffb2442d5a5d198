"""The ledger keeps what it was told, on disk, however the city ends."""

import sqlite3
import time
from pathlib import Path

from connectors.city.ledger import COMMIT_SECONDS, GivenAnswer, Ledger, PlannedAnswer
from connectors.city.rows import HandOver
from tests.eventually import eventually

LATER = 2**62


def row(number: int, version: str = "1", *, replaces: bool = False) -> HandOver:
    return HandOver(at_seconds=0, system="s", record_no=f"R{number}", version=version, row={}, replaces=replaces)


def test_a_row_handed_over_again_is_counted_not_added(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger") as ledger:
        for at in (10, 20, 30):
            ledger.handed_over(row(1), 0, at)
        assert ledger.counts() == {"s": 1, "calls": 0, "answers": 0}
        assert ledger.first_hand_over_at() == 10


def test_what_was_noted_is_on_disk_soon_even_if_the_city_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger = Ledger(path)
    ledger.handed_over(row(1), 0, 1)
    begun_at = time.monotonic()
    eventually(lambda: time.monotonic() > begun_at + COMMIT_SECONDS)
    ledger.handed_over(row(2), 0, 2)
    with sqlite3.connect(path) as seen_by_others:
        assert seen_by_others.execute("SELECT count(*) FROM rows").fetchone() == (2,)


def test_answers_are_due_in_order_until_they_are_given(tmp_path: Path) -> None:
    first, second = (PlannedAnswer(key, "order", "unit", key, due_at) for key, due_at in (("a", 10), ("b", 20)))
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.plan([second, first])
        assert ledger.due(9) == []
        assert ledger.due(30) == [first, second]
        ledger.answered(first, 31, 200, GivenAnswer("order", "a", "id", 0, 7))
        assert ledger.due(30) == [second]
        assert ledger.given_answers(LATER) == [GivenAnswer("order", "a", "id", 0, 7)]


def test_a_refused_answer_is_not_tried_again_and_has_no_receipt(tmp_path: Path) -> None:
    answer = PlannedAnswer("a", "order", "unit", "a", 10)
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.plan([answer])
        ledger.answered(answer, 11, 422, None)
        assert ledger.due(LATER) == []
        assert ledger.given_answers(LATER) == []
