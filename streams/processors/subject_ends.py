"""That a subject's matter has come to its end: said by whoever raised it (ops/decisions/0123)."""

from typing import Literal

from streams.contract import Output
from streams.facts import matters
from streams.rules.numbering import district_of_number


def settled(
    subject_no: str, result: Literal["done", "ended", "answered"], *, occurred_at: int, recorded_at: int
) -> Output:
    """Nothing more is to be done in it; for the port `matters`."""
    district = district_of_number(subject_no)
    ended = matters.Settled(
        key=district, occurred_at=occurred_at, subject_no=subject_no, result=result, recorded_at=recorded_at
    )
    return Output("matters", district, ended)
