"""`hub person context|link|unlink|consent|approve|refuse|links`: the gateway's doors to persons, from the command line.

Everything but `links` is asked of the gateway: the keys that open and seal what is said of a person stay there.
"""

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer

from connectors.commands.person_token import token as token_of
from connectors.person_requests import TOKEN
from connectors.times import to_rfc3339
from streams.codec import Codec
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, end, topology_or_end
from streams.commands.incident import AsJson
from streams.commands.moments import instant_or_end
from streams.commands.person import person
from streams.commands.person_words import link_as_json, print_context, print_links
from streams.embedded.home import default_home
from streams.embedded.running import running_hub
from streams.facts.person_views import PersonLink
from streams.topic_reader import NotReadable
from streams.view_reader import Views

__all__ = ["person"]

LINKS = "hub.view.links.v1"
GATEWAY_SECONDS = 30.0
WRONG_REQUESTS = (400, 404, 422)
"""What the gateway answers to what no rule could allow."""

Token = Annotated[str, typer.Argument(help="The person's token, like services:1:9bb9d49338b31a20.")]
RequestNo = Annotated[str, typer.Argument(help="Number of what was asked for, as it was answered then.")]
Words = Annotated[str, typer.Option("--words", help="Why; sealed for the person.")]
TokenFile = Annotated[
    Path, typer.Option("--token-file", help="File with the token of who asks, as `hub token issue` prints it.")
]
Until = Annotated[str, typer.Option(help="Until which moment, like 2027-06-30T18:00.")]


class Kind(StrEnum):
    """Why two tokens are one person."""

    same_person = "same_person"
    cross_purpose = "cross_purpose"


person.command("token")(token_of)


@person.command()
def context(
    token: Token,
    *,
    purpose: Annotated[str, typer.Option(help="What for: that of the person's token and of the officer's.")],
    case: Annotated[str, typer.Option(help="Number of an open matter of this person.")] = "",
    break_glass: Annotated[
        str, typer.Option(help="紧急查阅: why the person has to be looked up without a case; a second person decides.")
    ] = "",
    token_file: TokenFile,
    as_json: AsJson = False,
) -> None:
    """Read what is known of a person, under an open case, masked; each reading leaves a receipt."""
    query = {"purpose": purpose, "case": case, "break_glass": break_glass}
    told = asked_of_gateway(
        f"{path_of(token)}/context", token_file, query={name: said for name, said in query.items() if said}
    )
    _show(told, as_json=as_json)


@person.command("request")
def request_of(token: Token, request_no: RequestNo, *, token_file: TokenFile, as_json: AsJson = False) -> None:
    """Show what became of a reading that you have asked for, while it stands."""
    _show(asked_of_gateway(f"{path_of(token)}/requests/{quote(request_no, safe='')}", token_file), as_json=as_json)


@person.command()
def link(  # noqa: PLR0913 - each is an option of the command line
    token: Token,
    other: Token,
    *,
    kind: Annotated[Kind, typer.Option(help="`cross_purpose`: of two purposes.")] = Kind.same_person,
    article: Annotated[str, typer.Option(help="By which article.")],
    until: Until,
    words: Words,
    token_file: TokenFile,
    as_json: AsJson = False,
) -> None:
    """Ask that two tokens be taken for one person until a moment; a second person decides."""
    body = {
        "other": other,
        "kind": kind.value,
        "article": article,
        "until_at": to_rfc3339(instant_or_end(until)),
        "words": words,
    }
    _say(f"{path_of(token)}/links", body, token_file, "请求认定为同一人,等待第二人决定", as_json=as_json)


@person.command()
def unlink(token: Token, other: Token, *, words: Words, token_file: TokenFile, as_json: AsJson = False) -> None:
    """Ask that two tokens be one person no longer; a second person decides."""
    body = {"other": other, "undo": True, "words": words}
    _say(f"{path_of(token)}/links", body, token_file, "请求撤销关联,等待第二人决定", as_json=as_json)


