"""`hub supervision`: the supervision orders (督办单) as they stand, from the view of matters."""

import json
from collections.abc import Iterable
from typing import Annotated

import typer

from streams.commands.cluster import FINDING, check_known, end, topology_or_end
from streams.commands.incident import AsJson, city_names
from streams.commands.matter import read_matters
from streams.commands.supervisors import TITLES, supervision_row
from streams.commands.words import (
    NOTHING,
    SUPERVISION_STATES,
    as_json_object,
    print_fields,
    print_table,
    shown_time,
)
from streams.facts.views import Matter, SupervisionOrder

ANY = ""

supervision = typer.Typer(no_args_is_help=True, help="Supervision orders (督办单) as they stand.")


@supervision.command("list")
def list_supervisions(
    *,
    state: Annotated[str, typer.Option(help="One of proposed, signed, refused, answered, signed_off.")] = ANY,
    unit: Annotated[str, typer.Option(help="Code of the unit that has to answer.")] = ANY,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose unit has not answered in time.")] = False,
    as_json: AsJson = False,
) -> None:
    """List supervision orders, the newest first."""
    topology = topology_or_end()
    check_known("state", state, SUPERVISION_STATES)
    check_known("unit", unit, city_names(topology).units)
    wanted = [
        one
        for one in all_supervisions(read_matters(topology).values())
        if state in (ANY, one.state)
        and unit in (ANY, one.unit)
        and (not overdue or (one.late_at is not None and one.answered_at is None))
    ]
    wanted.sort(key=lambda one: (one.proposed_at, one.supervision_no), reverse=True)
    if as_json:
        typer.echo(json.dumps({"supervisions": [as_json_object(one) for one in wanted]}, ensure_ascii=False))
        return
    print_table(TITLES, map(supervision_row, wanted))
    typer.echo(f"共 {len(wanted)} 件")


@supervision.command()
def show(
    supervision_no: Annotated[str, typer.Argument(help="Like 50011720261122S00001.")], *, as_json: AsJson = False
) -> None:
    """Show one supervision order."""
    orders = all_supervisions(read_matters(topology_or_end()).values())
    found = next((one for one in orders if one.supervision_no == supervision_no), None)
    if found is None:
        end(f"no supervision order {supervision_no}", FINDING)
    if as_json:
        typer.echo(json.dumps(as_json_object(found), ensure_ascii=False))
        return
    signer = "、".join(part for part in (found.signer_unit, found.signer_post) if part) or NOTHING
    told = {"拟发": shown_time(found.proposed_at), "签发": shown_time(found.signed_at), "签发人": signer}
    print_fields({**dict(zip(TITLES, supervision_row(found), strict=True)), **told})


def all_supervisions(matters: Iterable[Matter]) -> Iterable[SupervisionOrder]:
    """The supervision orders of all matters."""
    return (one for matter in matters for one in matter.supervisions)
