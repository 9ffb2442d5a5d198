"""The cases of `cases.yaml`, read."""

import re
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.counted_time import Hours, Limit, Span, instant
from tests.oracle.offices import OFFICES

CASES = Path(__file__).with_name("cases.yaml")
LIMIT = re.compile(
    r"(?P<amount>\d+) (?P<unit>\w+)( from (?P<start>\w+))?( to (?P<day_end>\w+))?(?P<rolls_over> rolling over)?"
)


@dataclass(frozen=True)
class HandCase:
    """One deadline and why it is that. Instants are milliseconds since 1970."""

    limit: Limit
    office: str
    caused_at: int
    due_at: int
    why: str
    suspended: tuple[Span, ...] = field(default=())

    @property
    def hours(self) -> Hours:
        return OFFICES[self.office]


def hand_cases() -> list[HandCase]:
    """All of them, in the file's order."""
    return [_read(row) for row in yaml.safe_load(CASES.read_text(encoding="utf-8"))]


def _read(row: dict[str, Any]) -> HandCase:
    suspended = tuple(
        (read_instant(first), read_instant(last))
        for first, last in (span.split(" / ") for span in row.get("suspended", ()))
    )
    limit = read_limit(row["limit"])
    return HandCase(limit, row["office"], read_instant(row["cause"]), read_instant(row["due"]), row["why"], suspended)


def read_limit(text: str) -> Limit:
    """`5 office_day from next_day to office_close rolling over`, without what is as usual."""
    found = LIMIT.fullmatch(text)
    if found is None:
        raise ValueError(f"no limit: {text}")
    named = {name: found[name] for name in ("start", "day_end") if found[name]}
    return Limit(int(found["amount"]), found["unit"], rolls_over=bool(found["rolls_over"]), **named)


def read_instant(text: str) -> int:
    """`2026-03-02 10:00[:15[.250]]` of Beijing; 24:00 is the end of that day."""
    day, _, moment = text.partition(" ")
    midnight = instant(date.fromisoformat(day))
    if moment == "24:00":
        return midnight + 24 * 3_600_000
    told = time.fromisoformat(moment)
    passed = timedelta(hours=told.hour, minutes=told.minute, seconds=told.second, microseconds=told.microsecond)
    return midnight + passed // timedelta(milliseconds=1)
