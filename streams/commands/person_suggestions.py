"""`hub person suggestions`: tokens that may be one person, for somebody to look at and ask for a link by an article."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.commands.words import as_json_object, print_table, shown_time
from streams.facts.person_views import PersonLink, Resemblance, Suggestion
from streams.topic_reader import NotReadable
from streams.view_reader import Views

SUGGESTIONS, LINKS = "hub.view.suggestions.v1", "hub.view.links.v1"
RESEMBLANCES: Mapping[Resemblance, str] = {
    "household_and_phone": "同户且同一联系电话",
    "phone_of_caller": "呼叫号码为其联系电话",
}
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def suggestions(*, as_json: AsJson = False) -> None:
    """List tokens that may be one person and are not linked (exit code 1 if there are any); nothing acts on them."""
    views = Views(bootstrap_servers(), topology_or_end(), Codec.load())
    try:
        found: dict[str, Suggestion] = views.read(SUGGESTIONS)
        links: dict[str, PersonLink] = views.read(LINKS)
    except NotReadable as error:
        end(str(error), FINDING)
    linked = {frozenset((link.token, link.other)) for link in links.values() if link.state == "linked"}
    waiting = [one for _, one in sorted(found.items()) if frozenset((one.token, one.other)) not in linked]
    if as_json:
        typer.echo(json.dumps({"suggestions": [as_json_object(one) for one in waiting]}, ensure_ascii=False))
    else:
        rows = ((one.token, one.other, RESEMBLANCES[one.resemblance], shown_time(one.suggested_at)) for one in waiting)
        print_table(("令牌", "另一令牌", "相似之处(不作依据)", "提出时间"), rows)
    if waiting:
        raise typer.Exit(FINDING)
