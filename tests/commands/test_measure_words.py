"""What a level, a change of urgency and an outage did to a clock is told in Chinese, line by line."""

from dataclasses import replace

from streams.commands.measure_words import measure_lines
from streams.facts.views import Clock, Hastened, Move
from tests.processors.alerts import limit
from tests.processors.kit import HOUR, MINUTE, START_AT

LEVEL_NO, OUTAGE_NO = "50011720260921L00001", "50011720260921X00002"
CLOCK = Clock(kind="arrive", state="running", started_at=START_AT, due_at=START_AT + HOUR, limit=limit(1, "hour"))


def test_a_clock_that_nothing_touched_has_nothing_to_tell() -> None:
    assert list(measure_lines(CLOCK)) == []


def test_both_deadlines_are_told_with_the_level_and_its_document() -> None:
    hastened = Hastened(
        measure_no=LEVEL_NO, name="二级响应", limit=limit(30), counted_from_at=START_AT,
        reaction_until_at=START_AT + 15 * MINUTE,
    )  # fmt: skip
    move = Move(moved_at=START_AT + 5 * MINUTE, was_due_at=CLOCK.due_at, cause="level", measure_no=LEVEL_NO)
    clock = replace(CLOCK, due_at=START_AT + 30 * MINUTE, hastened=hastened, moves=(move,))
    assert list(measure_lines(clock)) == [
        f"响应级别(措施{LEVEL_NO}):2026-09-21 08:05:00起,截止由2026-09-21 09:00:00提前至2026-09-21 08:30:00",
        "二级响应时限:30分钟,自事由发生时起算,2026-09-21 08:00:00起算,最早2026-09-21 08:15:00到期,依据预案",
    ]


def test_a_change_of_urgency_and_an_outage_are_told_and_what_others_moved_is_left_to_them() -> None:
    moves = (
        Move(moved_at=START_AT, was_due_at=START_AT + HOUR, cause="extended", request_no="R"),
        Move(moved_at=START_AT, was_due_at=START_AT + 3 * HOUR, cause="urgency"),
    )
    clock = replace(CLOCK, state="exempted", due_at=START_AT + 2 * HOUR, moves=moves, outage_no=OUTAGE_NO)
    assert list(measure_lines(clock)) == [
        "改级:2026-09-21 08:00:00起,截止由2026-09-21 11:00:00改为2026-09-21 10:00:00",
        f"豁免:平台停摆(措施{OUTAGE_NO})所致,超时记录保留,不计入超时",
    ]
