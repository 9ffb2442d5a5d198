"""How uncertain a place is by how it is known: within how many metres it lies in two cases of three."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

PointWay = Literal["officer", "mobile", "camera", "landmark", "mast", "unsaid"]
"""How the positions of a system come about."""
POINT_WAYS: tuple[PointWay, ...] = get_args(PointWay)
TABLE = Path(__file__).with_name("uncertainty.yaml")
TIER_OF_DIGITS = {15: "grid", 12: "village", 9: "town"}
OTHER = "other"


@dataclass(frozen=True)
class Uncertainties:
    """`uncertainty.yaml`, all in metres."""

    ways: Mapping[PointWay, float]
    least_metres: float
    kinds: Mapping[str, float]
    regions: Mapping[str, float]

    def of_point(self, way: PointWay, accuracy_metres: float | None) -> float:
        """Of a position, by what its row says of it, else by how such positions come about."""
        return self.ways[way] if accuracy_metres is None else max(accuracy_metres, self.least_metres)

    def of_kind(self, kind: str) -> float:
        """Of what happens at a registered place."""
        return self.kinds.get(kind, self.kinds[OTHER])

    def of_region(self, region: str) -> float | None:
        """Of a grid, village or town; None of a district, which says nothing."""
        tier = TIER_OF_DIGITS.get(len(region))
        return None if tier is None else self.regions[tier]


@cache
def uncertainties() -> Uncertainties:
    """The table; KeyError or ValueError where it is not whole."""
    read = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    ways = {way: float(read["ways"][way]) for way in POINT_WAYS}
    kinds = {kind: float(metres) for kind, metres in read["kinds"].items()}
    regions = {tier: float(read["regions"][tier]) for tier in TIER_OF_DIGITS.values()}
    if OTHER not in kinds or min(*ways.values(), *kinds.values(), *regions.values()) <= 0:
        raise ValueError(f"{TABLE.name}: a kind `{OTHER}` is missing, or a figure is not above 0")
    return Uncertainties(ways, float(read["least"]), kinds, regions)
