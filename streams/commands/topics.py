"""`hub topics`: creates the topology's topics that are missing and shows where the others differ; deletes nothing."""

import json
from typing import Annotated

import typer

from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.kafka import KafkaException, TopicsUnknown
from streams.topics import Drift, ensure_topics


def topics(
    *,
    look_only: Annotated[bool, typer.Option("--look-only", help="Create nothing; what is missing is shown.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Create the topics that are missing and show how the others differ from topology.yaml. Deletes nothing."""
    topology, bootstrap = topology_or_end(), bootstrap_servers()
    try:
        drifts = ensure_topics(topology, bootstrap, create=not look_only)
    except (KafkaException, TopicsUnknown) as error:
        end(f"Kafka at {bootstrap}: {error}", FINDING)
    if as_json:
        typer.echo(json.dumps({"drifts": [vars(drift) for drift in drifts]}))
    else:
        _print(drifts)
    if drifts:
        raise typer.Exit(FINDING)


def _print(drifts: list[Drift]) -> None:
    for drift in drifts:
        typer.echo(f"{drift.topic}: {drift.setting} is {drift.found}, topology.yaml says {drift.wanted}")
    typer.echo(f"differences: {len(drifts)}" if drifts else "every topic is as topology.yaml says", err=bool(drifts))
