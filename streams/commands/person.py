"""`hub person`: what is done with what the hub knows of persons. Each command has a file of its own."""

import typer

from streams.commands.person_keys import rewrap, rotate_tokens
from streams.commands.person_suggestions import suggestions
from streams.commands.receipts import receipts, verify

person = typer.Typer(no_args_is_help=True, help="Persons as tokens: who read what of them and why, and their keys.")
person.command()(receipts)
person.command()(verify)
person.command()(rewrap)
person.command("rotate-tokens")(rotate_tokens)
person.command()(suggestions)
