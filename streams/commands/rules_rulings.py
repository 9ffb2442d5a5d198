"""`hub rules rulings`: what the district has ruled (裁定) of matters that units had returned, to mend the list by."""

import json

import typer

from streams.agents.order_call import region_name
from streams.codec import Codec
from streams.commands.city_rules import AsJson
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.commands.incident import city_names
from streams.commands.words import as_json_object, print_table, shown_time
from streams.facts.chinese import URGENCIES
from streams.facts.views import Ruling
from streams.topic_reader import NotReadable
from streams.view_reader import Views

VIEW = "hub.view.rulings.v1"


def rulings(*, as_json: AsJson = False) -> None:
    """List what the district has ruled, the newest first."""
    topology = topology_or_end()
    try:
        read: dict[str, Ruling] = Views(bootstrap_servers(), topology, Codec.load()).read(VIEW)
    except NotReadable as error:
        end(str(error), FINDING)
    found = sorted(read.values(), key=lambda one: (one.ruled_at, one.matter_no), reverse=True)
    if as_json:
        typer.echo(json.dumps({"rulings": [as_json_object(one) for one in found]}, ensure_ascii=False))
        return
    names = city_names(topology)
    print_table(
        ("事项编号", "类别", "紧急程度", "地点", "先后退单的单位", "裁定单位", "裁定岗位", "依据文件", "裁定时间"),
        (
            (
                one.matter_no,
                names.classes.get(one.incident_class, one.incident_class),
                URGENCIES[one.urgency],
                region_name(one.region, names),
                "、".join(names.units.get(unit, unit) for unit in one.returned_by),
                names.units.get(one.unit, one.unit),
                one.post,
                one.document,
                shown_time(one.ruled_at),
            )
            for one in found
        ),
    )
    typer.echo(f"共 {len(found)} 件")
