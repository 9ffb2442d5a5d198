"""`hub rules diff`: what the city's files say otherwise than the rules that the log holds. Nothing is written."""

import json
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from streams.cities.city import City
from streams.codec import Codec
from streams.commands.city_rules import AsJson, city_or_end, published_or_end
from streams.commands.cluster import FINDING, topology_or_end
from streams.commands.words import NOTHING, print_table
from streams.contract import KINDS
from streams.published_rules import PublishedRules
from streams.rules_difference import RuleDifference, differences

KINDS_IN_CHINESE = {
    "incident_class": "事件类别", "call": "呼应", "clock_limit": "时限", "ending": "办结", "unit": "单位",
    "item": "事项", "day": "日期", "year": "年度", "office_hours": "办公时间", "measure": "平战与措施",
    "reply_route": "回告途径",
}  # fmt: skip
CHANGES = {"added": "新增", "removed": "删除", "changed": "修改"}


def diff(
    folder: Annotated[Path | None, typer.Argument(help="Folder of the city; default: the topology's city.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what the city's files say otherwise than the rules published last, item by item; 1 if anything."""
    topology, codec = topology_or_end(), Codec.load()
    city = city_or_end(folder, topology)
    published = published_or_end(topology, codec)
    comparable = [rule for rule in city.rules if KINDS[type(rule)] not in published.gone]
    found = differences(published.rules, comparable)
    same_instant = published.effective_at == city.effective_at
    if as_json:
        typer.echo(json.dumps(_diff_said(published, city, found), ensure_ascii=False))
    else:
        _print_differences(found)
        if not same_instant:
            typer.echo("生效时间不同")
        if published.gone:
            typer.echo(f"日志已不再保存,无法比较: {'、'.join(sorted(published.gone))}")
        typer.echo(f"在用版本 {published.version},{len(found)} 处不同")
    if found or not same_instant:
        raise typer.Exit(FINDING)


def _diff_said(published: PublishedRules, city: City, found: list[RuleDifference]) -> dict[str, Any]:
    return {
        "version": published.version,
        "effective_at": {"before": published.effective_at, "after": city.effective_at},
        "not_comparable": sorted(published.gone),
        "differences": [
            {
                "kind": one.kind,
                "name": one.name,
                "change": one.change,
                "fields": {
                    name: {"before": _plain(old), "after": _plain(new)} for name, (old, new) in one.fields.items()
                },
            }
            for one in found
        ],
        "differs": bool(found) or published.effective_at != city.effective_at,
    }


def _plain(value: Any) -> Any:
    """A field as JSON has it."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _print_differences(found: list[RuleDifference]) -> None:
    print_table(
        ("种类", "名称", "变化", "字段", "在用", "文件"),
        (
            (KINDS_IN_CHINESE[one.kind], one.name, CHANGES[one.change], name, _shown(old), _shown(new))
            for one in found
            for name, (old, new) in one.fields.items()
        ),
    )


def _shown(value: Any) -> str:
    if value is None:
        return NOTHING
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, list | dict) else str(plain)
