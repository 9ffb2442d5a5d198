"""Chinese names for the pages: regions, classes, units, systems, what may be asked for; and where the towns lie."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from streams.cities.city import City
from streams.codec import Codec
from streams.facts.chinese import COUNTED, JOINT_OBSTACLES, MATCHING_REASONS
from streams.facts.joint import JointRule
from streams.facts.rules import IncidentClass, RequestRule, Unit
from streams.marked.csv_file import read_rows
from streams.topology import Topology
from streams.wall.desk.competence import leaders_of

SOURCE_SCHEMAS = "source."


def wall_names(folder: Path, city: City, topology: Topology, codec: Codec) -> bytes:
    """JSON; `folder` is the city's. A region without a name of its own is left out."""
    return json.dumps(
        {
            "city": {"code": city.code, "name": city.name, "data_items": city.data_items},
            "regions": {code: name for code, name in city.regions.items() if name != code},
            "towns": _towns(folder / "towns.csv"),
            "classes": {
                **{rule.incident_class: rule.name for rule in city.rules if isinstance(rule, IncidentClass)},
                **COUNTED,
            },
            "units": {rule.unit: rule.name for rule in city.rules if isinstance(rule, Unit)},
            "systems": _systems(topology, codec),
            "requests": _requests(city.rules),
            "whistlers": _whistlers(city.rules),
            "leaders": sorted(leaders_of(city.rules)),
            "joint_obstacles": JOINT_OBSTACLES,
            "matching_reasons": MATCHING_REASONS,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def _whistlers(rules: Iterable[object]) -> dict[str, list[str]]:
    """The units that may whistle (吹哨), by urgency."""
    listed = tuple(rules)
    units = [rule for rule in listed if isinstance(rule, Unit)]
    return {
        rule.urgency: [unit.unit for unit in units if unit.unit_kind in rule.whistlers]
        for rule in listed
        if isinstance(rule, JointRule)
    }


def _requests(rules: Iterable[object]) -> list[dict[str, Any]]:
    """What may be asked for on an order: the reason, and for an extension in which unit and how much."""
    return [
        {
            "request": rule.request,
            "urgency": rule.urgency,
            "reason": rule.reason,
            "name": rule.name,
            "unit": rule.unit,
            "kinds": rule.kinds,
            "most": rule.most,
        }
        for rule in rules
        if isinstance(rule, RequestRule)
    ]


def _towns(path: Path) -> dict[str, dict[str, Any]]:
    rows = read_rows(path, ("town", "name", "longitude", "latitude", "grids"), [])
    return {
        row.text("town"): {
            "name": row.text("name"),
            "longitude": row.degrees("longitude", 180),
            "latitude": row.degrees("latitude", 90),
        }
        for row in rows
    }


def _systems(topology: Topology, codec: Codec) -> dict[str, str]:
    schemas = {name: codec.schemas.get(f"{SOURCE_SCHEMAS}{name}.v1") for name in topology.connectors}
    return {name: schema.definition["doc"] for name, schema in schemas.items() if schema is not None}
