"""`hub topics`: creates the topology's topics that are missing and shows where the others differ; deletes nothing."""

import json
import os
from typing import Annotated, NoReturn

import typer

from streams.kafka import KafkaException
from streams.topics import Drift, TopicsUnknown, ensure_topics
from streams.topology import TopologyErrors, load_topology

FINDING, WRONG_USE = 1, 2


def topics(
    *,
    look_only: Annotated[bool, typer.Option("--look-only", help="Create nothing; what is missing is shown.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Create the topics that are missing and show how the others differ from topology.yaml. Deletes nothing."""
    bootstrap = os.environ.get("HUB_KAFKA")
    if not bootstrap:
        _end("HUB_KAFKA is missing: it takes the addresses of Kafka, host:port, parted by commas", WRONG_USE)
    try:
        drifts = ensure_topics(load_topology(), bootstrap, create=not look_only)
    except TopologyErrors as error:
        _end(str(error), FINDING)
    except (KafkaException, TopicsUnknown) as error:
        _end(f"Kafka at {bootstrap}: {error}", FINDING)
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


def _end(text: str, code: int) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(code)
