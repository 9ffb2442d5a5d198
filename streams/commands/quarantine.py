"""`hub quarantine`: what could not be applied, shown to its owner and sent on its way again."""

import getpass
import json
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from streams.codec import Codec, CodecError
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, end, topology_or_end
from streams.commands.words import NOTHING, as_json_object, print_fields, print_table, shown_time
from streams.embedded.home import keys_folder
from streams.facts.quarantine import Outcome
from streams.quarantine.cases import Case, State, Wanted, burdens_of, read_cases
from streams.quarantine.payload import WrongPayload, readable, repaired
from streams.quarantine.retry import NotRetried, Retries, Return
from streams.secrecy.sealing import KeyMissing, Keys, SealBroken, Sealer
from streams.topic_reader import NotReadable
from streams.topology import Topology

STAGES = {"connector": "接入", "gateway": "前置", "decode": "解码", "apply": "处理", "due": "到时", "dispute": "异议"}
STATES: Mapping[State, str] = {"open": "待核校", "overdue": "已超时限", "answered": "已办"}
OUTCOMES: Mapping[Outcome, str] = {"corrected": "已更正", "stands": "无误", "withdrawn": "撤回"}

quarantine = typer.Typer(no_args_is_help=True, help="What could not be applied, and its way back.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Owner = Annotated[str, typer.Option(help="Only what belongs to this system or processor.")]
Stage = Annotated[str, typer.Option(help="Only from this stage: connector, gateway, decode, apply, due or dispute.")]
Reason = Annotated[str, typer.Option(help="Only what was held for this reason.")]
Topic = Annotated[str, typer.Option(help="Only what came from this topic, file, table or door.")]
Steward = Annotated[str, typer.Option(help="Only what this department has to answer for.")]
Again = Annotated[bool, typer.Option("--again", help="Also what was retried or answered.")]


@quarantine.command("list")
def list_cases(
    *,
    owner: Owner = "",
    stage: Stage = "",
    reason: Reason = "",
    topic: Topic = "",
    steward: Steward = "",
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """List what is held, the oldest first; never its payload."""
    wanted = _wanted(Wanted(owner=owner, stage=stage, reason=reason, topic=topic, steward=steward, again=again))
    now = time.time_ns() // 1_000_000
    cases = [case for case in _Desk().cases.values() if wanted(case)]
    if as_json:
        typer.echo(json.dumps({"held": [_as_json(case, now) for case in cases]}, ensure_ascii=False))
        return
    print_table(
        ("编号", "隔离时间", "阶段", "归属", "原因", "说明", "来源", "核校部门", "时限", "状态", "重试"),
        (
            (
                str(case.number),
                shown_time(case.held.held_at),
                STAGES[case.held.stage],
                case.held.owner,
                case.held.reason,
                case.held.detail,
                str(case.origin),
                case.held.steward or NOTHING,
                shown_time(case.held.answer_due_at),
                STATES[case.state(now)],
                _retried(case),
            )
            for case in cases
        ),
    )
    late = sum(case.state(now) == "overdue" for case in cases)
    typer.echo(f"共 {len(cases)} 条,其中超时限 {late} 条")


@quarantine.command()
def stewards(*, as_json: AsJson = False) -> None:
    """Show how much each department has yet to answer for, and how much of it is overdue."""
    burdens = burdens_of(_Desk().cases.values(), time.time_ns() // 1_000_000)
    if as_json:
        typer.echo(json.dumps({"stewards": [as_json_object(one) for one in burdens]}, ensure_ascii=False))
        return
    print_table(
        ("核校部门", "系统", "待核校", "其中超时限", "最早时限"),
        (
            (one.steward, one.system, str(one.open_cases), str(one.overdue), shown_time(one.first_due_at))
            for one in burdens
        ),
    )


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
    desk, now = _Desk(), time.time_ns() // 1_000_000
    case = desk.case(number)
    fields = _as_json(case, now)
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
            "核校部门": case.held.steward or NOTHING,
            "时限": shown_time(case.held.answer_due_at),
            "状态": STATES[case.state(now)],
            "答复": _answered(case),
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


@quarantine.command()
def answer(
    numbers: Annotated[list[int], typer.Argument(help="As `hub quarantine list` shows them.")],
    *,
    outcome: Annotated[str, typer.Option(help="corrected, stands (the value is right) or withdrawn.")],
    by: Annotated[str, typer.Option(help="Who answers, of the department that has to.")],
    reason: Annotated[str, typer.Option(help="What was done, for the record; no personal data.")],
    as_json: AsJson = False,
) -> None:
    """Write down what a department answers for wrong and disputed rows; nothing is sent on its way."""
    word = next((one for one in OUTCOMES if one == outcome), None)
    if word is None:
        end(f"there is no outcome {outcome!r}, only {', '.join(OUTCOMES)}", WRONG_USE)
    if not by.strip() or not reason.strip():
        end("an answer names who gives it (--by) and what was done (--reason)", WRONG_USE)
    desk = _Desk()
    cases = [desk.case(number) for number in dict.fromkeys(numbers)]
    if ours := [case.number for case in cases if not case.held.steward]:
        end(f"no department has to answer for {', '.join(map(str, ours))}: `hub quarantine retry`", WRONG_USE)
    for case in cases:
        desk.answer(case, word, by.strip(), reason.strip())
    if as_json:
        typer.echo(json.dumps({"answered": [case.number for case in cases], "outcome": outcome}, ensure_ascii=False))
    else:
        typer.echo(f"{'、'.join(str(case.number) for case in cases)}:{OUTCOMES[word]},由{by.strip()}答复")


class _Desk:
    """What the commands share: the cases, the keys, the operator's name."""

    def __init__(self) -> None:
        self.codec = Codec.load()
        self._topology: Topology = topology_or_end()
        self._bootstrap = bootstrap_servers()
        self._by = f"{getpass.getuser()}@{socket.gethostname()}"
        self._sealer = Sealer(Keys(keys_folder(), create=False))
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

    def answer(self, case: Case, outcome: Outcome, by: str, reason: str) -> None:
        try:
            self._retries.answer(case, outcome, by, reason)
        except NotRetried as error:
            end(str(error), FINDING)

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


def _as_json(case: Case, now: int) -> dict[str, Any]:
    held = as_json_object(case.held)
    shown = (
        "stage",
        "reason",
        "detail",
        "owner",
        "topic",
        "partition",
        "offset",
        "held_at",
        "steward",
        "answer_due_at",
    )
    return {
        "number": case.number,
        **{name: held[name] for name in shown},
        "state": case.state(now),
        "handled": [as_json_object(one) for one in case.handled],
        "answers": [as_json_object(one) for one in case.answers],
    }


def _answered(case: Case) -> str:
    one = case.answer
    return f"{shown_time(one.answered_at)} {one.by}:{OUTCOMES[one.outcome]},{one.reason}" if one else NOTHING


def _retried(case: Case) -> str:
    retried = case.retried
    return f"{shown_time(retried.handled_at)} {retried.by}" if retried else NOTHING
