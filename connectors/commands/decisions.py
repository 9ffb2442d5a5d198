"""What commands that write a signed decision on a system share: their arguments, and the way into the sources log."""

from typing import Annotated

import typer

from streams.appending import NotAppended, append
from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, end
from streams.contract import Fact
from streams.topology import Topology

LOG = "hub.log.sources.v1"
WRITE_SECONDS = 10.0

System = Annotated[str, typer.Argument(help="Code of the system, as `hub sources` shows it.")]
By = Annotated[str, typer.Option("--by", help="Who signed the decision.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the record.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def append_decision(topology: Topology, codec: Codec, decision: Fact) -> int:
    """Write a decision to the log; its offset. Ends the command where Kafka does not take it."""
    try:
        return append(
            bootstrap_servers(), topology.topic_name(LOG), decision.key, codec.encode(decision), WRITE_SECONDS
        )
    except NotAppended as error:
        end(f"not written: {error}", FINDING)
