"""`hub rules items`: who answers for what (责任清单), and whose the disputed boundaries are."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from streams.cities.city import City
from streams.cities.items import Boundary
from streams.commands.city_rules import AsJson, CityFolder, city_or_end
from streams.commands.cluster import check_known, topology_or_end
from streams.commands.words import NOTHING, print_table
from streams.facts.chinese import COMPLEXITIES, URGENCIES
from streams.responsibility import Responsibility, matrix, regions_named

NOT_CALLED = "不呼叫"
ANY = ""


def items(
    city: CityFolder = None,
    *,
    item_class: Annotated[str, typer.Option("--class", help="Only items of this class, by code or name.")] = ANY,
    lead: Annotated[str, typer.Option(help="Only where this kind of unit leads, by code.")] = ANY,
    boundaries: Annotated[bool, typer.Option("--boundaries", help="The disputed boundaries instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show who leads and who assists in each item, by region."""
    found = city_or_end(city, topology_or_end())
    names = found.call_list.classes
    check_known("class", item_class, {*names, *names.values()})
    check_known("kind of unit", lead, found.call_list.kinds)
    if boundaries:
        _show_boundaries(found, lead, as_json=as_json)
        return
    rows = [
        row
        for row in matrix(found)
        if item_class in (ANY, row.item.item_class, names[row.item.item_class]) and lead in (ANY, row.lead)
    ]
    if as_json:
        ladders = [asdict(ladder) for ladder in found.call_list.ladders]
        said = {"items": [_item_said(row) for row in rows], "ladders": ladders}
        typer.echo(json.dumps({**said, "without_items": dict(found.call_list.without_items)}, ensure_ascii=False))
        return
    print_table(
        ("代码", "事项", "大类", "业务类型", "紧急", "难易", "区域", "牵头", "协办", "自处", "首呼", "依据"),
        (_item_fields(row, found) for row in rows),
    )
    typer.echo(f"共 {len({row.item.item for row in rows})} 项")
    for ladder in found.call_list.ladders:
        typer.echo(f"提级 {ladder.name}")
    for code, reason in found.call_list.without_items.items():
        typer.echo(f"无事项:{found.call_list.types[code]}({reason})")


def _item_fields(row: Responsibility, city: City) -> tuple[str, ...]:
    item, known = row.item, city.call_list
    return (
        item.item,
        item.name,
        known.classes[item.item_class],
        known.types[item.item_type],
        URGENCIES[item.urgency],
        COMPLEXITIES[item.complexity],
        regions_named(row.regions, city),
        known.kinds[row.lead],
        "、".join(known.kinds[kind] for kind in row.assisting) or NOTHING,
        "可" if item.on_the_spot else "否",
        known.kinds[row.called] if row.called else NOT_CALLED,
        item.document,
    )


def _item_said(row: Responsibility) -> dict[str, Any]:
    item = row.item
    return {
        "item": item.item,
        "name": item.name,
        "class": item.item_class,
        "type": item.item_type,
        "incident_class": item.incident_class,
        "urgency": item.urgency,
        "complexity": item.complexity,
        "regions": list(row.regions),
        "lead": row.lead,
        "assisting": list(row.assisting),
        "on_the_spot": item.on_the_spot,
        "called": row.called,
        "ladders": [item.area_ladder, item.line_ladder],
        "document": item.document,
    }


def _show_boundaries(city: City, lead: str, *, as_json: bool) -> None:
    found = [
        boundary
        for boundary in city.call_list.boundaries
        if lead == ANY or lead in [side.lead for side in boundary.sides]
    ]
    if as_json:
        typer.echo(json.dumps({"boundaries": [asdict(boundary) for boundary in found]}, ensure_ascii=False))
        return
    print_table(
        ("争议边界", "问题", "界线", "一侧", "牵头", "依据"),
        (fields for boundary in found for fields in _sides(boundary, city)),
    )
    typer.echo(f"共 {len(found)} 条")


def _sides(boundary: Boundary, city: City) -> list[tuple[str, ...]]:
    """A line a side; what both share stands on the first."""
    shared = [(boundary.name, boundary.question, boundary.line), *[("", "", "")] * (len(boundary.sides) - 1)]
    return [
        (*head, side.side, city.call_list.kinds[side.lead], boundary.document)
        for head, side in zip(shared, boundary.sides, strict=True)
    ]
