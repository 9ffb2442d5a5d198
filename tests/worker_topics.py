"""The part of the topology that workers and the wall need: without connectors a hub is made in a third of the time."""

from dataclasses import replace

from streams.topology import Topology

OF_CONNECTORS_ALONE = ("hub.source.", "hub.reference.")


def without_connectors(topology: Topology, *but: str) -> Topology:
    """The same without connectors, `but` some, and without the topics that the others alone write to."""
    connectors = {name: wiring for name, wiring in topology.connectors.items() if name in but}
    kept = {topic for wiring in connectors.values() for topic in wiring.publishes}
    topics = {
        name: topic
        for name, topic in topology.topics.items()
        if name in kept or not name.startswith(OF_CONNECTORS_ALONE)
    }
    return replace(topology, topics=topics, connectors=connectors)
