"""`hub person rights list|use|dispute|answered` and `hub person report`: rights of persons from the command line.

What is asked for goes through the gateway. The copy is written where the hub's keys are, once a receipt is asked for.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from connectors.commands.decisions import By
from connectors.commands.dispute import dispute
from connectors.commands.person_acts import RequestNo, Token, TokenFile, Words, asked_of_gateway, path_of, person
from connectors.publisher import wall_clock
from connectors.systems import fleet
from streams.codec import Codec, CodecError
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, end, topology_or_end
from streams.commands.incident import AsJson, city_names
from streams.commands.person_report import Copy, report_of
from streams.commands.words import NOTHING, as_json_object, print_table, shown_time
from streams.embedded.home import keys_folder
from streams.facts.person_views import Context, PersonRight
from streams.receipts.reading import ReceiptTopic
from streams.secrecy.person_key_store import PersonKeyStore
from streams.secrecy.sealing import KeyMissing
from streams.topic_reader import NotReadable
from streams.view_reader import Views

__all__ = ["person"]

RIGHTS, CONTEXTS, LINKS = "hub.view.rights.v1", "hub.view.contexts.v1", "hub.view.links.v1"
KINDS = {"access": "查阅复制", "correction": "更正补充", "deletion": "删除", "access_review": "紧急查阅复核"}
STATES = {"waiting": "待决定", "approved": "办理中", "erasing": "删除中", "refused": "未予办理", "done": "已办结"}
OPEN = ("waiting", "approved", "erasing")

rights = typer.Typer(no_args_is_help=True, help="Rights that persons use (查阅、更正、删除) and reviews of readings.")
person.add_typer(rights, name="rights")


class Right(StrEnum):
    """What a person may ask for."""

    access = "access"
    correction = "correction"
    deletion = "deletion"


@rights.command("list")
def list_rights(
    *,
    token: Annotated[str, typer.Option(help="Only those of this person's token.")] = "",
    whole: Annotated[bool, typer.Option("--all", help="Those that are done or refused, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List rights that persons use and reviews of readings, the first due first; exit code 1 where one is overdue."""
    found = sorted(_read_rights().values(), key=lambda one: (one.due_at, one.request_no))
    found = [one for one in found if token in ("", one.token) and (whole or one.state in OPEN)]
    now = wall_clock()
    if as_json:
        shown = [{**as_json_object(one), "overdue": _is_overdue(one, now)} for one in found]
        typer.echo(json.dumps({"rights": [{**one, "content": None} for one in shown]}, ensure_ascii=False))
    else:
        _print_rights(found, now)
    if any(_is_overdue(one, now) for one in found):
        raise typer.Exit(FINDING)


@rights.command()
def use(  # noqa: PLR0913 - each is an option of the command line
    token: Token,
    right: Annotated[Right, typer.Argument(help="What the person asks for.")],
    *,
    system: Annotated[str, typer.Option(help="Of a correction: the system whose record is wrong.")] = "",
    record: Annotated[str, typer.Option(help="Of a correction: the number of that record.")] = "",
    item: Annotated[str, typer.Option(help="Of a correction: the item of it.")] = "",
    words: Words,
    token_file: TokenFile,
    as_json: AsJson = False,
) -> None:
    """Take down that a person uses a right; a second person decides (`hub person approve|refuse`)."""
    named = {"system": system, "record_no": record, "item": item}
    body = {"right": right.value, "words": words, **{name: value for name, value in named.items() if value}}
    receipt = asked_of_gateway(f"{path_of(token)}/rights", token_file, body=body)
    _say(receipt, f"已登记{KINDS[right.value]}请求,等待第二人决定", as_json=as_json)


@rights.command()
def answered(
    token: Token, request_no: RequestNo, *, words: Words = "", token_file: TokenFile, as_json: AsJson = False
) -> None:
    """Say that the department has answered a correction that was approved."""
    path = f"{path_of(token)}/rights/{quote(request_no, safe='')}/answered"
    receipt = asked_of_gateway(path, token_file, body={"words": words})
    _say(receipt, "已提交:部门已答复", as_json=as_json)


