"""`hub incident merge|split|link` and `hub review join|apart`: what the doors take, signed with the same tokens.

The fact is made as the doors make it and goes to the same log; whether its actor may decide it, event profiles decides.
"""

import json
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

import typer

from connectors.incident_requests import linked, merged, reviewed, split
from connectors.problems import Problem
from connectors.signed_facts import SignedRequest
from streams.appending import NotAppended, append
from streams.codec import Codec
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, end, topology_or_end
from streams.commands.incident import LOG, AsJson, incident, read_incidents
from streams.commands.review import IncidentNo, OtherNo, find_review, review
from streams.commands.words import as_json_object
from streams.embedded.home import secrets_folder
from streams.facts.incidents import ActOnIncidents
from streams.secrecy.actors import Actors, Identified, TokenRefused
from streams.secrecy.secret_store import SecretMissing, SecretStore
from streams.topology import Topology

__all__ = ["incident", "review"]

Maker = Callable[[SignedRequest, Identified], ActOnIncidents]
Number = Annotated[str, typer.Argument(help="Like 50011720261122E00002.")]
Words = Annotated[str, typer.Option("--words", help="Why, for the record; no personal data.")]
TokenFile = Annotated[
    Path, typer.Option("--token-file", help="File with the token of who decides, as `hub token issue` prints it.")
]


class Relation(StrEnum):
    """What the first incident is to the other one."""

    related = "related"
    parent = "parent"


@incident.command()
def merge(
    incident_no: Number,
    *,
    into: Annotated[str, typer.Option(help="Number of the incident that goes on.")],
    words: Words,
    token_file: TokenFile,
    as_json: AsJson = False,
) -> None:
    """Merge an incident into another one (并案); a split undoes it."""
    topology = _known(incident_no, into)
    fact = _decide(partial(merged, incident_no), {"into": into, "words": words}, token_file, topology)
    _say(fact, f"{incident_no} 并入 {into}", as_json=as_json)


@incident.command("split")
def split_off(
    incident_no: Number,
    *,
    records: Annotated[list[str], typer.Option("--record", help="A report as SYSTEM/RECORD_NO; may be given again.")],
    words: Words,
    token_file: TokenFile,
    as_json: AsJson = False,
) -> None:
    """Say that some reports of an incident tell of another one (拆分)."""
    topology = _known(incident_no)
    fact = _decide(partial(split, incident_no), {"records": records, "words": words}, token_file, topology)
    _say(fact, f"从 {incident_no} 拆出 {len(records)} 条报告:{'、'.join(records)}", as_json=as_json)


@incident.command()
def link(
    incident_no: Number,
    *,
    other: Annotated[str, typer.Option(help="Number of the other incident.")],
    relation: Annotated[Relation, typer.Option(help="`parent`: the other one is a part of it.")] = Relation.related,
    undone: Annotated[bool, typer.Option("--undone", help="They are not, after all.")] = False,
    words: Words,
    token_file: TokenFile,
    as_json: AsJson = False,
) -> None:
    """Say that two incidents are related (关联), or that they are not any more."""
    topology = _known(incident_no, other)
    body = {"other": other, "relation": relation.value, "undone": undone, "words": words}
    fact = _decide(partial(linked, incident_no), body, token_file, topology)
    said = f"{incident_no} {'包含' if relation is Relation.parent else '相关'} {other}"
    _say(fact, f"{said}{'(撤销)' if undone else ''}", as_json=as_json)


@review.command()
def join(
    incident_no: IncidentNo, other_no: OtherNo, *, words: Words, token_file: TokenFile, as_json: AsJson = False
) -> None:
    """Say that a suspected duplicate is one incident with the other."""
    fact = _review("join", incident_no, other_no, words, token_file)
    _say(fact, f"{incident_no} 与 {other_no} 是同一起", as_json=as_json)


@review.command()
def apart(
    incident_no: IncidentNo, other_no: OtherNo, *, words: Words, token_file: TokenFile, as_json: AsJson = False
) -> None:
    """Say that a suspected duplicate is an incident of its own."""
    fact = _review("apart", incident_no, other_no, words, token_file)
    _say(fact, f"{incident_no} 与 {other_no} 不是同一起", as_json=as_json)


def _review(
    decision: Literal["join", "apart"], incident_no: str, other_no: str, words: str, token_file: Path
) -> ActOnIncidents:
    topology = topology_or_end()
    found = find_review(incident_no, other_no, topology)
    return _decide(
        partial(reviewed, decision, found.incident_no), {"other": found.other_no, "words": words}, token_file, topology
    )


def _known(*numbers: str) -> Topology:
    """The topology; ends the command where there is no such incident."""
    topology = topology_or_end()
    known = read_incidents(topology)
    for number in numbers:
        if number not in known:
            end(f"no incident {number}", FINDING)
    return topology


def _decide(maker: Maker, body: dict[str, Any], token_file: Path, topology: Topology) -> ActOnIncidents:
    """The fact, once it is in the log; each command decides anew, also in the same words. Ends the command."""
    try:
        authorization = f"Bearer {token_file.read_text(encoding='utf-8').strip()}"
    except (OSError, UnicodeDecodeError) as error:
        end(f"--token-file cannot be read: {error}", WRONG_USE)
    request = SignedRequest(authorization, uuid4().hex, json.dumps(body).encode())
    try:
        fact = maker(request, Actors(SecretStore(secrets_folder())).identify(authorization))
    except TokenRefused as refused:
        end(f"--token-file: {refused}", WRONG_USE)
    except Problem as problem:
        end(problem.detail, WRONG_USE)
    except (SecretMissing, ValueError, TypeError) as error:
        end(f"tokens cannot be checked: {error}", FINDING)
    try:
        append(bootstrap_servers(), topology.topic_name(LOG), fact.key, Codec.load().encode(fact))
    except NotAppended as error:
        end(str(error), FINDING)
    return fact


def _say(fact: ActOnIncidents, decided: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(as_json_object(fact), ensure_ascii=False))
    else:
        typer.echo(f"{decided},由 {fact.actor_unit} {fact.actor_post} {fact.actor_officer} 决定")
