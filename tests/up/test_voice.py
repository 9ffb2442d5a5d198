"""What the operator is told when a part ends by itself: one line, with the reason."""

import pytest

from streams.embedded.processes import Ended
from streams.up.voice import report_end, telling_line

LOG = """gateway ended with status 1; the end of gateway.log:
{"level": "error", "message": "event_profiles stopped: hub.log.incidents.v1 does not exist: run `hub topics`"}
{"level": "info", "message": "bye"}
"""
CRASHED = LOG + '{"level": "error", "message": "We experienced a crash! Reraising original exception..."}'
FULL = "Kafka ended: the disk of /data is full; free some space"


def ended(why: str, exit_code: int | None = 1) -> Ended:
    return Ended("gateway", exit_code, why, 0.5)


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (LOG, "event_profiles stopped: hub.log.incidents.v1 does not exist: run `hub topics`"),
        (CRASHED, "event_profiles stopped: hub.log.incidents.v1 does not exist: run `hub topics`"),
        ("gateway ended with status 1; the end of gateway.log:\nTraceback\nValueError: wrong\n", "ValueError: wrong"),
        ('gateway ended with status 0; the end of gateway.log:\n{"level": "info", "message": "bye"}', "bye"),
        (f"{FULL}\n2026 ERROR\n", FULL),
        ("gateway ended with status 1; the end of gateway.log:\n", ""),
        ("", ""),
    ],
)
def test_the_line_that_tells_most_is_chosen(why: str, told: str) -> None:
    assert telling_line(ended(why)) == told


def test_a_killed_part_is_told_by_its_signal_alone(capsys: pytest.CaptureFixture[str]) -> None:
    report_end(ended(LOG, exit_code=-9))
    assert capsys.readouterr().err.partition(" ")[2] == "gateway was killed by SIGKILL; started again in 0.5 s\n"


def test_what_cannot_be_started_again_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    report_end(ended("no port is free", exit_code=None))
    said = capsys.readouterr().err.partition(" ")[2]
    assert said == "gateway cannot be started; started again in 0.5 s: no port is free\n"
