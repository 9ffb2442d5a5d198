"""Circles in the data flow: each one must be declared where it closes, as `feedback`."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from streams.marked.yaml_file import Fault
from streams.topology import Reading, Topology


class Edge(NamedTuple):
    """Something flows from a component to a topic; `place` is where the wiring says so."""

    component: str
    topic: str
    feedback: bool
    place: tuple[str | int, ...]


def circle_faults(reading: Reading) -> Iterator[Fault]:
    """Circles that no `feedback` opens, and `feedback` where nothing flows back."""
    edges = _edges(reading.topology)
    yield from _undeclared(reading, [edge for edge in edges if not edge.feedback])
    for edge in edges:
        if edge.feedback and not _flows_back(reading.topology, edges, edge):
            yield reading.marked.at(*edge.place).fault(
                f"{edge.component}: {edge.topic} is declared feedback, but nothing flows back from it"
            )


def _undeclared(reading: Reading, edges: list[Edge]) -> Iterator[Fault]:
    while circle := _circle(reading.topology, edges):
        # The file is written in the direction of the flow: what stands last in a circle leads back.
        closing = [edge for edge in edges if _follows(circle, edge)][-1]
        start = circle.index(closing.topic)
        path = [*circle[start:-1], *circle[:start], closing.topic]
        yield reading.marked.at(*closing.place).fault(
            f"{closing.component}: flows in a circle that no feedback opens: {' → '.join(path)}"
        )
        edges = [edge for edge in edges if edge is not closing]


def _circle(topology: Topology, edges: list[Edge]) -> list[str] | None:
    """One circle in the direction of the flow, its first node again at its end."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for component, reads in _inputs(topology).items():
        sorter.add(component, *reads)
    for edge in edges:
        sorter.add(edge.topic, edge.component)
    try:
        sorter.prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


def _follows(circle: list[str], edge: Edge) -> bool:
    return (edge.component, edge.topic) in pairwise(circle)


def _flows_back(topology: Topology, edges: list[Edge], feedback: Edge) -> bool:
    reached, waiting = set[str](), [feedback.topic]
    while waiting:
        topic = waiting.pop()
        for component, reads in _inputs(topology).items():
            if topic in reads and component not in reached:
                reached.add(component)
                waiting += [edge.topic for edge in edges if edge.component == component]
    return feedback.component in reached


def _inputs(topology: Topology) -> dict[str, tuple[str, ...]]:
    processors = {name: (wiring.reads,) for name, wiring in topology.processors.items() if wiring.reads}
    return processors | {name: wiring.reads for name, wiring in topology.agents.items()}


def _edges(topology: Topology) -> list[Edge]:
    edges = [
        Edge(wiring.name, topic, port in wiring.feedback, ("processors", wiring.name, "ports", port))
        for wiring in topology.processors.values()
        for port, topic in wiring.ports.items()
    ]
    return edges + [
        Edge(agent.name, topic, topic in agent.feedback, ("agents", agent.name, "publishes", number))
        for agent in topology.agents.values()
        for number, topic in enumerate(agent.publishes)
    ]
