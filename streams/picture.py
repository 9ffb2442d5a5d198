"""The data flow as a Mermaid picture, drawn from the topology: connectors, logs, processors, views and notices, agents.

Connectors of one reader are one node. What `feedback` declares is drawn dotted.
"""

from collections.abc import Iterable
from pathlib import Path

from streams.topology import ConnectorWiring, Topology

BEGIN = "<!-- picture: `hub graph --write README.md` draws it from topology.yaml -->"
END = "<!-- end of the picture -->"

DEPARTMENTS = "departments"
UNITS = "units"
WALL = "wall"


class NoPlaceForPicture(Exception):
    """A file has no pair of markers between which the picture belongs."""


def draw(topology: Topology) -> str:
    """Mermaid text, the same for the same topology."""
    edges = list(dict.fromkeys([*_connector_edges(topology), *_processor_edges(topology), *_agent_edges(topology)]))
    lines = ["flowchart LR"]
    lines += [f"    {line}" for line in _nodes(topology, edges)]
    for start, end, feedback in edges:
        lines.append(f"    {_identity(start)} {'-.->' if feedback else '-->'} {_identity(end)}")
    return "\n".join(lines) + "\n"


def written_into(text: str, picture: str) -> str:
    """A document with the picture, fenced, between its markers; raises NoPlaceForPicture."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise NoPlaceForPicture(f"there is no place for the picture: it belongs between '{BEGIN}' and '{END}'")
    return f"{before}{BEGIN}\n```mermaid\n{picture}```\n{END}{after}"


def write_into(path: Path, picture: str) -> None:
    """Put the picture into a file; raises NoPlaceForPicture."""
    path.write_text(written_into(path.read_text(encoding="utf-8"), picture), encoding="utf-8")


Edge = tuple[str, str, bool]


def _connector_edges(topology: Topology) -> Iterable[Edge]:
    for connectors, topics in _connectors_by_reader(topology).items():
        yield DEPARTMENTS, connectors, False
        yield from ((connectors, topic, False) for topic in topics)
    if topology.gateway_publishes:
        yield UNITS, "gateway", False
        for topic in topology.gateway_reads:
            yield from ((UNITS, topic, False), (topic, "gateway", False))
        yield from (("gateway", topic, False) for topic in topology.gateway_publishes)


def _connectors_by_reader(topology: Topology) -> dict[str, list[str]]:
    """What the connectors of each reader publish to, by the reader and their number; their own topics count as one."""
    groups: dict[str, list[ConnectorWiring]] = {}
    for wiring in topology.connectors.values():
        groups.setdefault(wiring.reader, []).append(wiring)
    return {
        f"{reader}<br>{len(wirings)} connectors": _in_topologys_order(topology, wirings)
        for reader, wirings in groups.items()
    }


def _in_topologys_order(topology: Topology, wirings: Iterable[ConnectorWiring]) -> list[str]:
    published = {topic: topic.replace(f".{wiring.name}.", ".*.") for wiring in wirings for topic in wiring.publishes}
    return list(dict.fromkeys(published[topic] for topic in topology.topics if topic in published))


def _processor_edges(topology: Topology) -> Iterable[Edge]:
    for wiring in topology.processors.values():
        yield wiring.reads, wiring.name, False
        for port, topic in wiring.ports.items():
            yield wiring.name, topic, port in wiring.feedback


def _agent_edges(topology: Topology) -> Iterable[Edge]:
    for agent in topology.agents.values():
        yield from ((topic, agent.name, False) for topic in agent.reads)
        yield from ((agent.name, topic, topic in agent.feedback) for topic in agent.publishes)
        if any(topic.startswith("hub.view.") for topic in agent.reads):
            yield agent.name, WALL, False
        if any(topic.startswith("hub.notice.") for topic in agent.reads):
            yield agent.name, UNITS, False


def _nodes(topology: Topology, edges: Iterable[Edge]) -> Iterable[str]:
    for name in dict.fromkeys(node for start, end, _ in edges for node in (start, end)):
        yield _identity(name) + _shape(topology, name)


def _shape(topology: Topology, name: str) -> str:
    if name.startswith("hub."):
        return f'[("{name}")]'
    if name in topology.processors:
        return f'["{name}"]'
    if name in (DEPARTMENTS, UNITS, WALL):
        return f'(["{name}"])'
    return f'("{name}")' if name in topology.agents else f'[/"{name}"/]'


def _identity(name: str) -> str:
    """Mermaid's name of a node: letters, digits and `_` only."""
    return "".join(letter if letter.isalnum() else "_" for letter in name.partition("<br>")[0])
