"""`hub explain`: how a deadline comes about, of a clock that runs or of any time limit."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from streams.cities.city import City
from streams.cities.limits import read_limit
from streams.commands.city_rules import AsJson, CityFolder, city_or_end
from streams.commands.cluster import FINDING, WRONG_USE, check_known, end, topology_or_end
from streams.commands.joint import origin_lines
from streams.commands.matter import read_matters
from streams.commands.measure_words import measure_lines
from streams.commands.moments import instant_or_end
from streams.commands.repairs import folded_lines
from streams.commands.request_words import clock_lines, requests_of, suspensions_of
from streams.commands.segments import attribution_lines, clock_segments
from streams.commands.words import CLOCK_STATES, as_json_object, shown_time
from streams.facts.chinese import CLOCK_KINDS, clock_name
from streams.facts.rules import Day, OfficeHours, Unit, Year
from streams.facts.views import Clock, Matter, Order, counted_from
from streams.facts.vocabulary import CENTRES_KINDS
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, Marked
from streams.rules.limit_steps import NamedDays, steps_of
from streams.rules.limit_words import lines_of
from streams.rules.office_calendar import ALWAYS, OfficeCalendar, office_calendar
from streams.rules.time_limits import Span, TimeLimit, reckon

explain = typer.Typer(no_args_is_help=True, help="How a decision comes about.")

CHANGED = (
    "注意:按现行日历推算为{now},与所示截止时间不同:城市文件中的日历尚未发布生效,或者修订使截止时间提前而留有一日准备"
)


@explain.command()
def clock(
    number: Annotated[str, typer.Argument(help="The order's number; for the centre's clock that of the matter.")],
    kind: Annotated[str, typer.Argument(help=f"{', '.join(CLOCK_KINDS)}.")],
    *,
    stage: Annotated[str, typer.Option(help="A stage's code, by default of the one that the order is in.")] = "",
    city: CityFolder = None,
    as_json: AsJson = False,
) -> None:
    """Print how a clock stands and, line by line, how its deadline comes about."""
    check_known("kind", kind, CLOCK_KINDS)
    matters = read_matters(topology_or_end())
    matter, order, found = _clock(number, kind, stage, matters)
    segments = clock_segments(found, matter)
    read = city_or_end(city)
    told = {**vars(found.limit), "amount": found.limit.amount + found.extended}
    asked, office = _limit({name: told[name] for name in told if name != "document"}, read)
    spans = [(one.from_at, one.until_at) for one in suspensions_of(order, found)]
    counted_at = counted_from(found)
    reckoning = reckon(asked, counted_at, office, spans)
    steps = steps_of(asked, counted_at, reckoning, office, _named_days(read), spans)
    if as_json:
        shown = {**as_json_object(found), "steps": [as_json_object(step) for step in steps]}
        shown["requests"] = [as_json_object(one) for one in requests_of(order, found)]
        shown["segments"] = [as_json_object(segment) for segment in segments]
        typer.echo(json.dumps({**shown, "same_today": reckoning.due_at == found.due_at}, ensure_ascii=False))
        return
    units = {rule.unit: rule.name for rule in read.rules if isinstance(rule, Unit)}
    of_limit = lines_of(asked, reckoning, steps)
    for line in (
        *_head_lines(found),
        *origin_lines(order),
        *folded_lines(order),
        *of_limit,
        *clock_lines(order, found, units, matter.subject),
        *measure_lines(found),
    ):
        typer.echo(line)
    if reckoning.due_at != found.due_at and found.set_due_at is None and found.hastened is None:
        typer.echo(CHANGED.format(now=shown_time(reckoning.due_at)))
    typer.echo("\n".join(attribution_lines(segments, units)))


def _head_lines(found: Clock) -> Iterator[str]:
    """How the clock stands, before it is told how that comes about."""
    yield f"{clock_name(found)}:{CLOCK_STATES[found.state]},依据{found.limit.document}"
    yield f"起:{shown_time(found.started_at)};截止:{shown_time(found.due_at)};止:{shown_time(found.ended_at)}"
    if found.counted_from_at is not None:
        yield f"计时:自送达{shown_time(found.counted_from_at)}计起,上一阶段完成时进入本阶段"


def _matter(number: str, kind: str, matters: Mapping[str, Matter]) -> Matter | None:
    """The matter of an order's clock, also where the order's own went into another one (并单), or of the centre's."""
    matter = matters.get(number if kind in CENTRES_KINDS else number.rpartition("-")[0])
    while kind not in CENTRES_KINDS and matter is not None and matter.folded_into is not None:
        matter = matters.get(matter.folded_into)
    return matter


