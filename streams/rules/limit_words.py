"""A reckoning in Chinese, a line a step, as an officer would explain a deadline to a unit."""

from collections.abc import Sequence
from datetime import datetime

from streams.durations import DAY_MILLISECONDS, HOUR_MILLISECONDS, MINUTE_MILLISECONDS, SECOND_MILLISECONDS
from streams.facts.chinese import TIME_UNITS
from streams.facts.rules import DayEnd, StartRule
from streams.rules.calendar import BEIJING
from streams.rules.limit_steps import Step, StepKind
from streams.rules.office_calendar import begins_at, date_of, day_of
from streams.rules.time_limits import DAY_UNITS, OFFICE_UNITS, Reckoning, TimeLimit

STARTS: dict[StartRule, str] = {
    "at": "自事由发生时起算",
    "next_minute": "自下一整分钟起算",
    "next_office_open": "自办公时间内起算",
    "next_day": "自次日起算",
}
DAY_ENDS: dict[DayEnd, str] = {"same_time": "至同一时刻", "office_close": "至下班时", "midnight": "至当日24时"}
LINES: dict[StepKind, str] = {
    "begun": "事由:{from_moment};起算:{to_moment}",
    "uncounted_day": "不计入:{first_day}(当日不计算在内)",
    "weekend": "周末:{days},共{step.days}天",
    "holiday": "放假:{days}({step.name}),依据{step.document}",
    "worked_weekend": "调休上班:{days}({step.name}),依据{step.document}",
    "short_month": "该月无此日:以月末{first_day}为期",
    "rolled_over": "顺延:{first_day}为休息日,顺延至{to_day}",
    "last_day": "末日:{first_day}",
    "suspended": "中止计时:{from_moment}至{to_moment},{lost}",
    "put_off": "期限:由{from_end}延至{to_end}",
    "due": "截止:{to_end}(到此时刻仍未答复即为超时)",
}
UNMOVED = "期限:仍为{to_end}"
PROVISIONAL = "注意:年度放假安排尚未公布,按星期推算,公布后期限可能变动"
WEEKDAYS = "一二三四五六日"


def lines_of(limit: TimeLimit, reckoning: Reckoning, steps: Sequence[Step]) -> tuple[str, ...]:
    """The limit, what it went through, the deadline, and a warning where that may still change."""
    warning = (PROVISIONAL,) if reckoning.provisional else ()
    return (f"时限:{words_of(limit)}", *(_line(limit, step) for step in steps), *warning)


def words_of(limit: TimeLimit) -> str:
    """A limit in words."""
    parts = [f"{limit.amount}{TIME_UNITS[limit.unit]}", STARTS[limit.start]]
    if limit.unit in DAY_UNITS:
        parts.append(DAY_ENDS[limit.day_end])
    if limit.rolls_over:
        parts.append("末日遇休息日顺延")
    return ",".join(parts)


def _line(limit: TimeLimit, step: Step) -> str:
    line = UNMOVED if step.kind == "put_off" and step.from_at == step.to_at else LINES[step.kind]
    first, last = _day(step.from_at), _day(step.to_at - 1)
    return line.format(
        step=step,
        from_moment=_moment(step.from_at),
        to_moment=_moment(step.to_at),
        from_end=_end(step.from_at),
        to_end=_end(step.to_at),
        first_day=first,
        to_day=_day(step.to_at),
        days=first if first == last else f"{first}至{last}",
        lost=f"{_lost_from(limit)}{_duration(limit, step.lost_milliseconds)}",
    )


def _lost_from(limit: TimeLimit) -> str:
    return "其中办公时间" if limit.unit in OFFICE_UNITS else "共"


def _duration(limit: TimeLimit, milliseconds: int) -> str:
    """Days are said where these pass by the clock."""
    return duration_in_words(milliseconds, in_days=limit.unit not in OFFICE_UNITS)


def duration_in_words(milliseconds: int, *, in_days: bool = True) -> str:
    """In days, hours and minutes; the rest of a minute is said in seconds."""
    parts = []
    days = milliseconds // DAY_MILLISECONDS if in_days else 0
    rest = milliseconds - days * DAY_MILLISECONDS
    hours, rest = divmod(rest, HOUR_MILLISECONDS)
    minutes, rest = divmod(rest, MINUTE_MILLISECONDS)
    for number, unit in ((days, "天"), (hours, "小时"), (minutes, "分钟"), (rest / SECOND_MILLISECONDS, "秒")):
        if number:
            parts.append(f"{number:g}{unit}")
    return "".join(parts) or "0分钟"


def _day(instant: int) -> str:
    return f"{date_of(day_of(instant))}(周{WEEKDAYS[date_of(day_of(instant)).weekday()]})"


def _moment(instant: int) -> str:
    moment = datetime.fromtimestamp(instant / SECOND_MILLISECONDS, BEIJING)
    return f"{_day(instant)}{_clock(moment)}"


def _end(instant: int) -> str:
    """A moment at which something ends: midnight is 24:00 of the day that is over."""
    return f"{_day(instant - 1)}24:00" if instant == begins_at(day_of(instant)) else _moment(instant)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second or moment.microsecond else f"{moment:%H:%M}"
