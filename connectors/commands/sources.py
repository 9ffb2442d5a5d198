"""`hub sources`: the department systems and items under contract, their authorisations, what was last seen of each."""

import json
import os
import sys
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from connectors.authorisation import VIEW, authorisation_of
from connectors.catalogue import load_catalogue
from connectors.commands.authorisation import authorise, revoke, suspend
from connectors.commands.contract_standing import (
    agreed,
    approval_in_chinese,
    end_in_chinese,
    running_in_chinese,
    shown_instant,
    superseded_in_chinese,
)
from connectors.commands.decisions import AsJson
from connectors.commands.keys import rotate_key
from connectors.contract import Contract, Item
from connectors.kafka import KafkaAway
from connectors.publisher import wall_clock
from connectors.runner import PUSHED
from connectors.systems import fleet
from connectors.times import to_rfc3339
from connectors.topic_reading import read_topic
from connectors.vocabulary import AUTHORISATIONS, DATA_CLASSES, MEDIA, PASSAGES, ZONES
from streams.codec import Codec, CodecError
from streams.commands.cluster import FINDING, check_known, topology_or_end
from streams.commands.words import NOTHING, print_fields
from streams.embedded.home import default_home
from streams.embedded.running import running_hub
from streams.facts.views import Source
from streams.topology import Topology

PRINTED_WIDTH = 200
SEEN_WORDS = ("state", "hearing_since", "period_seconds", "last_seen_at", "newest_at", "suspected_datum")
SEEN_COUNTS = ("rows", "facts", "wrong", "late", "unlocated", "skewed_devices")
HEARINGS = {"live": "正常", "late": "偏晚", "silent": "静默"}
ITEM_STATES = {"fresh": "新鲜", "blind": "盲区", "missing": "不再来", "not_seen_yet": "未见"}

sources = typer.Typer(help="The department systems: contracts, authorisations, what was last seen.")
for command in (authorise, suspend, revoke, rotate_key):
    sources.command()(command)


@dataclass(frozen=True)
class Seen:
    """What the hub's view says of the systems; `missing` says why it says nothing, `away` whether it should have."""

    sources: dict[str, Source]
    missing: str = ""
    away: bool = False


