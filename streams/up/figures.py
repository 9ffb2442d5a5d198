"""The figures of a hub, counted from its topics as they stand: all that lies in the data folder, of every run."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streams.codec import Codec
from streams.facts.views import Incident, Matter, Source
from streams.kafka import Topics
from streams.quarantine.cases import read_cases
from streams.topology import Topology
from streams.up.drain import MATTERS_VIEW, source_ends
from streams.view_reader import Views

INCIDENTS_VIEW, TILES_VIEW, SOURCES_VIEW = "hub.view.incidents.v1", "hub.view.tiles.v1", "hub.view.sources.v1"


@dataclass(frozen=True)
class Clocks:
    """The clocks of orders. One whose breach was withdrawn was met, as the unit's own times show."""

    met: int
    breached: int
    open: int


@dataclass(frozen=True)
class Figures:
    """Department systems and items of theirs seen; rows; what became of them; what is held in the quarantine."""

    systems: int
    items: int
    events: int
    facts: int
    incidents: int
    matters: int
    clocks: Clocks
    tiles: int
    quarantined: int


def count(bootstrap: str, topology: Topology, codec: Codec) -> Figures:
    """No exercise counts, and no incident that was merged into another.

    Raises NotReadable, KafkaException or CodecError.
    """
    views = Views(bootstrap, topology, codec)
    seen: Mapping[str, Source] = views.read(SOURCES_VIEW)
    matters: Mapping[str, Matter] = views.read(MATTERS_VIEW)
    incidents: Mapping[str, Incident] = views.read(INCIDENTS_VIEW)
    real = [matter for matter in matters.values() if not matter.exercise]
    return Figures(
        systems=sum(source.rows > 0 for source in seen.values()),
        items=sum(len(source.items) for source in seen.values()),
        events=sum(source_ends(Topics(bootstrap), topology).values()),
        facts=sum(source.facts for source in seen.values()),
        incidents=sum(incident.state != "replaced" for incident in incidents.values()),
        matters=len(real),
        clocks=_clocks(real),
        tiles=len(views.read(TILES_VIEW)),
        quarantined=sum(case.retried is None for case in read_cases(bootstrap, topology, codec).values()),
    )


def _clocks(matters: Iterable[Matter]) -> Clocks:
    states = Counter(clock.state for matter in matters for order in matter.orders for clock in order.clocks)
    return Clocks(met=states["met"] + states["withdrawn"], breached=states["breached"], open=states["running"])