@rights.command("dispute")
def dispute_record(
    request_no: RequestNo,
    *,
    item: Annotated[str, typer.Option(help="The item that is wrong, where the request does not name it.")] = "",
    by: By,
    as_json: AsJson = False,
) -> None:
    """Give the record that an approved correction names back to its department, with its limit (异议核校)."""
    right = _read_rights().get(request_no)
    if right is None or (right.kind, right.state) != ("correction", "approved"):
        end("there is no approved correction under this number", FINDING)
    named = right.item or item or end("the request names no item: --item is needed", WRONG_USE)
    reason = f"本人请求更正,请求编号 {request_no}"
    dispute(right.system, named, row=right.record_no, by=by, reason=reason, as_json=as_json)


@person.command()
def report(
    token: Token,
    *,
    request: Annotated[str, typer.Option(help="Number of the person's request (access) that was approved.")],
    token_file: TokenFile,
    out: Annotated[Path | None, typer.Option(help="A new file; else it is printed.")] = None,
) -> None:
    """Write the copy of what is known of a person, from where, and who has read it and why; leaves a receipt."""
    if out is not None and out.exists():
        end(f"{out} is there already", WRONG_USE)
    path = f"{path_of(token)}/rights/{quote(request, safe='')}/exported"
    document = report_of(_copy(token, request))
    asked_of_gateway(path, token_file, body={})
    if out is None:
        typer.echo(document, nl=False)
    else:
        out.touch(mode=0o600, exist_ok=False)
        out.write_text(document)
        typer.echo(f"已写入 {out}")


def _copy(token: str, request_no: str) -> Copy:
    """What goes into the copy; ends the command where nothing was approved or it does not open here."""
    topology, bootstrap = topology_or_end(), bootstrap_servers()
    codec = Codec.load(persons=PersonKeyStore(keys_folder(), create=False, renews=False))
    views = Views(bootstrap, topology, codec)
    right = _read_rights().get(request_no)
    try:
        context: Context | None = views.read(CONTEXTS).get(request_no)
        links = [one for _, one in sorted(views.read(LINKS).items()) if token in (one.token, one.other)]
        told = [placed.receipt for placed in ReceiptTopic(bootstrap, topology, codec).read()]
    except (NotReadable, CodecError, KeyMissing) as error:
        end(str(error), FINDING)
    if right is None or (right.token, right.kind) != (token, "access") or context is None or context.content is None:
        end("there is no approved request of this person for a copy, or its week is over", FINDING)
    receipts = [one for one in told if one is not None and one.token == token]
    receipts.sort(key=lambda one: (one.happened_at, one.chain, one.number))
    systems = {name: system.contract.name for name, system in fleet().items()}
    return Copy(right, context.content, links, receipts, city_names(topology).units, systems)


def _read_rights() -> Mapping[str, PersonRight]:
    """Every right by its number; what is sealed in them stays so."""
    try:
        found: dict[str, PersonRight] = Views(bootstrap_servers(), topology_or_end(), Codec.load()).read(RIGHTS)
    except NotReadable as error:
        end(str(error), FINDING)
    return found


def _print_rights(found: list[PersonRight], now: int) -> None:
    print_table(
        ("请求编号", "种类", "状态", "期限", "负责单位", "人员令牌", "所指记录", "提出人", "决定人", "结果"),
        (
            (
                *(one.request_no, KINDS[one.kind], STATES[one.state] + ("(超期)" if _is_overdue(one, now) else "")),
                *(shown_time(one.due_at), one.unit, one.token or NOTHING),
                f"{one.system}/{one.record_no}" if one.system else NOTHING,
                *(one.actor_officer, one.decided_by or NOTHING, one.result or NOTHING),
            )
            for one in found
        ),
    )


def _is_overdue(right: PersonRight, now: int) -> bool:
    return right.state in OPEN and right.due_at <= now


def _say(receipt: Mapping[str, Any], said: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(receipt, ensure_ascii=False) if as_json else f"{said},编号 {receipt['id']}")
