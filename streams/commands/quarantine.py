"""`hub quarantine`: what could not be applied, shown to its owner and sent on its way again."""

import getpass
import json
import os
import socket
from pathlib import Path
from typing import Annotated, Any

import typer

from streams.codec import Codec, CodecError
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, end, topology_or_end
from streams.commands.words import NOTHING, as_json_object, print_fields, print_table, shown_time
from streams.embedded.home import default_home
from streams.quarantine.cases import Case, Wanted, read_cases
from streams.quarantine.payload import WrongPayload, readable, repaired
from streams.quarantine.retry import NotRetried, Retries, Return
from streams.secrecy.sealing import KeyMissing, Keys, SealBroken, Sealer
from streams.topic_reader import NotReadable
from streams.topology import Topology

STAGES = {"connector": "接入", "gateway": "前置", "decode": "解码", "apply": "处理", "due": "到时"}

quarantine = typer.Typer(no_args_is_help=True, help="What could not be applied, and its way back.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Owner = Annotated[str, typer.Option(help="Only what belongs to this system or processor.")]
Stage = Annotated[str, typer.Option(help="Only from this stage: connector, gateway, decode, apply or due.")]
Reason = Annotated[str, typer.Option(help="Only what was held for this reason.")]
Topic = Annotated[str, typer.Option(help="Only what came from this topic, file, table or door.")]
Again = Annotated[bool, typer.Option("--again", help="Also what was retried before.")]


@quarantine.command("list")
def list_cases(
    *,
    owner: Owner = "",
    stage: Stage = "",
    reason: Reason = "",
    topic: Topic = "",
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """List what is held, the oldest first; never its payload."""
    wanted = _wanted(Wanted(owner=owner, stage=stage, reason=reason, topic=topic, again=again))
    cases = [case for case in _Desk().cases.values() if wanted(case)]
    if as_json:
        typer.echo(json.dumps({"held": [_as_json(case) for case in cases]}, ensure_ascii=False))
        return
    print_table(
        ("编号", "隔离时间", "阶段", "归属", "原因", "说明", "来源", "重试"),
        (
            (
                str(case.number),
                shown_time(case.held.held_at),
                STAGES[case.held.stage],
                case.held.owner,
                case.held.reason,
                case.held.detail,
                str(case.origin),
                _retried(case),
            )
            for case in cases
        ),
    )
    typer.echo(f"共 {len(cases)} 条")


@quarantine.command()
def show(
    number: Annotated[int, typer.Argument(help="As `hub quarantine list` shows it.")],
    *,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="Show the payload too: for its owner's eyes only. Who asked is written down."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one held record."""
    desk = _Desk()
    case = desk.case(number)
    fields = _as_json(case)
    if reveal:
        payload = readable(desk.payload(case), desk.codec)
        desk.note_revealed(case)
        fields["payload"] = payload
    if as_json:
        typer.echo(json.dumps(fields, ensure_ascii=False))
        return
    print_fields(
        {
            "编号": str(case.number),
            "隔离时间": shown_time(case.held.held_at),
            "阶段": STAGES[case.held.stage],
            "归属": case.held.owner,
            "原因": case.held.reason,
            "说明": case.held.detail,
            "来源": str(case.origin),
            "处置": ";".join(f"{shown_time(one.handled_at)} {one.by} {one.action}" for one in case.handled) or NOTHING,
            **({"载荷": json.dumps(fields["payload"], ensure_ascii=False, indent=1)} if reveal else {}),
        }
    )


@quarantine.command()
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(help="As `hub quarantine list` shows them.")] = None,
    *,
    payload: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The repaired payload of one "
            "record: the bytes to send, or the JSON that `show --reveal` prints, changed.",
        ),
    ] = None,
    owner: Owner = "",
    stage: Stage = "",
    reason: Reason = "",
    topic: Topic = "",
    as_json: AsJson = False,
) -> None:
    """Send held records on their way again, in the order in which they were held.

    A record keeps its id, so that one that was applied meanwhile is dropped where it arrives.
    """
    wanted = _wanted(Wanted(tuple(numbers or ()), owner, stage, reason, topic, again=bool(numbers)))
    if wanted == Wanted():
        end("say which: numbers, --owner, --stage, --reason or --topic", WRONG_USE)
    if payload is not None and len(wanted.numbers) != 1:
        end("--payload repairs one record: name its number", WRONG_USE)
    desk = _Desk()
    if unknown := sorted(set(wanted.numbers) - desk.cases.keys()):
        end(f"nothing is held under {', '.join(map(str, unknown))}", FINDING)
    results = [desk.retry(case, payload) for case in desk.cases.values() if wanted(case)]
    if as_json:
        typer.echo(json.dumps({"retried": results}, ensure_ascii=False))
    else:
        for result in results:
            typer.echo(f"{result['number']}: {result['refused'] or 'sent to ' + result['sent_to']}")
        typer.echo(f"{sum(not result['refused'] for result in results)} of {len(results)} sent")
    if any(result["refused"] for result in results):
        raise typer.Exit(FINDING)


class _Desk:
    """What the commands share: the cases, the keys, the operator's name."""

    def __init__(self) -> None:
        self.codec = Codec.load()
        self._topology: Topology = topology_or_end()
        self._bootstrap = bootstrap_servers()
        self._by = f"{getpass.getuser()}@{socket.gethostname()}"
        self._sealer = Sealer(Keys(Path(os.environ.get("HUB_KEYS") or default_home() / "keys"), create=False))
        self._retries = Retries(self._bootstrap, self._topology, self.codec, self._by)
        try:
            self.cases = read_cases(self._bootstrap, self._topology, self.codec)
        except (NotReadable, CodecError) as error:
            end(str(error), FINDING)

    def case(self, number: int) -> Case:
        found = self.cases.get(number)
        return found if found is not None else end(f"nothing is held under {number}", FINDING)

    def payload(self, case: Case) -> bytes:
        try:
            return self._sealer.payload_of(case.held)
        except (KeyMissing, SealBroken) as error:
            end(f"{case.number} cannot be opened: {error}", FINDING)

    def note_revealed(self, case: Case) -> None:
        """Nothing is shown unless it stands in the quarantine who saw it."""
        try:
            self._retries.note(case, "revealed")
        except NotRetried as error:
            end(str(error), FINDING)
        line = {
            "level": "warning",
            "logger": "hub.quarantine",
            "message": f"{self._by} was shown the payload of {case.number}, which belongs to {case.held.owner}",
        }
        typer.echo(json.dumps(line, ensure_ascii=False), err=True)

    def retry(self, case: Case, file: Path | None) -> dict[str, Any]:
        """Send one back; what came of it."""
        result = {"number": case.number, "sent_to": "", "refused": ""}
        try:
            going = (
                Return(case, repaired(file.read_bytes(), self.codec), repaired=True)
                if file is not None
                else Return(case, self.payload(case))
            )
            result["sent_to"] = self._retries.send(going)
        except (NotRetried, WrongPayload) as error:
            result["refused"] = str(error)
        return result


def _wanted(wanted: Wanted) -> Wanted:
    if wanted.stage and wanted.stage not in STAGES:
        end(f"there is no stage {wanted.stage!r}, only {', '.join(STAGES)}", WRONG_USE)
    return wanted


def _as_json(case: Case) -> dict[str, Any]:
    held = as_json_object(case.held)
    shown = ("stage", "reason", "detail", "owner", "topic", "partition", "offset", "held_at")
    return {
        "number": case.number,
        **{name: held[name] for name in shown},
        "handled": [as_json_object(one) for one in case.handled],
    }


def _retried(case: Case) -> str:
    retried = case.retried
    return f"{shown_time(retried.handled_at)} {retried.by}" if retried else NOTHING
