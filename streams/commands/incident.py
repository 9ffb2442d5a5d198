"""`hub incident`: the incidents as they stand, from the compacted view, and a place for those that have none."""

import json
import time
from typing import Annotated

import typer

from streams.agents.order_call import Names, region_name
from streams.appending import NotAppended, append
from streams.cities.city import CITIES, CityFaults, RegisteredPlace, read_city, read_place
from streams.codec import Codec
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, check_known, end, topology_or_end
from streams.commands.incident_fields import conflicts, fields
from streams.commands.incident_report import print_timeline, read_account, report
from streams.commands.tellings import print_tellings, read_tellings
from streams.commands.words import (
    HAND_OVERS,
    INCIDENT_STATES,
    NOTHING,
    RELATIONS,
    as_json_object,
    print_fields,
    print_table,
    shown_time,
)
from streams.facts.chinese import URGENCIES
from streams.facts.incidents import Located
from streams.facts.reference import Address
from streams.facts.views import Incident
from streams.rules.geography import TIERS
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.view_reader import Views

VIEW = "hub.view.incidents.v1"
LOG = "hub.log.incidents.v1"
ADDRESSES = "hub.reference.addresses.v1"
LISTED = (
    "事件编号", "类别", "紧急程度", "状态", "地点", "报告数", "来源系统", "事项编号", "立案时间", "疑似重复",
)  # fmt: skip