@person.command()
def consent(
    token: Token,
    *,
    document: Annotated[str, typer.Option(help="Number of the document by which the person says so.")],
    until: Until = "",
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="The person agrees no longer.")] = False,
    token_file: TokenFile,
    as_json: AsJson = False,
) -> None:
    """Note down that the person agrees to a purpose until a moment, or no longer does."""
    if bool(until) is withdrawn:
        end("--until or --withdrawn is needed, not both", WRONG_USE)
    agreed: dict[str, Any] = {"withdrawn": True} if withdrawn else {"until_at": to_rfc3339(instant_or_end(until))}
    said = "已提交本人撤回同意" if withdrawn else "已提交本人同意"
    _say(f"{path_of(token)}/consents", {"document": document, **agreed}, token_file, said, as_json=as_json)


@person.command()
def approve(
    token: Token, request_no: RequestNo, *, words: Words = "", token_file: TokenFile, as_json: AsJson = False
) -> None:
    """Approve, as the second person, what somebody else has asked for of a person."""
    path = f"{path_of(token)}/requests/{quote(request_no, safe='')}/approve"
    _say(path, {"words": words}, token_file, "已提交:同意", as_json=as_json)


@person.command()
def refuse(
    token: Token, request_no: RequestNo, *, words: Words = "", token_file: TokenFile, as_json: AsJson = False
) -> None:
    """Refuse, as the second person, what somebody else has asked for of a person."""
    path = f"{path_of(token)}/requests/{quote(request_no, safe='')}/refuse"
    _say(path, {"words": words}, token_file, "已提交:不同意", as_json=as_json)


@person.command()
def links(token: Token, *, as_json: AsJson = False) -> None:
    """List a token's links and, of those undone or over, whom they showed what: that is to put right (exit code 1)."""
    path_of(token)
    topology = topology_or_end()
    try:
        view = Views(bootstrap_servers(), topology, Codec.load()).read(LINKS)
    except NotReadable as error:
        end(str(error), FINDING)
    found: list[PersonLink] = [one for _, one in sorted(view.items()) if token in (one.token, one.other)]
    if as_json:
        typer.echo(json.dumps({"links": [link_as_json(one) for one in found]}, ensure_ascii=False))
    else:
        print_links(found)
    if any(link_as_json(one)["to_put_right"] for one in found):
        raise typer.Exit(FINDING)


def _show(told: dict[str, Any], *, as_json: bool) -> None:
    """What the gateway has told of a reading; a finding where it waits."""
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        print_context(told)
    if told["state"] == "waiting":
        raise typer.Exit(FINDING)


def _say(path: str, body: Mapping[str, Any], token_file: Path, said: str, *, as_json: bool) -> None:
    receipt = asked_of_gateway(path, token_file, body=body)
    typer.echo(json.dumps(receipt, ensure_ascii=False) if as_json else f"{said},编号 {receipt['id']}")


def asked_of_gateway(
    path: str, token_file: Path, *, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the gateway answers; ends the command where it refuses."""
    try:
        authorization = f"Bearer {token_file.read_text(encoding='ascii').strip()}"
    except (OSError, UnicodeDecodeError) as error:
        end(f"--token-file cannot be read: {error}", WRONG_USE)
    method = "GET" if body is None else "POST"
    try:
        response = httpx.request(
            method,
            f"{_gateway()}{path}",
            params=query,
            json=body,
            headers={"Authorization": authorization},
            timeout=GATEWAY_SECONDS,
        )
        told: dict[str, Any] = response.json()
    except (httpx.HTTPError, ValueError) as error:
        end(f"the gateway does not answer: {type(error).__name__}", FINDING)
    if response.is_error:
        number = f" ({told['request_no']})" if "request_no" in told else ""
        wrong = response.status_code in WRONG_REQUESTS and told.get("type") != "urn:hub:problem:no_such_request"
        end(f"{told.get('detail', response.status_code)}{number}", WRONG_USE if wrong else FINDING)
    return told


def _gateway() -> str:
    """Its address: HUB_GATEWAY, else that of the embedded hub; ends the command where there is none."""
    if named := os.environ.get("HUB_GATEWAY"):
        return named.rstrip("/")
    running = running_hub(default_home())
    if running is None:
        end(f"HUB_GATEWAY is missing: it takes the gateway's address; no hub runs on {default_home()}", WRONG_USE)
    return running.gateway.rstrip("/")


def path_of(token: str) -> str:
    """The doors of a person; ends the command where nobody's token can look so."""
    if TOKEN.fullmatch(token) is None:
        end(f"{token!r} is no person's token", WRONG_USE)
    return f"/v1/persons/{token}"
