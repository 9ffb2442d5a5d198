"""`hub sources`: the department systems and items under contract, and what the hub has last seen of each."""

import json
import os
import sys
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from connectors.catalogue import load_catalogue
from connectors.contract import Contract
from connectors.kafka import KafkaAway, read_topic
from connectors.systems import fleet
from connectors.times import to_rfc3339
from connectors.vocabulary import DATA_CLASSES, PASSAGES, ZONES
from streams.codec import Codec, CodecError
from streams.commands.cluster import FINDING, topology_or_end
from streams.embedded.home import default_home
from streams.embedded.running import running_hub
from streams.facts.views import Source
from streams.topology import Topology

VIEW = "hub.view.sources.v1"
PRINTED_WIDTH = 160
STATES = {"fresh": "新鲜", "stale": "过期"}


@dataclass(frozen=True)
class Seen:
    """What the hub's view says of the systems; `missing` says why it says nothing, `away` whether it should have."""

    sources: dict[str, Source]
    missing: str = ""
    away: bool = False


def sources(
    *,
    items: Annotated[bool, typer.Option("--items", help="Show every data item.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the department systems under contract, their items, and when each was last seen by the hub that runs."""
    topology = topology_or_end()
    seen = _seen(topology)
    listing = [
        _listed(connector.contract, topology, seen.sources.get(system))
        for system, connector in fleet().items()
        if system in topology.connectors
    ]
    summary = _summary(listing)
    if as_json:
        typer.echo(json.dumps({**summary, "sources": listing}, ensure_ascii=False))
    else:
        _print(listing, summary, items=items)
    if seen.missing:
        typer.echo(seen.missing, err=True)
    if seen.away:
        raise typer.Exit(FINDING)


def _seen(topology: Topology) -> Seen:
    running = running_hub(default_home())
    bootstrap = os.environ.get("HUB_KAFKA") or (running.kafka if running else "")
    if not bootstrap:
        return Seen({}, "no hub runs here and HUB_KAFKA names none: when a system was last seen is not known")
    codec, found = Codec.load(), dict[str, Source]()
    try:
        for message in read_topic(bootstrap, topology.topic_name(VIEW)):
            try:
                source = codec.decode(message.value() or b"")
            except CodecError:
                continue
            if isinstance(source, Source):
                found[source.system] = source
    except KafkaAway as away:
        return Seen({}, f"when a system was last seen is not known: {away}", away=True)
    return Seen(found)


def _listed(contract: Contract, topology: Topology, seen: Source | None) -> dict[str, Any]:
    """One system as it is listed; instants with their offset, null for what was never seen."""
    newest = seen.items if seen else {}
    return {
        "system": contract.system,
        "name": contract.name,
        "department": contract.department,
        "purpose": contract.purpose,
        "reader": topology.connectors[contract.system].reader,
        "zone": ZONES[contract.zone],
        "passage": PASSAGES[contract.passage],
        "fresh_seconds": contract.fresh_seconds,
        "state": seen.state if seen else None,
        "last_seen_at": to_rfc3339(seen.last_seen_at) if seen else None,
        "newest_at": to_rfc3339(seen.newest_at) if seen and seen.newest_at else None,
        "rows": seen.rows if seen else 0,
        "facts": seen.facts if seen else 0,
        "wrong": seen.wrong if seen else 0,
        "late": seen.late if seen else 0,
        "items": [
            {
                "name": item.name,
                "title": item.title,
                "class": item.data_class,
                "owner": contract.department,
                "fresh_seconds": contract.fresh_seconds,
                "newest_at": to_rfc3339(newest[item.name]) if item.name in newest else None,
            }
            for item in contract.items
        ],
    }


def _summary(listing: list[dict[str, Any]]) -> dict[str, Any]:
    catalogue = load_catalogue()
    shared = [item for source in listing for item in source["items"]]
    return {
        "systems": {
            "in_catalogue": len(catalogue),
            "under_contract": len(listing),
            "live": sum(source["state"] == "fresh" for source in listing),
        },
        "items": {
            "in_catalogue": sum(len(system.items) for system in catalogue.values()),
            "under_contract": len(shared),
            "seen": sum(item["newest_at"] is not None for item in shared),
        },
    }


def _print(listing: list[dict[str, Any]], summary: dict[str, Any], *, items: bool) -> None:
    columns = ("系统", "名称", "归口部门", "接入", "时效(秒)", "状态", "最近收到", "行", "不合契约", "迟到")
    table = Table(*columns)
    for source in listing:
        table.add_row(
            source["system"],
            source["name"],
            source["department"],
            source["reader"],
            str(source["fresh_seconds"]),
            STATES.get(source["state"], "未见"),
            source["last_seen_at"] or "—",
            str(source["rows"]),
            str(source["wrong"]),
            str(source["late"]),
        )
    console = Console(width=None if sys.stdout.isatty() else PRINTED_WIDTH)
    console.print(table)
    if items:
        console.print(_item_table(listing))
    systems, shared = summary["systems"], summary["items"]
    console.print(
        f"已签契约:{systems['under_contract']}/{systems['in_catalogue']} 个系统、{shared['under_contract']}/"
        f"{shared['in_catalogue']} 个数据项;有数据:{systems['live']} 个系统、{shared['seen']} 个数据项"
    )


def _item_table(listing: list[dict[str, Any]]) -> Table:
    table = Table("系统", "数据项", "中文名", "归口部门", "类别", "时效(秒)", "最新数据时间")
    for source in listing:
        for item in source["items"]:
            table.add_row(
                source["system"],
                item["name"],
                item["title"],
                item["owner"],
                DATA_CLASSES[item["class"]],
                str(item["fresh_seconds"]),
                item["newest_at"] or "—",
            )
    return table