@sources.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    *,
    items: Annotated[bool, typer.Option("--items", help="Show every data item.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the department systems under contract, their items, and when each was last seen by the hub that runs."""
    if context.invoked_subcommand is not None:
        return
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
    _say_what_is_missing(seen)


@sources.command()
def show(
    system: Annotated[str, typer.Argument(help="Code of the system, as `hub sources` shows it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one system: its agreement and authorisation, the ways in and back, its items, what was last seen."""
    topology = topology_or_end()
    check_known("system", system, topology.connectors)
    seen = _seen(topology)
    listed = _listed(fleet()[system].contract, topology, seen.sources.get(system))
    if as_json:
        typer.echo(json.dumps(listed, ensure_ascii=False))
    else:
        print_fields(_fields(listed))
        Console(width=None if sys.stdout.isatty() else PRINTED_WIDTH).print(_item_table([listed]))
    _say_what_is_missing(seen)


def _say_what_is_missing(seen: Seen) -> None:
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
                found[source.system] = source.shown_at(wall_clock())
    except KafkaAway as away:
        return Seen({}, f"when a system was last seen is not known: {away}", away=True)
    return Seen(found)


def _listed(contract: Contract, topology: Topology, shown: Source | None) -> dict[str, Any]:
    """One system as it is listed; instants with their offset, null for what was never seen."""
    seen = shown if shown and shown.last_seen_at else None  # it may have been decided on before it told anything
    return {
        "system": contract.system,
        "name": contract.name,
        "department": contract.department,
        "purpose": contract.purpose,
        "reader": topology.connectors[contract.system].reader,
        "zone": ZONES[contract.zone],
        "passage": PASSAGES[contract.passage],
        "agreement_no": contract.agreement_no,
        "authorisation": authorisation_of(contract, shown),
        "contract": agreed(contract, shown),
        "reply": contract.reply,
        "write_back": contract.write_back,
        "push_key": _push_key(shown),
        "fresh_seconds": contract.fresh_seconds,
        **_last_word(seen),
        "items": [_listed_item(contract, item, seen) for item in contract.items],
    }


def _push_key(shown: Source | None) -> dict[str, Any] | None:
    """Who replaced the key that a system pushes with, and when; None where nobody has."""
    if shown is None or not shown.key_rotated_at:
        return None
    return {
        "rotated_at": shown_instant(shown.key_rotated_at),
        "rotated_by": shown.key_rotated_by,
        "old_key_until": shown_instant(shown.old_key_until),
    }


def _listed_item(contract: Contract, item: Item, seen: Source | None) -> dict[str, Any]:
    """One item; its objective is its system's, and its state what the hub sees of it now."""
    newest_at = seen.items.get(item.name) if seen else None
    return {
        "name": item.name,
        "title": item.title,
        "class": item.data_class,
        "owner": contract.department,
        "fresh_seconds": contract.fresh_seconds,
        "newest_at": None if newest_at is None else to_rfc3339(newest_at),
        "state": _item_state(item.name, seen),
    }


def _item_state(name: str, seen: Source | None) -> str:
    if seen is None or name not in seen.items:
        return "not_seen_yet"
    if name in seen.missing:
        return "missing"
    return "fresh" if name in seen.fresh_items(wall_clock()) else "blind"


def _last_word(seen: Source | None) -> dict[str, Any]:
    """What the hub last saw of a system."""
    if seen is None:
        return {**dict.fromkeys(SEEN_WORDS), "hearing": "not_heard_yet", **dict.fromkeys(SEEN_COUNTS, 0)}
    return {
        "state": seen.state,
        "hearing": seen.hearing,
        "hearing_since": shown_instant(seen.hearing_since),
        "period_seconds": (seen.late_at - seen.last_seen_at) // 1000 if seen.late_at else None,
        "last_seen_at": shown_instant(seen.last_seen_at),
        "newest_at": shown_instant(seen.newest_at),
        "suspected_datum": seen.suspected_datum,
        **{count: getattr(seen, count) for count in SEEN_COUNTS},
    }


def _summary(listing: list[dict[str, Any]]) -> dict[str, Any]:
    catalogue = load_catalogue()
    shared = [item for source in listing for item in source["items"]]
    return {
        "systems": {
            "in_catalogue": len(catalogue),
            "under_contract": len(listing),
            "authorised": sum(source["authorisation"] == "authorised" for source in listing),
            "live": sum(source["hearing"] == "live" for source in listing),
        },
        "items": {
            "in_catalogue": sum(len(system.items) for system in catalogue.values()),
            "under_contract": len(shared),
            "seen": sum(item["newest_at"] is not None for item in shared),
            "fresh": sum(item["state"] == "fresh" for item in shared),
        },
    }


def _print(listing: list[dict[str, Any]], summary: dict[str, Any], *, items: bool) -> None:
    contracted = ("系统", "名称", "归口部门", "协议编号", "授权", "接入", "周期(秒)")
    table = Table(*contracted, "状态", "自", "最近收到", "行", "不合契约", "迟到", "未定位")
    for source in listing:
        table.add_row(
            source["system"],
            source["name"],
            source["department"],
            source["agreement_no"],
            AUTHORISATIONS[source["authorisation"]],
            source["reader"],
            str(source["period_seconds"] or "—"),
            HEARINGS.get(source["hearing"], "未见"),
            source["hearing_since"] or "—",
            source["last_seen_at"] or "—",
            str(source["rows"]),
            str(source["wrong"]),
            str(source["late"]),
            str(source["unlocated"]),
        )
    console = Console(width=None if sys.stdout.isatty() else PRINTED_WIDTH)
    console.print(table)
    for finding in chain.from_iterable(map(_findings, listing)):
        console.print(finding)
    if items:
        console.print(_item_table(listing))
    systems, shared = summary["systems"], summary["items"]
    console.print(
        f"已签契约:{systems['under_contract']}/{systems['in_catalogue']} 个系统、{shared['under_contract']}/"
        f"{shared['in_catalogue']} 个数据项;"
        f"已授权:{systems['authorised']} 个系统;有数据:{systems['live']} 个系统、{shared['seen']} 个数据项;"
        f"数据盲区:{shared['fresh']}/{shared['in_catalogue']} 项新鲜"
    )


def _fields(listed: dict[str, Any]) -> dict[str, str]:
    """One system's own words; its items stand in a table below."""
    return {
        "系统": f"{listed['system']} {listed['name']}",
        "归口部门": listed["department"],
        "用途": listed["purpose"],
        "协议编号": listed["agreement_no"],
        "授权": AUTHORISATIONS[listed["authorisation"]],
        "契约": approval_in_chinese(listed["contract"]),
        "在用契约": running_in_chinese(listed["contract"]),
        "采集期限": end_in_chinese(listed["contract"]),
        "网络区域": listed["zone"],
        "接入路径": f"{listed['passage']}({listed['reader']})",
        "办理结果答复": MEDIA[listed["reply"]],
        "工单状态回写": MEDIA[listed["write_back"]],
        "推送密钥": _push_key_in_chinese(listed),
        "状态": HEARINGS.get(listed["hearing"], "未见"),
        "最近收到": listed["last_seen_at"] or NOTHING,
        "行/不合契约/迟到": f"{listed['rows']}/{listed['wrong']}/{listed['late']}",
    }


def _push_key_in_chinese(listed: dict[str, Any]) -> str:
    if listed["reader"] not in PUSHED:
        return NOTHING
    if (key := listed["push_key"]) is None:
        return "未更换过"
    return f"{key['rotated_at']} 由{key['rotated_by']}更换,旧密钥有效至 {key['old_key_until']}"


def _findings(source: dict[str, Any]) -> list[str]:
    """What is to be cleared up with a system's department, a line each."""
    findings = [
        f"{source['system']} {source['name']}:数据项 {item['name']} {item['title']} 不再随行而来"
        for item in source["items"]
        if item["state"] == "missing"
    ]
    contract = source["contract"]
    if not contract["in_effect"]:
        findings.append(f"{source['system']} {source['name']}:契约 {approval_in_chinese(contract)}")
    if contract["running"] not in (None, contract["digest"]):
        findings.append(f"{source['system']} {source['name']}:在用契约 {running_in_chinese(contract)},与本机契约不同")
    if contract["deleted_at"]:
        findings.append(f"{source['system']} {source['name']}:采集期限 {end_in_chinese(contract)}")
    if contract["superseded_by"]:
        findings.append(f"{source['system']} {source['name']}:{superseded_in_chinese(contract)}")
    if source["suspected_datum"]:
        findings.append(f"{source['system']} {source['name']}:坐标疑似为 {source['suspected_datum']},与契约不符")
    if source["skewed_devices"]:
        findings.append(f"{source['system']} {source['name']}:{source['skewed_devices']} 台设备时钟偏差超过 60 秒")
    return findings


def _item_table(listing: list[dict[str, Any]]) -> Table:
    table = Table("系统", "数据项", "中文名", "归口部门", "类别", "时效(秒)", "最新数据时间", "状态")
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
                ITEM_STATES[item["state"]],
            )
    return table
