"""`hub person rewrap` and `hub person rotate-tokens`: new keys while all runs; older ones can then be destroyed."""

import json
from typing import Annotated

import typer

from streams.commands.cluster import FINDING, WRONG_USE, end
from streams.embedded.home import keys_folder
from streams.secrecy.person_key_store import KeysBusy, PersonKeyStore, StillWrapping, purpose_key
from streams.secrecy.sealing import KeyMissing, Keys

Purpose = Annotated[str, typer.Argument(help="What the tokens are for, as they begin: services.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def rewrap(
    purpose: Purpose,
    *,
    retire: Annotated[
        bool, typer.Option("--retire", help="Then destroy the older keys: copies of what they wrapped open no more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new key of a purpose and wrap the key of each of its persons by it, while all goes on.

    Nothing that is sealed changes. One that was not finished goes on under the key that was made then.
    """
    _check(purpose_key(purpose), purpose)
    store = PersonKeyStore(keys_folder(), create=False, renews=False)
    newest = max(Keys(keys_folder(), create=False).versions(purpose_key(purpose)))
    try:
        if set(store.wrapped_keys(purpose)) <= {newest}:
            newest = store.rotate(purpose)
        last: str | None = ""
        while last is not None:
            last = store.rewrap(purpose, last)
        retired = store.retire(purpose) if retire else []
        found = {"purpose": purpose, "version": newest, "wrapped": store.wrapped_keys(purpose), "retired": retired}
    except (KeyMissing, KeysBusy, StillWrapping, OSError) as error:
        end(f"{error}; repeat the command", FINDING)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        typer.echo(f"{purpose}:人员密钥已改由第{newest}版用途密钥封装,共{sum(store.wrapped_keys(purpose).values())}把")
        if retired:
            typer.echo(f"已销毁的旧版用途密钥:{retired}")


def rotate_tokens(
    purpose: Purpose,
    *,
    retire: Annotated[
        bool,
        typer.Option("--retire", help="Make none; destroy the older: who was not seen since keeps the older token."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new key of a purpose's tokens. Connectors take it up a minute later and link each person they see.

    While the older key is there, a person's older token is linked to the new one; who is not seen keeps the older.
    """
    name = f"token.{purpose}"
    _check(name, purpose)
    keys = Keys(keys_folder(), create=False)
    older, retired = sorted(keys.versions(name)), list[int]()
    try:
        if retire:
            *retired, newest = older
            for version in retired:
                keys.destroy_version(name, version)
        else:
            newest = keys.make_next(name)
    except OSError as error:
        end(f"{error}; repeat the command", FINDING)
    if as_json:
        typer.echo(json.dumps({"purpose": purpose, "version": newest, "retired": retired}))
    elif retire:
        typer.echo(f"{purpose}:只留第{newest}版令牌密钥,已销毁 {retired}")
    else:
        typer.echo(f"{purpose}:第{newest}版令牌密钥一分钟后启用,此后见到的人员由旧令牌关联到新令牌")


def _check(name: str, purpose: str) -> None:
    if not (purpose.isidentifier() and Keys(keys_folder(), create=False).versions(name)):
        end(f"there is no key {name} in {keys_folder()}: HUB_KEYS names the folder of the keys", WRONG_USE)
