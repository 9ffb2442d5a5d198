"""A burst main of which one department's closing overtakes its report; two others tell of the same main.

Pure description. In order, the closing comes when the work is done; out of order it is on the log before its report.
"""

from streams.facts.incidents import SourceClosed
from tests.scenarios.flood_hour import DISTRICT, STARTS_AT
from tests.scenarios.tellings import ALL_SETTLED, INCIDENTS, appended, reported
from tests.scenarios.units import MINUTE, SECOND, Said

HAPPENED_AT = STARTS_AT + 60 * SECOND
ENDS_AT = HAPPENED_AT + ALL_SETTLED + 10 * MINUTE
TOLD = {"cg_digital/G1", "ga_alarm110/G2", "zw_hotline12345/G3"}


def told(*, out_of_order: bool) -> list[Said]:
    """The first report, ten minutes late, and its closing before it; or each in its turn."""
    street = appended(
        reported("cg_digital", "G1", "burst_main", HAPPENED_AT, 0, 0, 30), after_seconds=600 if out_of_order else 5
    )
    police = appended(reported("ga_alarm110", "G2", "burst_main", HAPPENED_AT + 2 * MINUTE, 20, 10, 80))
    hotline = appended(reported("zw_hotline12345", "G3", "burst_main", HAPPENED_AT + 4 * MINUTE, -15, 20, 100))
    closed = Said(HAPPENED_AT + 8 * MINUTE, INCIDENTS, closing())
    return sorted([street, police, hotline, closed], key=lambda one: one.at)


def closing() -> SourceClosed:
    row, at = "cg_digital:G1:2", HAPPENED_AT + 8 * MINUTE
    return SourceClosed(
        id=f"{row}#1", key=DISTRICT, source="cg_digital", trace=row, occurred_at=at, system="cg_digital",
        record_no="G1", recorded_at=at,
    )  # fmt: skip
