"""`hub matter`: the matters as they stand, with their orders and clocks, from the compacted view."""

import json
import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from streams.agents.order_call import Names, region_name
from streams.codec import Codec
from streams.commands.call_sheet import call_sheet, marks, what_of
from streams.commands.cluster import FINDING, bootstrap_servers, check_known, end, topology_or_end
from streams.commands.incident import AsJson, city_names
from streams.commands.joint import print_joint
from streams.commands.repairs import print_repairs
from streams.commands.request_words import print_requests
from streams.commands.segments import segment_fields
from streams.commands.stages import print_stages
from streams.commands.supervisors import print_supervisors
from streams.commands.words import (
    ARRIVALS,
    CENTRE,
    CLOCK_STATES,
    LIGHTS,
    MASTER_STATES,
    MASTER_WATCH,
    MATTER_STATES,
    NOTHING,
    ORDER_STATES,
    ROLES,
    VERIFICATIONS,
    as_json_object,
    print_fields,
    print_table,
    shown_time,
)
from streams.facts.chinese import RESULTS, URGENCIES, clock_name
from streams.facts.views import Clock, Content, Matter, MirroredOrder, Order, clocks_of
from streams.processors.matter_parts import late_assistants
from streams.rules.attribution import elapsed_milliseconds
from streams.rules.limit_words import duration_in_words
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.view_reader import Views

VIEW = "hub.view.matters.v1"
CONTENTS = "hub.view.contents.v1"
ANY = ""

matter = typer.Typer(no_args_is_help=True, help="Matters as they stand.")


