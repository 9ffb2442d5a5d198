"""`hub review`: the suspected duplicates (疑似重复) that wait for somebody's word, and both incidents side by side."""

import json
import time
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from streams.agents.order_call import Names
from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, check_known, end, topology_or_end
from streams.commands.incident import AsJson, city_names, fields_of, read_incidents
from streams.commands.tellings import print_tellings, read_tellings, reasons_in_words, shown_probability
from streams.commands.words import NOTHING, REVIEW_STATES, as_json_object, print_fields, print_table, shown_time
from streams.facts.views import Incident, Report, Review
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.view_reader import Views

VIEW = "hub.view.reviews.v1"
ANY = ""
SIDE_BY_SIDE = ("类别", "紧急程度", "状态", "地点", "坐标", "立案时间", "最近报告", "报告数", "来源系统", "事项编号")

review = typer.Typer(no_args_is_help=True, help="Suspected duplicates (疑似重复) and what people say of them.")

IncidentNo = Annotated[str, typer.Argument(help="The incident that may be a duplicate, like 50011720261122E00002.")]
OtherNo = Annotated[str, typer.Argument(help="The one that it may be the same as.")]


@review.command("list")
def list_reviews(
    *,
    state: Annotated[str, typer.Option(help="One of open, joined, apart, lapsed; empty for all.")] = "open",
    owner: Annotated[str, typer.Option(help="Code of the unit that has to decide.")] = ANY,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their limit.")] = False,
    as_json: AsJson = False,
) -> None:
    """List suspected duplicates, those past their limit first, then by limit."""
    topology = topology_or_end()
    names = city_names(topology)
    check_known("state", state, REVIEW_STATES)
    check_known("owner", owner, names.units)
    now = _now()
    wanted = [
        one
        for one in read_reviews(topology).values()
        if state in (ANY, one.state) and owner in (ANY, one.owner) and (not overdue or is_overdue(one, now))
    ]
    wanted.sort(key=lambda one: (not is_overdue(one, now), one.due_at, one.incident_no, one.other_no))
    if as_json:
        typer.echo(json.dumps({"reviews": [_as_json(one, now) for one in wanted]}, ensure_ascii=False))
        return
    incidents = read_incidents(topology) if wanted else {}
    print_table(
        ("事件编号", "可能同一起", "类别", "地点", "状态", "定夺单位", "时限", "逾期", "把握", "理由"),
        (_row(one, incidents, names, now) for one in wanted),
    )
    typer.echo(f"共 {len(wanted)} 件,其中逾期 {sum(is_overdue(one, now) for one in wanted)} 件")


@review.command()
def show(incident_no: IncidentNo, other_no: OtherNo, *, as_json: AsJson = False) -> None:
    """Show a suspected duplicate: both incidents side by side, with all their reports, and the reasons."""
    topology = topology_or_end()
    found = find_review(incident_no, other_no, topology)
    numbers = (found.incident_no, found.other_no)
    incidents, told, now = read_incidents(topology), read_tellings(topology, *numbers), _now()
    if as_json:
        both = [as_json_object(incidents[number]) for number in numbers if number in incidents]
        tellings = {number: [as_json_object(one) for one in told[number]] for number in numbers}
        typer.echo(json.dumps({**_as_json(found, now), "incidents": both, "tellings": tellings}, ensure_ascii=False))
        return
    names = city_names(topology)
    print_fields(_fields(found, names, now))
    _print_side_by_side(numbers, incidents, names)
    for number in numbers:
        _print_told(number, incidents.get(number), told[number], names)


def read_reviews(topology: Topology) -> dict[str, Review]:
    """Every review of the view; ends the command where it cannot be read."""
    try:
        return Views(bootstrap_servers(), topology, Codec.load()).read(VIEW)
    except NotReadable as error:
        end(str(error), FINDING)


def find_review(one_no: str, other_no: str, topology: Topology) -> Review:
    """The review of two incidents, whichever of them is named first; ends the command where there is none."""
    reviews = read_reviews(topology)
    found = reviews.get(f"{one_no}/{other_no}") or reviews.get(f"{other_no}/{one_no}")
    return found or end(f"no review of {one_no} and {other_no}", FINDING)


def is_overdue(one: Review, now: int) -> bool:
    """Whether nobody has decided in time; `now` in milliseconds."""
    return one.state == "open" and one.due_at <= now


def _as_json(one: Review, now: int) -> dict[str, Any]:
    return {**as_json_object(one), "overdue": is_overdue(one, now)}


def _row(one: Review, incidents: Mapping[str, Incident], names: Names, now: int) -> tuple[str, ...]:
    incident = incidents.get(one.incident_no)
    said = fields_of(incident, names) if incident else {}
    return (
        one.incident_no,
        one.other_no,
        said.get("类别", NOTHING),
        said.get("地点", NOTHING),
        REVIEW_STATES[one.state],
        names.units.get(one.owner, one.owner),
        shown_time(one.due_at),
        "逾期" if is_overdue(one, now) else NOTHING,
        shown_probability(one.probability),
        reasons_in_words(one.reasons),
    )


def _fields(one: Review, names: Names, now: int) -> dict[str, str]:
    return {
        "疑似重复": f"{one.incident_no} 与 {one.other_no}",
        "状态": REVIEW_STATES[one.state],
        "定夺单位": names.units.get(one.owner, one.owner),
        "提出": shown_time(one.opened_at),
        "时限": shown_time(one.due_at) + ("(逾期)" if is_overdue(one, now) else ""),
        "定夺": shown_time(one.decided_at),
        "定夺人员": one.actor_officer or NOTHING,
        "是同一起的把握": shown_probability(one.probability),
        "理由": reasons_in_words(one.reasons),
    }


def _print_side_by_side(numbers: tuple[str, str], incidents: Mapping[str, Incident], names: Names) -> None:
    said = [fields_of(incidents[number], names) if number in incidents else {} for number in numbers]
    print_table(("", *numbers), ((title, *(one.get(title, NOTHING) for one in said)) for title in SIDE_BY_SIDE))


def _print_told(number: str, incident: Incident | None, reports: list[Report], names: Names) -> None:
    if incident is not None and incident.confidential:
        typer.echo(f"{number} 保密,报告不公开")
        return
    typer.echo(f"{number} 的报告 {len(reports)} 条")
    print_tellings(reports, names.classes)


def _now() -> int:
    return time.time_ns() // 1_000_000
