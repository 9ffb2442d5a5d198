"""What must be true of tiles at any instant."""

from collections.abc import Mapping

from streams.processors.situation import ALL_CLASSES
from streams.rules.geography import TIERS

Figures = tuple[int, int, int]
NOTHING: Figures = (0, 0, 0)
DIGITS_ABOVE = {9: 6, 12: 9, 15: 12}


def added(one: Figures, other: Figures) -> Figures:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def assert_sums(tiles: Mapping[str, Figures]) -> None:
    """Each tier adds up to the one above it, classes to all classes; nothing is negative or more than what is open."""
    sums: dict[str, Figures] = {}
    for key, counted in tiles.items():
        region, _, incident_class = key.partition("|")
        assert min(counted) >= 0
        assert max(counted) == counted[0]
        parts_of = []
        if incident_class != ALL_CLASSES:
            parts_of.append(f"classes of {region}|{ALL_CLASSES}")
        if len(region) != TIERS["district"]:
            parts_of.append(f"regions of {region[: DIGITS_ABOVE[len(region)]]}|{incident_class}")
        for whole in parts_of:
            sums[whole] = added(sums.get(whole, NOTHING), counted)
    for whole, counted in sums.items():
        assert tiles[whole.rpartition(" of ")[2]] == counted, whole