def _clock(number: str, kind: str, stage: str, matters: Mapping[str, Matter]) -> tuple[Matter, Order | None, Clock]:
    """The clock with its matter, and its order unless it is the centre's; ends the command where there is none.

    Of a `stage` the latest clock, also where the order has gone on to the next.
    """
    matter = _matter(number, kind, matters)
    order = next((order for order in matter.orders if order.order_no == number), None) if matter else None
    clocks = matter.clocks if matter and kind in CENTRES_KINDS else order.clocks if order else ()
    if stage and order:
        clocks = (*order.clocks, *reversed(order.earlier_clocks))
    found = next((one for one in clocks if one.kind == kind and stage in ("", one.stage)), None)
    if matter is None or found is None:
        end(f"{number} has no clock '{kind}{f' {stage}' if stage else ''}'", FINDING)
    return matter, order, found


@explain.command()
def limit(  # noqa: PLR0913 - each is an option of the command line
    amount: Annotated[int, typer.Argument(help="How much of the unit.")],
    unit: Annotated[str, typer.Argument(help="minute, hour, office_hour, office_day, natural_day or month.")],
    *,
    caused_at: Annotated[str, typer.Option("--from", help="The cause's moment; without an offset in Beijing's time.")],
    start: Annotated[str, typer.Option(help="at, next_minute, next_office_open or next_day.")] = "at",
    day_end: Annotated[str, typer.Option(help="same_time, office_close or midnight.")] = "same_time",
    rolls_over: Annotated[bool, typer.Option("--rolls-over", help="A last day that is off is moved on.")] = False,
    calendar: Annotated[str, typer.Option(help="A calendar of the city, or always.")] = "office",
    suspended: Annotated[
        list[str] | None, typer.Option(metavar="FROM/TO", help="A span that does not count; may be given again.")
    ] = None,
    city: CityFolder = None,
    as_json: AsJson = False,
) -> None:
    """Print the deadline of a time limit and, line by line, how it comes about."""
    read = city_or_end(city)
    told = {"amount": amount, "unit": unit, "start": start, "day_end": day_end, "rolls_over": rolls_over}
    asked, office = _limit({**told, "calendar": calendar}, read)
    from_at, spans = instant_or_end(caused_at), [_span(span) for span in suspended or ()]
    reckoning = reckon(asked, from_at, office, spans)
    steps = steps_of(asked, from_at, reckoning, office, _named_days(read), spans)
    if as_json:
        shown = [as_json_object(step) for step in steps]
        found = {**as_json_object(reckoning), "counted_from": shown[0]["to_at"], "steps": shown}
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines_of(asked, reckoning, steps)))


def _named_days(city: City) -> NamedDays:
    return {rule.date: rule for rule in city.rules if isinstance(rule, Day)}.get


def _limit(told: Mapping[str, Any], city: City) -> tuple[TimeLimit, OfficeCalendar]:
    """The limit that the options tell, checked as one of a city's file is; ends the command where it cannot be."""
    hours = {rule.calendar: rule for rule in city.rules if isinstance(rule, OfficeHours)}
    faults: list[Fault] = []
    marked = {key: Marked(value, "", 0) for key, value in told.items()}
    asked, calendar = read_limit(Form("", Marked(marked, "", 0), faults), (ALWAYS, *hours))
    if faults:
        end("\n".join(fault.text for fault in faults), WRONG_USE)
    days = (rule for rule in city.rules if isinstance(rule, Day))
    years = (rule for rule in city.rules if isinstance(rule, Year))
    return asked, office_calendar(hours.get(calendar), days, years)


def _span(told: str) -> Span:
    """FROM/TO; ends the command where it is no span."""
    begins, slash, ends = told.partition("/")
    if not slash:
        end(f"'{told}' is no span FROM/TO like 2026-09-30T16:00/2026-10-09T12:00", WRONG_USE)
    span = instant_or_end(begins), instant_or_end(ends)
    if span[0] >= span[1]:
        end(f"'{told}' ends before it begins", WRONG_USE)
    return span
