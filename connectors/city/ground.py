"""The ground the simulated city stands on: its towns, its registered places by kind, and its grids."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.coordinates import Point

GRID = "grid"


@dataclass(frozen=True)
class Spot:
    """One registered place. `grid` is its grid's code, `town` the name of its town."""

    place_code: str
    kind: str
    name: str
    address: str
    point: Point
    grid: str
    town: str


@dataclass(frozen=True)
class Ground:
    """Every spot by its kind."""

    spots: Mapping[str, Sequence[Spot]]

    @classmethod
    def load(cls, folder: Path) -> "Ground":
        """From a city's `towns.csv`, `grids.csv` and `places.csv`, which `hub rules check` has found good."""
        towns = {row["town"]: row["name"] for row in _rows(folder / "towns.csv")}
        spots: dict[str, list[Spot]] = defaultdict(list)
        for row in _rows(folder / "places.csv"):
            point = Point(float(row["longitude"]), float(row["latitude"]))
            spots[row["kind"]].append(
                Spot(
                    row["place_code"],
                    row["kind"],
                    row["name"],
                    row["address"],
                    point,
                    row["grid"],
                    towns[row["grid"][:9]],
                )
            )
        for row in _rows(folder / "grids.csv"):
            centre, town = Point(float(row["longitude"]), float(row["latitude"])), towns[row["grid"][:9]]
            spots[GRID].append(Spot(row["grid"], GRID, row["name"], f"{town}{row['name']}", centre, row["grid"], town))
        return cls(dict(spots))

    def of(self, *kinds: str) -> list[Spot]:
        """The spots of some kinds, in the order of the files."""
        return [spot for kind in kinds for spot in self.spots.get(kind, ())]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))
