"""`hub watch`: whether what the hub has told of its matters holds together, judged from its notices alone."""

import json
import time
from typing import Annotated

import typer

from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.commands.incident import AsJson
from streams.commands.words import print_table, shown_time
from streams.topic_reader import NotReadable
from streams.watch.ownership import OwnershipWatch, Violation
from streams.watch.reading import Notices

VIOLATIONS = {
    "no_owner": "无人负责",
    "two_owners": "多头负责",
    "no_clock": "无时限",
    "breach_untold": "逾期未告知",
    "breach_early": "提前判逾期",
    "owner_untold": "未告知责任者",
    "open_after_close": "结案后仍有责任者",
    "handover_unsigned": "接班未签字",
}

watch = typer.Typer(no_args_is_help=True, help="What must hold of all that the hub tells.")


@watch.callback()
def _commands() -> None:
    """Keep `hub watch ownership` a named command."""


@watch.command()
def ownership(
    *,
    to_the_newest: Annotated[
        bool, typer.Option("--to-the-newest", help="Judge at the newest notice, not now: where time is simulated.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read every notice and say which open matters have nobody accountable, or a deadline that nobody was told of."""
    heard = OwnershipWatch()
    notices = Notices(bootstrap_servers(), topology_or_end(), Codec.load(), heard)
    try:
        notices.hear()
    except NotReadable as error:
        end(str(error), FINDING)
    found = heard.look(notices.newest_at if to_the_newest else time.time_ns() // 1_000_000)
    if as_json:
        told = {"notices": heard.notices, "open": heard.open_matters, "violations": [one._asdict() for one in found]}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _print(found)
        typer.echo(f"共 {heard.notices} 条通知,未结事项 {heard.open_matters} 件,问题 {len(found)} 个")
    if found:
        raise typer.Exit(FINDING)


def _print(found: list[Violation]) -> None:
    if found:
        print_table(
            ("事项编号", "问题", "自", "说明"),
            ((one.matter_no, VIOLATIONS[one.kind], shown_time(one.since_at), one.text) for one in found),
        )
