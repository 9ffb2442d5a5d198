"""`hub incident fields` and `hub incident conflicts`: who said what of an incident, and who contradicts whom."""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from streams.agents.order_call import Names
from streams.codec import Codec
from streams.commands.city_rules import city_or_end
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.commands.field_words import FIELDS, saying_in_words, value_in_words
from streams.commands.words import NOTHING, as_json_object, print_table, shown_time
from streams.facts.fields import Fields
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.view_reader import Views

VIEW = "hub.view.fields.v1"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def fields(
    incident_no: Annotated[str, typer.Argument(help="Like 50011720261122E00001.")], *, as_json: AsJson = False
) -> None:
    """Show which department said what of an incident's fields, what is shown, and what contradicts it."""
    topology = topology_or_end()
    found = read_fields(topology).get(incident_no)
    if found is None:
        end(f"no fields of an incident {incident_no}", FINDING)
    if as_json:
        typer.echo(json.dumps(as_json_object(found), ensure_ascii=False))
        return
    names = Names.of(city_or_end(None, topology))
    print_table(("字段", "采用", "来源系统", "记录编号", "时间", "其他说法"), _field_rows(found, names))
    if found.conflicts:
        print_conflicts([found], names)


def conflicts(*, as_json: AsJson = False) -> None:
    """List the incidents on which two systems cannot both be right, the newest first; both were asked."""
    topology = topology_or_end()
    found = [one for one in read_fields(topology).values() if one.conflicts]
    found.sort(key=lambda one: one.incident_no, reverse=True)
    if as_json:
        typer.echo(json.dumps({"incidents": [as_json_object(one) for one in found]}, ensure_ascii=False))
        return
    print_conflicts(found, Names.of(city_or_end(None, topology)))
    typer.echo(f"共 {sum(len(one.conflicts) for one in found)} 处")


def print_conflicts(found: Iterable[Fields], names: Names) -> None:
    """Both sayings side by side."""
    print_table(
        ("事件编号", "字段", "采用", "与之矛盾"),
        (
            (
                one.incident_no,
                FIELDS[conflict.field],
                saying_in_words(conflict.field, conflict.shown, names),
                saying_in_words(conflict.field, conflict.other, names),
            )
            for one in found
            for conflict in one.conflicts
        ),
    )


def read_fields(topology: Topology) -> dict[str, Fields]:
    """The fields of every incident by its number; ends the command where they cannot be read."""
    try:
        return Views(bootstrap_servers(), topology, Codec.load()).read(VIEW)
    except NotReadable as error:
        end(str(error), FINDING)


def _field_rows(found: Fields, names: Names) -> Iterator[tuple[str, ...]]:
    for field in found.fields:
        shown = field.shown
        others = ";".join(saying_in_words(field.name, one, names) for one in field.others)
        yield (
            FIELDS[field.name],
            value_in_words(field.name, shown, names),
            shown.system or NOTHING,
            shown.record_no or NOTHING,
            shown_time(shown.said_at),
            others or NOTHING,
        )
