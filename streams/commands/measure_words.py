"""What levels of alert, a change of urgency and outages did to a clock, a line each, in Chinese."""

from collections.abc import Iterator

from streams.commands.words import shown_time
from streams.facts.views import Clock, Move
from streams.rules.limit_words import words_of
from streams.rules.time_limits import TimeLimit

MOVED = {
    "level": "响应级别(措施{move.measure_no}):{at}起,截止由{was}提前至{to}",
    "urgency": "改级:{at}起,截止由{was}改为{to}",
}
HASTENED = "{told.name}时限:{words},{counted}起算,最早{reaction}到期,依据{told.limit.document}"
EXEMPTED = "豁免:平台停摆(措施{outage_no})所致,超时记录保留,不计入超时"


def measure_lines(clock: Clock) -> Iterator[str]:
    """Deadlines then and now in their order, the time that the clock has instead, the outage that excuses it."""
    became = (*(move.was_due_at for move in clock.moves[1:]), clock.due_at)
    for move, to in zip(clock.moves, became, strict=False):
        if move.cause in MOVED:
            yield _moved(move, to)
    if (told := clock.hastened) is not None:
        yield HASTENED.format(
            told=told,
            words=words_of(TimeLimit.of(told.limit)),
            counted=shown_time(told.counted_from_at),
            reaction=shown_time(told.reaction_until_at),
        )
    if clock.outage_no is not None:
        yield EXEMPTED.format(outage_no=clock.outage_no)


def _moved(move: Move, to: int) -> str:
    return MOVED[move.cause].format(
        move=move, at=shown_time(move.moved_at), was=shown_time(move.was_due_at), to=shown_time(to)
    )