incident = typer.Typer(no_args_is_help=True, help="Incidents as they stand.")
incident.command()(report)
incident.command()(fields)
incident.command()(conflicts)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@incident.command("list")
def list_incidents(
    *,
    state: Annotated[str, typer.Option(help="One of open, assigned, in_hand, resolved, closed, replaced.")] = "",
    incident_class: Annotated[str, typer.Option("--class", help="Code of an incident class, like burst_main.")] = "",
    region: Annotated[str, typer.Option(help="Code of a district, town, village or grid; all below it count.")] = "",
    unlocated: Annotated[
        bool, typer.Option("--unlocated", help="Only those of which just the district is known.")
    ] = False,
    spot_check: Annotated[
        bool, typer.Option("--spot-check", help="Only those settled on the spot that somebody goes to see.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List incidents, the newest first; those that were merged into another only where `--state replaced` asks."""
    topology = topology_or_end()
    names = city_names(topology)
    check_known("state", state, INCIDENT_STATES)
    check_known("class", incident_class, names.classes)
    check_known("region", region, names.regions)
    wanted = [
        one
        for one in read_incidents(topology).values()
        if (one.state == state if state else one.state != "replaced")
        and incident_class in ("", one.incident_class)
        and one.region.startswith(region)
        and (is_unlocated(one) or not unlocated)
        and (one.spot_check or not spot_check)
    ]
    wanted.sort(key=lambda one: (one.opened_at, one.incident_no), reverse=True)
    if as_json:
        typer.echo(json.dumps({"incidents": [as_json_object(one) for one in wanted]}, ensure_ascii=False))
        return
    shown = ({**fields_of(one, names), **belonging(one)} for one in wanted)
    print_table(LISTED, ([fields[title] for title in LISTED] for fields in shown))
    typer.echo(f"共 {len(wanted)} 件")


@incident.command()
def show(
    incident_no: Annotated[str, typer.Argument(help="Like 50011720261122E00001.")],
    *,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="With all that the logs say of it; they are read whole.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one incident with its reports; of a confidential one no report is public."""
    topology = topology_or_end()
    found = read_incidents(topology).get(incident_no)
    if found is None:
        end(f"no incident {incident_no}", FINDING)
    told = read_tellings(topology, incident_no)[incident_no]
    moments = read_account(topology, incident_no).timeline if timeline else ()
    if as_json:
        shown = {**as_json_object(found), "tellings": [as_json_object(one) for one in told]}
        shown |= {"timeline": [as_json_object(one) for one in moments]} if timeline else {}
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    names = city_names(topology)
    print_fields({**fields_of(found, names), **belonging(found)})
    print_tellings(told, names.classes)
    if timeline:
        print_timeline(moments)


@incident.command()
def locate(
    incident_no: Annotated[str, typer.Argument(help="Like 50011720261122E00001.")],
    *,
    place: Annotated[str, typer.Option(help="Code of a registered place, or of a town, village or grid.")],
    by: Annotated[str, typer.Option(help="Who has found out where it is.")],
    as_json: AsJson = False,
) -> None:
    """Give an incident that no report could place its place; one that has a place keeps it."""
    topology = topology_or_end()
    names = city_names(topology)
    found = read_incidents(topology).get(incident_no)
    if found is None:
        end(f"no incident {incident_no}", FINDING)
    if not is_unlocated(found):
        end(f"incident {incident_no} has a place: {found.region}", FINDING)
    fact = located(found, place, by.strip(), topology, names)
    try:
        append(bootstrap_servers(), topology.topic_name(LOG), fact.key, Codec.load().encode(fact))
    except NotAppended as error:
        end(str(error), FINDING)
    if as_json:
        typer.echo(json.dumps(as_json_object(fact), ensure_ascii=False))
    else:
        typer.echo(f"{incident_no} 定位到 {region_name(fact.region, names)}({fact.region}),定位人 {fact.by}")


def located(one: Incident, place: str, by: str, topology: Topology, names: Names) -> Located:
    """What is written: at a registered place its grid and point, in a region the region alone. Ends the command."""
    registered = _registered(topology, place)
    is_region = place in names.regions and len(place) > TIERS["district"]
    if not by or not (registered or is_region):
        end(f"there is no place or region {place!r} below the district" if by else "--by is empty", WRONG_USE)
    now = time.time_ns() // 1_000_000
    identity = f"locate:{one.incident_no}:{now}"
    return Located(
        id=identity,
        key=one.incident_no[: TIERS["district"]],
        source="operator",
        trace=identity,
        occurred_at=now,
        incident_no=one.incident_no,
        region=registered.grid if registered else place,
        place_code=registered.place_code if registered else None,
        longitude=registered.longitude if registered else None,
        latitude=registered.latitude if registered else None,
        by=by,
    )


def is_unlocated(one: Incident) -> bool:
    """Whether nothing but the district is known of where it is."""
    return one.longitude is None and len(one.region) <= TIERS["district"]


def _registered(topology: Topology, place: str) -> RegisteredPlace | None:
    """As the address system has delivered it, else as the city's files have it."""
    try:
        delivered = Views(bootstrap_servers(), topology, Codec.load()).read(ADDRESSES).get(place)
        if isinstance(delivered, Address):
            found = RegisteredPlace(place, delivered.grid, delivered.longitude, delivered.latitude)
            return found if delivered.valid else None
        return read_place(CITIES / topology.city, place)
    except (CityFaults, NotReadable) as error:
        end(str(error), FINDING)


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
        "转办": HAND_OVERS[one.hand_over],
        "抽查": "是" if one.spot_check else "否",
        "保密": "是" if one.confidential else "否",
        "地点": region_name(one.region, names),
        "报告数": str(one.reports),
        "来源系统": "、".join(one.systems),
        "事项编号": one.matter_no or NOTHING,
        "立案时间": shown_time(one.opened_at),
        "最近报告": shown_time(one.last_report_at),
        "坐标": point,
        "定位可信度": NOTHING if one.confidence is None else f"{one.confidence:.0%}",
        "重新打开": f"{one.reopened}次",
        "数据截至": shown_time(one.as_of),
    }


def belonging(one: Incident) -> dict[str, str]:
    """What an incident has to do with others, by title: merged, suspected of being the same, related, explained."""
    links = (f"{RELATIONS[link.relation]} {link.other_no}" for link in one.links)
    return {
        "已并入": one.replaced_by or NOTHING,
        "并入本事件": "、".join(one.replaces) or NOTHING,
        "疑似重复": "、".join(one.suspected) or NOTHING,
        "关联": "、".join(links) or NOTHING,
        "预警": one.warning_no or NOTHING,
    }