@matter.command("list")
def list_matters(
    *,
    state: Annotated[str, typer.Option(help="One of unassigned, assigned, in_hand, resolved, closed.")] = ANY,
    unit: Annotated[str, typer.Option(help="Code of the unit that has an order of it.")] = ANY,
    region: Annotated[str, typer.Option(help="Code of a district, town, village or grid; all below it count.")] = ANY,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those with a clock that was breached.")] = False,
    is_open: Annotated[bool, typer.Option("--open", help="Only those that are not closed.")] = False,
    as_sheet: Annotated[
        bool, typer.Option("--print", help="Open calls to be printed: unit, phone, deadlines, room for the answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List matters, the newest first."""
    topology = topology_or_end()
    names = city_names(topology)
    check_known("state", state, MATTER_STATES)
    check_known("unit", unit, names.units)
    check_known("region", region, names.regions)
    wanted = [
        one
        for one in read_matters(topology).values()
        if state in (ANY, one.state)
        and one.region.startswith(region)
        and (unit == ANY or unit in [order.unit for order in one.orders])
        and (not overdue or any(clock.state == "breached" for clock in clocks_of(one)))
        and (not is_open or one.state != "closed")
    ]
    wanted.sort(key=lambda one: (one.opened_at, one.matter_no), reverse=True)
    if as_json:
        typer.echo(json.dumps({"matters": [as_json_object(one) for one in wanted]}, ensure_ascii=False))
        return
    if as_sheet:
        typer.echo(call_sheet(wanted, names, time.time_ns() // 1_000_000))
        return
    print_table(
        ("事项编号", "类别", "紧急程度", "状态", "地点", "承办单位", "时限", "立案时间"),
        (_row(one, names) for one in wanted),
    )
    typer.echo(f"共 {len(wanted)} 件")


@matter.command()
def show(
    matter_no: Annotated[str, typer.Argument(help="Like 50011720261122M00001.")], *, as_json: AsJson = False
) -> None:
    """Show one matter with its orders and clocks."""
    topology = topology_or_end()
    found = read_matters(topology).get(matter_no)
    if found is None:
        end(f"no matter {matter_no}", FINDING)
    if as_json:
        typer.echo(json.dumps(as_json_object(found), ensure_ascii=False))
        return
    names = city_names(topology)
    print_fields(_fields(found, names))
    _print_clocks(found)
    if found.mirrored:
        print_table(
            ("主单系统", "主单编号", "承办单位", "主单状态", "主单时限", "跟踪"), map(_master_row, found.mirrored)
        )
    print_stages(found)
    print_requests(found, names.units)
    print_supervisors(found)
    print_joint(found)
    print_repairs(found)
    print_table(
        ("时间归属", "单位", "起", "止", "时长"),
        (segment_fields(segment, found.as_of, names.units) for segment in found.segments),
    )
    typer.echo(f"诉求总时长 {duration_in_words(elapsed_milliseconds(found))}")


@matter.command()
def readings(
    matter_no: Annotated[str, typer.Argument(help="Like 50011720261122M00001.")], *, as_json: AsJson = False
) -> None:
    """Show who was shown where a confidential matter is (阅看留痕), the newest first."""
    topology = topology_or_end()
    found: Content | None = read_view(topology, CONTENTS).get(matter_no)
    if found is None:
        end(f"no confidential matter {matter_no}", FINDING)
    newest = found.readings[::-1]
    if as_json:
        typer.echo(json.dumps({"readings": [as_json_object(one) for one in newest]}, ensure_ascii=False))
        return
    units = city_names(topology).units
    print_table(
        ("阅看时间", "派单编号", "单位", "岗位", "工号", "班次"),
        (
            (shown_time(one.read_at), one.order_no, units.get(one.unit, one.unit), one.post, one.officer, one.shift)
            for one in newest
        ),
    )
    typer.echo(f"共 {len(newest)} 次")


def _print_clocks(found: Matter) -> None:
    print_table(
        (
            "派单编号",
            "承办单位",
            "分工",
            "派单状态",
            "办理结果",
            "核查",
            "退回重办",
            "计时",
            "结果",
            "开始",
            "截止",
            "结束",
            "灯",
            "催办",
        ),
        (
            *((found.matter_no, CENTRE, *(NOTHING,) * 5, *_clock_fields(clock)) for clock in centres_clocks(found)),
            *((*_order_fields(order), *_clock_fields(clock)) for order in found.orders for clock in _clocks(order)),
        ),
    )


def centres_clocks(one: Matter) -> tuple[Clock, ...]:
    """The centre's clocks on a matter, the earlier ones first."""
    return (*one.earlier_clocks, *one.clocks)


def _order_fields(order: Order) -> tuple[str, ...]:
    return (
        order.order_no,
        order.unit_name,
        ROLES[order.role],
        _order_state(order),
        RESULTS[order.result] if order.result else NOTHING,
        VERIFICATIONS[order.verification] if order.verification else NOTHING,
        f"{order.reworks}次" if order.reworks else NOTHING,
    )


def _clocks(order: Order) -> tuple[Clock | None, ...]:
    """Its clocks, those of earlier rounds first; one empty line where it has none."""
    return (*order.earlier_clocks, *order.clocks) or (None,)


def read_matters(topology: Topology) -> dict[str, Matter]:
    """Every matter of the view by its number; ends the command where it cannot be read."""
    return read_view(topology, VIEW)


def read_view(topology: Topology, view: str) -> dict[str, Any]:
    """Every record of a view by its key; ends the command where it cannot be read."""
    try:
        return Views(bootstrap_servers(), topology, Codec.load()).read(view)
    except NotReadable as error:
        end(str(error), FINDING)


def _order_state(order: Order) -> str:
    """The state; of an arrival whether it was checked, of a folded one which order goes on."""
    state = ORDER_STATES[order.state]
    if order.continued_by is not None:
        return f"{state},由{order.continued_by}续办"
    return state if order.arrival is None else f"{state},{ARRIVALS[order.arrival]}"


def _class_name(one: Matter, names: Names) -> str:
    """The class of its incident, marked where it is only made up or confidential."""
    return marks(one) + what_of(one, names)


def _row(one: Matter, names: Names) -> tuple[str, ...]:
    clocks = "、".join(f"{clock_name(clock)}{CLOCK_STATES[clock.state]}" for clock in clocks_of(one))
    return (
        one.matter_no,
        _class_name(one, names),
        URGENCIES[one.urgency],
        MATTER_STATES[one.state],
        region_name(one.region, names),
        "、".join(
            [*(master.unit or master.system for master in one.mirrored), *(order.unit_name for order in one.orders)]
        )
        or NOTHING,
        clocks or NOTHING,
        shown_time(one.opened_at),
    )


def _who(one: Matter) -> Iterator[str]:
    """Whoever has it: units of departments' own orders, then those that the hub called."""
    yield from (master.unit or master.system for master in one.mirrored)
    yield from (order.unit_name for order in one.orders)


def _fields(found: Matter, names: Names) -> dict[str, str]:
    """What is said of the matter as a whole."""
    return {
        "事项编号": found.matter_no,
        "所涉编号" if found.subject else "事件编号": found.incident_no,
        "类别": _class_name(found, names),
        "紧急程度": URGENCIES[found.urgency],
        "状态": MATTER_STATES[found.state],
        "地点": region_name(found.region, names),
        "立案时间": shown_time(found.opened_at),
        "并入": found.folded_into or NOTHING,
        "回避": found.avoided or NOTHING,
        "涉及镇街": "、".join(region_name(town, names) for town in found.towns) or NOTHING,
        "配合逾期": "、".join(order.unit_name for order in late_assistants(found)) or NOTHING,
        "答复": f"{found.requesters} 个反映者,已答复 {found.replied_to}",
        "结案时间": shown_time(found.closed_at),
        "重新打开": f"{found.reopened}次",
        "数据截至": shown_time(found.as_of),
    }


def _master_row(master: MirroredOrder) -> tuple[str, ...]:
    return (
        master.system,
        master.order_no,
        master.unit or NOTHING,
        MASTER_STATES[master.state],
        shown_time(master.due_at),
        MASTER_WATCH[master.watch],
    )


def _clock_fields(clock: Clock | None) -> tuple[str, ...]:
    if clock is None:
        return (NOTHING,) * 7
    return (
        clock_name(clock),
        CLOCK_STATES[clock.state],
        shown_time(clock.started_at),
        shown_time(clock.due_at),
        shown_time(clock.ended_at),
        LIGHTS[clock.light] or NOTHING,
        "、".join(f"{one.percent}%" for one in clock.reminders) or NOTHING,
    )
