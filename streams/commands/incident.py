"""`hub incident`: the incidents as they stand, from the compacted view."""

import json
from typing import Annotated

import typer

from streams.agents.order_call import Names, region_name
from streams.city import CITIES, CityFaults, read_city
from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, check_known, end, topology_or_end
from streams.commands.words import (
    INCIDENT_STATES,
    NOTHING,
    URGENCIES,
    as_json_object,
    print_fields,
    print_table,
    shown_time,
)
from streams.facts.views import Incident
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.view_reader import Views

VIEW = "hub.view.incidents.v1"

incident = typer.Typer(no_args_is_help=True, help="Incidents as they stand.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@incident.command("list")
def list_incidents(
    *,
    state: Annotated[str, typer.Option(help="One of open, assigned, in_hand, resolved, closed.")] = "",
    incident_class: Annotated[str, typer.Option("--class", help="Code of an incident class, like burst_main.")] = "",
    region: Annotated[str, typer.Option(help="Code of a district, town, village or grid; all below it count.")] = "",
    as_json: AsJson = False,
) -> None:
    """List incidents, the newest first."""
    topology = topology_or_end()
    names = city_names(topology)
    check_known("state", state, INCIDENT_STATES)
    check_known("class", incident_class, names.classes)
    check_known("region", region, names.regions)
    wanted = [
        one
        for one in read_incidents(topology).values()
        if state in ("", one.state) and incident_class in ("", one.incident_class) and one.region.startswith(region)
    ]
    wanted.sort(key=lambda one: (one.opened_at, one.incident_no), reverse=True)
    if as_json:
        typer.echo(json.dumps({"incidents": [as_json_object(one) for one in wanted]}, ensure_ascii=False))
        return
    print_table(
        ("事件编号", "类别", "紧急程度", "状态", "地点", "报告数", "来源系统", "事项编号", "立案时间"),
        (tuple(fields_of(one, names).values())[:9] for one in wanted),
    )
    typer.echo(f"共 {len(wanted)} 件")


@incident.command()
def show(
    incident_no: Annotated[str, typer.Argument(help="Like 50011720261122E00001.")], *, as_json: AsJson = False
) -> None:
    """Show one incident."""
    topology = topology_or_end()
    found = read_incidents(topology).get(incident_no)
    if found is None:
        end(f"no incident {incident_no}", FINDING)
    if as_json:
        typer.echo(json.dumps(as_json_object(found), ensure_ascii=False))
    else:
        print_fields(fields_of(found, city_names(topology)))


def read_incidents(topology: Topology) -> dict[str, Incident]:
    """Every incident of the view by its number; ends the command where it cannot be read."""
    try:
        return Views(bootstrap_servers(), topology, Codec.load()).read(VIEW)
    except NotReadable as error:
        end(str(error), FINDING)


def city_names(topology: Topology) -> Names:
    """Chinese names of the topology's city; ends the command where its files are wrong."""
    try:
        return Names.of(read_city(CITIES / topology.city))
    except CityFaults as error:
        end(str(error), FINDING)


def fields_of(one: Incident, names: Names) -> dict[str, str]:
    """An incident as it is shown, by title."""
    point = NOTHING if one.longitude is None else f"{one.longitude:.5f}, {one.latitude:.5f}"
    return {
        "事件编号": one.incident_no,
        "类别": names.classes.get(one.incident_class, one.incident_class),
        "紧急程度": URGENCIES[one.urgency],
        "状态": INCIDENT_STATES[one.state],
        "地点": region_name(one.region, names),
        "报告数": str(one.reports),
        "来源系统": "、".join(one.systems),
        "事项编号": one.matter_no or NOTHING,
        "立案时间": shown_time(one.opened_at),
        "最近报告": shown_time(one.last_report_at),
        "坐标": point,
        "数据截至": shown_time(one.as_of),
    }
