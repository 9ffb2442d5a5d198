"""`hub mode` and `hub outage`: levels of alert and outages of the hub as they stand, with the clocks they touched."""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, NamedTuple

import typer

from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.commands.incident import AsJson
from streams.commands.matter import read_matters
from streams.commands.words import CENTRE, CLOCK_STATES, NOTHING, as_json_object, print_fields, print_table, shown_time
from streams.facts.chinese import CLOCK_KINDS
from streams.facts.measures import Measure
from streams.facts.views import Clock, Matter
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.view_reader import Views

VIEW = "hub.view.measures.v1"
STATES = {"in_force": "生效中", "ended": "已终止"}

mode = typer.Typer(no_args_is_help=True, help="Levels of alert (平战) as they stand.")
outage = typer.Typer(no_args_is_help=True, help="Spans in which the hub itself failed, and the clocks they exempted.")


class Touched(NamedTuple):
    """A clock that a measure has moved or exempted; `order_no` is None for the centre's."""

    matter_no: str
    order_no: str | None
    unit_name: str
    clock: Clock


@mode.command("list")
def list_modes(*, as_json: AsJson = False) -> None:
    """List the levels in force and those that ended in the last thirty days, the newest first."""
    _list([one for one in _measures(topology_or_end()).values() if one.measure != "outage"], "modes", as_json=as_json)


@mode.command("show")
def show_mode(
    number: Annotated[str, typer.Argument(help="Like 50011720250707L00001.")], *, as_json: AsJson = False
) -> None:
    """Show a level and the clocks that run, or ran, by its times."""
    topology = topology_or_end()
    _show(_measure(number, topology), [*_hastened(number, topology)], as_json=as_json)


@outage.command("list")
def list_outages(*, as_json: AsJson = False) -> None:
    """List the outages that were declared, the newest first."""
    found = [one for one in _measures(topology_or_end()).values() if one.measure == "outage"]
    _list(found, "outages", as_json=as_json)


@outage.command("show")
def show_outage(
    number: Annotated[str, typer.Argument(help="Like 50011720250707X00001.")], *, as_json: AsJson = False
) -> None:
    """Show an outage with the clocks that it exempted."""
    topology = topology_or_end()
    _show(_measure(number, topology), [*_exempted(number, topology)], as_json=as_json)


def _measures(topology: Topology) -> dict[str, Measure]:
    try:
        return Views(bootstrap_servers(), topology, Codec.load()).read(VIEW)
    except NotReadable as error:
        end(str(error), FINDING)


def _measure(number: str, topology: Topology) -> Measure:
    return _measures(topology).get(number) or end(f"no measure {number}", FINDING)


def _hastened(number: str, topology: Topology) -> Iterator[Touched]:
    for one in _all_clocks(read_matters(topology).values()):
        if one.clock.hastened is not None and one.clock.hastened.measure_no == number:
            yield one


def _exempted(number: str, topology: Topology) -> Iterator[Touched]:
    return (one for one in _all_clocks(read_matters(topology).values()) if one.clock.outage_no == number)


def _all_clocks(matters: Iterable[Matter]) -> Iterator[Touched]:
    """Every clock of every matter, those of earlier rounds too."""
    for matter in sorted(matters, key=lambda one: one.matter_no):
        for clock in (*matter.earlier_clocks, *matter.clocks):
            yield Touched(matter.matter_no, None, CENTRE, clock)
        for order in matter.orders:
            for clock in (*order.earlier_clocks, *order.clocks):
                yield Touched(matter.matter_no, order.order_no, order.unit_name, clock)


def _list(found: list[Measure], name: str, *, as_json: bool) -> None:
    found = sorted(found, key=lambda one: (one.from_at, one.measure_no), reverse=True)
    if as_json:
        typer.echo(json.dumps({name: [as_json_object(one) for one in found]}, ensure_ascii=False))
        return
    print_table(
        ("编号", "名称", "状态", "区域", "事由", "起", "止", "复核时间", "逾期未复核", "时钟"),
        (
            (
                one.measure_no,
                named(one),
                STATES[one.state],
                "、".join(one.regions),
                one.cause,
                shown_time(one.from_at),
                shown_time(one.until_at),
                shown_time(one.review_at),
                str(one.missed_reviews) if one.missed_reviews else NOTHING,
                str(one.clocks),
            )
            for one in found
        ),
    )
    typer.echo(f"共 {len(found)} 项")


def _show(found: Measure, clocks: list[Touched], *, as_json: bool) -> None:
    if as_json:
        listed = [
            {"matter_no": one.matter_no, "order_no": one.order_no, "clock": as_json_object(one.clock)} for one in clocks
        ]
        typer.echo(json.dumps({**as_json_object(found), "touched": listed}, ensure_ascii=False))
        return
    print_fields(
        {
            "编号": found.measure_no,
            "名称": named(found),
            "状态": STATES[found.state],
            "区域": "、".join(found.regions),
            "类别": "、".join(found.classes) or "全部",
            "事由": found.cause,
            "依据": found.document,
            "起": shown_time(found.from_at),
            "止": shown_time(found.until_at),
            "复核时间": shown_time(found.review_at),
            "逾期未复核": str(found.missed_reviews),
            "下令": f"{found.ordered_unit} {found.ordered_post} {found.ordered_officer}",
            "终止": f"{found.ended_unit} {found.ended_post} {found.ended_officer}" if found.ended_unit else NOTHING,
        }
    )
    print_table(
        ("事项编号", "派单编号", "单位", "计时", "结果", "原截止", "截止"),
        (
            (
                one.matter_no,
                one.order_no or NOTHING,
                one.unit_name,
                CLOCK_KINDS[one.clock.kind],
                CLOCK_STATES[one.clock.state],
                shown_time(one.clock.moves[0].was_due_at if one.clock.moves else None),
                shown_time(one.clock.due_at),
            )
            for one in clocks
        ),
    )
    typer.echo(f"共 {len(clocks)} 个时钟")


def named(measure: Measure) -> str:
    """Its name, marked where it is only an exercise."""
    return f"【演练】{measure.name}" if measure.exercise else measure.name
