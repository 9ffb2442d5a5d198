"""`hub person token`: by which token somebody at the counter is known, for whoever may use the keys of tokens.

The number is read from standard input, never from an argument, which other users of the machine could read; it is
neither kept nor logged.
"""

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from connectors.tokens import Tokens
from connectors.values import PersonToken, Violation
from streams.cities.persons import PURPOSES
from streams.commands.cluster import FINDING, WRONG_USE, end
from streams.embedded.home import keys_folder
from streams.secrecy.sealing import KeyMissing, Keys

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


class By(StrEnum):
    """What the number is."""

    certificate = "certificate"
    phone = "phone"
    household = "household"


def token(
    *,
    purpose: Annotated[str, typer.Option(help="What the token is for.")],
    by: Annotated[By, typer.Option(help="What number is given.")] = By.certificate,
    as_json: AsJson = False,
) -> None:
    """Read a number from standard input and print the person's token for a purpose, and earlier ones."""
    if purpose not in PURPOSES:
        end(f"no purpose '{purpose}'; known: {', '.join(PURPOSES)}", WRONG_USE)
    known = next(one for one in PURPOSES if one == purpose)
    try:
        number = PersonToken(known, by.value).parse(sys.stdin.readline().strip())
    except Violation as violation:
        end(f"标识号码不能识别:{violation.message}", WRONG_USE)
    tokens = Tokens(Keys(keys_folder(), create=False))
    try:
        current, earlier = tokens.token(known, number), tokens.earlier(known, number)
    except KeyMissing as error:
        end(f"{error}; HUB_KEYS names the folder of the keys", FINDING)
    if as_json:
        typer.echo(json.dumps({"token": current, "earlier": earlier}))
    else:
        typer.echo("\n".join((current, *earlier)))
