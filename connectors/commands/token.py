"""`hub token`: tokens for actors, signed with the embedded default's own key."""

import time
from typing import Annotated

import typer

from connectors.actors import PRIVATE_KEY, Actor, issue_token
from streams.embedded.home import secrets_folder
from streams.secrecy.secret_store import SecretMissing, SecretStore

SECONDS_IN_AN_HOUR = 3600
FINDING = 1

token = typer.Typer(no_args_is_help=True, help="Tokens that say who acts.")


@token.callback()
def _commands() -> None:
    """Keep `hub token issue` a named command."""


@token.command()
def issue(  # noqa: PLR0913 - each is an option of the command line
    *,
    unit: Annotated[str, typer.Option(help="Code of the unit, as in units.yaml.")],
    officer: Annotated[str, typer.Option(help="Number of the officer.")],
    post: Annotated[str, typer.Option(help="Post within the unit.")] = "duty",
    shift: Annotated[str, typer.Option(help="Shift the officer is on.")] = "day",
    role: Annotated[str, typer.Option(help="What the officer may do.")] = "responder",
    purpose: Annotated[str, typer.Option(help="What the token is for.")] = "dispatch",
    hours: Annotated[float, typer.Option(min=0.01, max=24, help="How long it is good.")] = 8,
    page: Annotated[str, typer.Option(help="Address of the duty page or the desk: print a link to sign in.")] = "",
) -> None:
    """Print a token for an officer of a unit. A city's own identity service signs its tokens itself."""
    try:
        private_key = SecretStore(secrets_folder()).read(PRIVATE_KEY)
    except SecretMissing as error:
        typer.echo(f"{error}; `hub up` makes one for the embedded hub, HUB_SECRETS names the folder", err=True)
        raise typer.Exit(FINDING) from error
    actor = Actor(unit=unit, post=post, officer=officer, shift=shift, role=role, purpose=purpose)
    issued = issue_token(
        actor, private_key, issued_at_seconds=int(time.time()), valid_seconds=int(hours * SECONDS_IN_AN_HOUR)
    )
    typer.echo(f"{page}#token={issued}" if page else issued)
