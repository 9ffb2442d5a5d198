"""Chinese names for the page: regions, incident classes, units and systems by code."""

import json

from streams.city import City
from streams.codec import Codec
from streams.facts.rules import IncidentClass, Unit
from streams.topology import Topology

SOURCE_SCHEMAS = "source."


def wall_names(city: City, topology: Topology, codec: Codec) -> bytes:
    """JSON; a region without a name of its own is left out."""
    schemas = {name: codec.schemas.get(f"{SOURCE_SCHEMAS}{name}.v1") for name in topology.connectors}
    return json.dumps({
        "city": {"code": city.code, "name": city.name},
        "regions": {code: name for code, name in city.regions.items() if name != code},
        "classes": {rule.incident_class: rule.name for rule in city.rules if isinstance(rule, IncidentClass)},
        "units": {rule.unit: rule.name for rule in city.rules if isinstance(rule, Unit)},
        "systems": {name: schema.definition["doc"] for name, schema in schemas.items() if schema is not None},
    }, ensure_ascii=False, separators=(",", ":")).encode()
