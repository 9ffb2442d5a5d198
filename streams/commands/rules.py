"""`hub rules`: the city's rules, checked, published as facts, shown, compared, tried."""

import json

import typer

from streams.codec import Codec
from streams.commands.city_rules import AsJson, CityFolder, city_or_end
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.commands.rules_diff import diff
from streams.commands.rules_items import items
from streams.commands.rules_rulings import rulings
from streams.commands.rules_try import try_rules
from streams.rules_publication import NotPublished, Rules, content_of

rules = typer.Typer(no_args_is_help=True, help="The city's rules: classes, calls, items, units and calendars.")

rules.command()(items)
rules.command()(diff)
rules.command("try")(try_rules)
rules.command()(rulings)


@rules.command()
def check(city: CityFolder = None) -> None:
    """Check every file of the city and show every error with file and line."""
    found = city_or_end(city, topology_or_end())
    typer.echo(f"{found.name}: {len(found.rules)} rules, {len(found.regions)} regions, no error")


@rules.command()
def publish(city: CityFolder = None, *, as_json: AsJson = False) -> None:
    """Write the city's rules to every partition of the logs they affect, unless they are in force already."""
    topology = topology_or_end()
    found = city_or_end(city, topology)
    try:
        outcome = Rules(bootstrap_servers(), topology, Codec.load()).publish(found)
    except NotPublished as error:
        end(f"not published: {error}", FINDING)
    if as_json:
        typer.echo(json.dumps(vars(outcome)))
    elif outcome.changed:
        typer.echo(f"rules {outcome.version} of {found.name} written: {outcome.records} records")
    else:
        typer.echo(f"rules {outcome.version} of {found.name} are in force already")


@rules.command()
def show(city: CityFolder = None, *, as_json: AsJson = False) -> None:
    """Show which version is in force and whether the city's files say the same."""
    topology, codec = topology_or_end(), Codec.load()
    found = city_or_end(city, topology)
    try:
        published = Rules(bootstrap_servers(), topology, codec).published()
    except NotPublished as error:
        end(f"cannot be read: {error}", FINDING)
    content = content_of(found, codec)
    same = published is not None and published.content == content
    version = published.version if published else None
    if as_json:
        logs = dict(published.logs) if published else {}
        typer.echo(json.dumps({"version": version, "logs": logs, "files": content, "same": same}))
    else:
        typer.echo(f"in force: {version or 'none'}; the files of {found.name} say {'the same' if same else content}")
    if not same:
        raise typer.Exit(FINDING)
