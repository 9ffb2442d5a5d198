"""Times that departments name may be anything: only the log's clock decides when something is due."""

import pytest

from tests.processors.kit import DAY, START_AT, Centre, spot

YEAR = 365 * DAY
ANY_TIME = {
    "the epoch": 0,
    "before the epoch": -1,
    "ten years ago": START_AT - 10 * YEAR,
    "tomorrow": START_AT + DAY,
    "in ten years": START_AT + 10 * YEAR,
    "the first instant of all": -(2**63),
    "the last instant of all": 2**63 - 1,
}


@pytest.mark.parametrize("occurred_at", ANY_TIME.values(), ids=ANY_TIME.keys())
def test_a_report_of_whatever_time_is_an_incident_whose_clocks_run_from_now(occurred_at: int) -> None:
    centre = Centre()
    centre.report("1", occurred_at=occurred_at)
    centre.end_attempt("delivered")
    assert centre.incident().opened_at == centre.matter().opened_at == START_AT
    assert (centre.clock("acknowledge").started_at, centre.clock("arrive").started_at) == (START_AT, START_AT)
    centre.wait_until(centre.clock("acknowledge").due_at - 1)
    assert "breached acknowledge" not in centre.changes()
    centre.wait(1)
    assert centre.changes()[-1] == "breached acknowledge"
    assert centre.set_aside() == []


@pytest.mark.parametrize("occurred_at", ANY_TIME.values(), ids=ANY_TIME.keys())
def test_a_report_of_whatever_time_harms_no_other(occurred_at: int) -> None:
    centre = Centre()
    centre.report("1")
    centre.report("2", spot(east_metres=5_000), occurred_at=occurred_at)
    centre.report("3")
    assert [incident.reports for incident in centre.incidents()] == [2, 1]
    centre.wait(2 * DAY)
    assert len(centre.matters()) == 2
    assert centre.set_aside() == []
