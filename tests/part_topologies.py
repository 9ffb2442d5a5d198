"""Parts of the topology, so that a test hub makes only the topics that its processes need."""

from dataclasses import replace

from streams.topology import Topology

WRITTEN_BY_EVERY_CONNECTOR = {"hub.quarantine.v1", "hub.cursors.v1"}
FOLLOWED_BY_EVERY_CONNECTOR = {"hub.view.sources.v1", "hub.reference.addresses.v1", "hub.reference.grids.v1"}
FOLLOWED_BY_GATEWAY = {"hub.view.contexts.v1"}
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


def connectors_alone(topology: Topology, *names: str) -> Topology:
    """Some connectors and the gateway, and the topics that these write to and follow."""
    connectors = {name: topology.connectors[name] for name in names}
    written = {topic for wiring in connectors.values() for topic in wiring.publishes}
    of_gateway = (*topology.gateway_reads, *topology.gateway_publishes)
    used = {*written, *WRITTEN_BY_EVERY_CONNECTOR, *FOLLOWED_BY_EVERY_CONNECTOR, *FOLLOWED_BY_GATEWAY, *of_gateway}
    topics = {name: topic for name, topic in topology.topics.items() if name in used}
    return replace(topology, topics=topics, connectors=connectors, processors={})
