"""What happens in the true city: kinds of happenings, how often, how long, who tells.

Rates a day and delays follow `connectors/city/happenings.py`. Families are the truth's own: which classes can be said
of one happening. They are no part of what a matcher is given; its own table of families is the city's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.matching.systems import (
    AMBULANCES,
    BRIGADE,
    CAMERAS,
    CENTRE,
    COMMAND,
    ESTATES,
    FIRE_SENSORS,
    GAS_SENSORS,
    GRIDS,
    HOTLINE,
    NO_CLASS,
    POLICE,
    RESIDENTS,
    SENSORS,
    STREETS,
    TRAFFIC_POLICE,
)

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "fire": ("fire", "rescue", "medical", "gas_leak", "hazardous_chemicals", "hazard"),
    "gas": ("gas_leak", "fire", "rescue", "medical", "hazardous_chemicals", "hazard"),
    "chemicals": ("hazardous_chemicals", "fire", "gas_leak", "rescue", "pollution", "medical"),
    "water": ("burst_main", "flooding", "water_supply", "road_block", "high_water", "manhole", "rescue"),
    "traffic": ("traffic", "medical", "road_block", "rescue"),
    "illness": ("medical", "rescue", "public_security"),
    "order": ("public_security", "crowd", "dispute"),
    "manhole": ("manhole", "street_order", "hazard", "traffic"),
    "light": ("streetlight", "street_order", "hazard"),
    "litter": ("environment", "street_order", "pollution", "property"),
    "noise": ("pollution", "street_order", "property", "public_security"),
    "slope": ("geohazard", "road_block", "rescue"),
    "lift": ("elevator", "rescue", "property"),
    "hazard": ("hazard", "hazardous_goods", "fire"),
    "food": ("food_drug", "consumer", "public_health"),
    "river": ("river", "pollution", "environment"),
}


@dataclass(frozen=True)
class Teller:
    """A department that may tell: with what chance, how many times at most, how many minutes after it began.

    `says` is its word where it has no code for what it is.
    """

    system: str
    chance: float
    most: int
    after_minutes: tuple[float, float]
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A sort of happening, at registered `places` or at a house in a grid, for so many `hours`.

    `flood_weight` is its part in what happens in the flood evening.
    """

    name: str
    incident_class: str
    family: str
    per_day: float
    places: tuple[str, ...]
    hours: tuple[float, float]
    tellers: tuple[Teller, ...]
    flood_weight: float = 0
    is_life_threatening: bool = False


KINDS: tuple[Kind, ...] = (
    Kind(
        name="fire",
        incident_class="fire",
        family="fire",
        per_day=4,
        places=("estate", "organisation", "grid"),
        hours=(0.6, 3),
        is_life_threatening=True,
        tellers=(
            Teller(POLICE, 1, 3, (0, 6)),
            Teller(BRIGADE, 0.9, 1, (0, 5)),
            Teller(FIRE_SENSORS, 0.5, 2, (0, 2)),
            Teller(ESTATES, 0.3, 1, (0, 2)),
            Teller(CAMERAS, 0.3, 2, (1, 5)),
            Teller(AMBULANCES, 0.2, 1, (3, 15), "medical"),
            Teller(COMMAND, 0.3, 1, (10, 30)),
            Teller(GRIDS, 0.2, 1, (5, 25)),
            Teller(HOTLINE, 0.1, 1, (3, 20), NO_CLASS),
        ),
    ),
    Kind(
        name="gas_leak",
        incident_class="gas_leak",
        family="gas",
        per_day=4,
        places=("organisation", "estate", "grid"),
        hours=(0.8, 4),
        is_life_threatening=True,
        tellers=(
            Teller(POLICE, 0.9, 2, (0, 6)),
            Teller(GAS_SENSORS, 0.6, 3, (0, 4)),
            Teller(HOTLINE, 0.5, 2, (2, 15)),
            Teller(BRIGADE, 0.4, 1, (2, 10), "rescue"),
            Teller(GRIDS, 0.25, 1, (8, 40)),
            Teller(COMMAND, 0.2, 1, (10, 30)),
            Teller(AMBULANCES, 0.1, 1, (5, 20), "medical"),
        ),
    ),
    Kind(
        name="chemicals",
        incident_class="hazardous_chemicals",
        family="chemicals",
        per_day=1.5,
        places=("organisation",),
        hours=(1, 5),
        is_life_threatening=True,
        tellers=(
            Teller("yj_hazchem_iot", 0.9, 3, (0, 5)),
            Teller(BRIGADE, 0.6, 1, (2, 10)),
            Teller(COMMAND, 0.5, 1, (5, 30)),
            Teller("hb_complaint", 0.4, 2, (10, 50), "pollution"),
        ),
    ),
    Kind(
        name="traffic",
        incident_class="traffic",
        family="traffic",
        per_day=50,
        places=("road", "bridge", "grid"),
        hours=(0.4, 1.5),
        tellers=(
            Teller(POLICE, 1, 3, (0, 8)),
            Teller(TRAFFIC_POLICE, 0.8, 1, (2, 12)),
            Teller(AMBULANCES, 0.25, 1, (1, 10), "medical"),
            Teller(HOTLINE, 0.08, 1, (5, 25), "road_block"),
        ),
    ),
    Kind(
        name="illness",
        incident_class="medical",
        family="illness",
        per_day=25,
        places=("estate", "organisation", "grid"),
        hours=(0.5, 1.5),
        is_life_threatening=True,
        tellers=(
            Teller(AMBULANCES, 1, 2, (0, 5)),
            Teller(POLICE, 0.25, 1, (1, 8), NO_CLASS),
            Teller(GRIDS, 0.15, 1, (3, 20)),
        ),
    ),
    Kind(
        name="trapped_by_water",
        incident_class="rescue",
        family="water",
        per_day=1.5,
        places=("river_section", "grid"),
        hours=(0.5, 2),
        flood_weight=12,
        is_life_threatening=True,
        tellers=(
            Teller(BRIGADE, 1, 1, (0, 5)),
            Teller(POLICE, 0.8, 2, (0, 5), "flooding"),
            Teller(AMBULANCES, 0.4, 1, (2, 10), "medical"),
            Teller(COMMAND, 0.4, 1, (8, 25)),
            Teller(GRIDS, 0.3, 1, (3, 15), "flooding"),
        ),
    ),
    Kind(
        name="public_security",
        incident_class="public_security",
        family="order",
        per_day=60,
        places=("road", "estate", "organisation", "grid"),
        hours=(0.4, 1.5),
        tellers=(
            Teller(POLICE, 1, 2, (0, 8)),
            Teller("ga_public_order", 0.3, 1, (20, 60)),
            Teller(CAMERAS, 0.1, 1, (1, 8), "crowd"),
        ),
    ),
    Kind(
        name="burst_main",
        incident_class="burst_main",
        family="water",
        per_day=6,
        places=("water_main", "grid"),
        hours=(1.5, 5),
        flood_weight=8,
        tellers=(
            Teller(SENSORS, 0.8, 3, (0, 6)),
            Teller(RESIDENTS, 0.9, 4, (2, 40)),
            Teller(POLICE, 0.4, 2, (5, 25)),
            Teller(HOTLINE, 0.8, 4, (2, 40)),
            Teller(STREETS, 0.5, 1, (10, 60)),
            Teller(GRIDS, 0.5, 2, (5, 60), "flooding"),
        ),
    ),
    Kind(
        name="flooding",
        incident_class="flooding",
        family="water",
        per_day=5,
        places=("grid", "estate", "bridge", "organisation"),
        hours=(1.5, 6),
        flood_weight=60,
        tellers=(
            Teller(SENSORS, 0.4, 3, (0, 6)),
            Teller(RESIDENTS, 0.9, 4, (2, 40)),
            Teller(POLICE, 0.6, 2, (5, 25)),
            Teller(HOTLINE, 0.8, 4, (2, 40)),
            Teller(STREETS, 0.5, 1, (10, 60)),
            Teller(GRIDS, 0.7, 2, (5, 60)),
            Teller(CAMERAS, 0.4, 2, (1, 15)),
            Teller(COMMAND, 0.2, 1, (20, 60)),
            Teller(ESTATES, 0.5, 1, (0, 5)),
        ),
    ),
    Kind(
        name="road_block",
        incident_class="road_block",
        family="water",
        per_day=12,
        places=("road_section", "road", "grid"),
        hours=(1.5, 6),
        flood_weight=20,
        tellers=(
            Teller("jt_highway", 0.9, 1, (5, 30)),
            Teller(HOTLINE, 0.5, 3, (5, 60)),
            Teller(POLICE, 0.3, 1, (3, 25), "traffic"),
        ),
    ),
    Kind(
        name="water_supply",
        incident_class="water_supply",
        family="water",
        per_day=4,
        places=("water_plant", "grid"),
        hours=(2, 6),
        flood_weight=6,
        tellers=(
            Teller("sw_water_supply", 0.8, 1, (1, 10)),
            Teller(HOTLINE, 0.6, 3, (10, 60), "burst_main"),
            Teller(GRIDS, 0.4, 1, (10, 90)),
        ),
    ),
    Kind(
        name="manhole",
        incident_class="manhole",
        family="manhole",
        per_day=25,
        places=("manhole", "grid"),
        hours=(2, 12),
        flood_weight=20,
        tellers=(
            Teller(RESIDENTS, 0.8, 2, (5, 60)),
            Teller(SENSORS, 0.5, 2, (0, 10)),
            Teller(STREETS, 0.7, 1, (10, 120)),
            Teller(HOTLINE, 0.4, 2, (5, 90)),
            Teller(GRIDS, 0.4, 1, (5, 120)),
            Teller(CENTRE, 0.1, 1, (30, 180)),
        ),
    ),
    Kind(
        name="streetlight",
        incident_class="streetlight",
        family="light",
        per_day=30,
        places=("streetlight", "grid"),
        hours=(3, 14),
        tellers=(
            Teller(RESIDENTS, 0.8, 2, (10, 120)),
            Teller(SENSORS, 0.6, 2, (0, 10)),
            Teller(STREETS, 0.5, 1, (30, 180)),
            Teller(HOTLINE, 0.4, 1, (20, 180)),
        ),
    ),
    Kind(
        name="litter",
        incident_class="environment",
        family="litter",
        per_day=70,
        places=("road", "estate", "grid"),
        hours=(3, 10),
        tellers=(
            Teller(RESIDENTS, 1, 2, (5, 90)),
            Teller(STREETS, 0.5, 1, (10, 120)),
            Teller(GRIDS, 0.5, 1, (10, 180)),
            Teller(HOTLINE, 0.3, 2, (10, 120)),
            Teller(CENTRE, 0.1, 1, (60, 170)),
            Teller(CAMERAS, 0.1, 1, (5, 60)),
        ),
    ),
    Kind(
        name="noise",
        incident_class="pollution",
        family="noise",
        per_day=20,
        places=("estate", "organisation", "grid"),
        hours=(1.5, 5),
        tellers=(
            Teller(HOTLINE, 1, 5, (5, 80)),
            Teller("hb_complaint", 0.5, 2, (10, 80)),
            Teller(POLICE, 0.3, 1, (5, 60), "public_security"),
            Teller(STREETS, 0.2, 1, (15, 80)),
            Teller(GRIDS, 0.2, 1, (15, 80)),
            Teller("zj_property", 0.1, 1, (20, 80), "property"),
        ),
    ),
    Kind(
        name="lift",
        incident_class="elevator",
        family="lift",
        per_day=7,
        places=("lift", "estate"),
        hours=(0.4, 1.5),
        flood_weight=8,
        is_life_threatening=True,
        tellers=(
            Teller("sj_special_equipment", 0.9, 1, (0, 3)),
            Teller(ESTATES, 0.5, 1, (0, 1)),
            Teller(BRIGADE, 0.4, 1, (2, 10), "rescue"),
            Teller(POLICE, 0.3, 1, (1, 8), NO_CLASS),
        ),
    ),
    Kind(
        name="slope",
        incident_class="geohazard",
        family="slope",
        per_day=1.5,
        places=("slope",),
        hours=(2, 6),
        flood_weight=4,
        is_life_threatening=True,
        tellers=(
            Teller("gz_geohazard", 0.9, 3, (0, 6)),
            Teller(GRIDS, 0.6, 2, (5, 60)),
            Teller(COMMAND, 0.5, 1, (10, 40)),
        ),
    ),
    Kind(
        name="high_water",
        incident_class="high_water",
        family="water",
        per_day=1.5,
        places=("river_station",),
        hours=(2, 8),
        flood_weight=3,
        tellers=(Teller("sl_hydrology", 1, 4, (0, 40)), Teller(GRIDS, 0.4, 1, (10, 60), "flooding")),
    ),
    Kind(
        name="air",
        incident_class="pollution",
        family="noise",
        per_day=6,
        places=("air_station", "organisation"),
        hours=(2, 6),
        tellers=(
            Teller("hb_monitor", 0.7, 3, (0, 40)),
            Teller("hb_complaint", 0.7, 2, (10, 110)),
            Teller(HOTLINE, 0.5, 2, (10, 110)),
        ),
    ),
    Kind(
        name="hazard",
        incident_class="hazard",
        family="hazard",
        per_day=35,
        places=("organisation", "grid"),
        hours=(4, 12),
        tellers=(
            Teller("yj_hazard", 0.6, 1, (30, 200)),
            Teller(GRIDS, 0.7, 1, (5, 120)),
            Teller(CENTRE, 0.2, 1, (60, 220)),
            Teller(FIRE_SENSORS, 0.2, 1, (0, 30)),
        ),
    ),
    Kind(
        name="property",
        incident_class="property",
        family="litter",
        per_day=20,
        places=("estate",),
        hours=(4, 12),
        tellers=(
            Teller("zj_property", 0.7, 1, (30, 200)),
            Teller(HOTLINE, 0.6, 3, (10, 200)),
            Teller(CENTRE, 0.2, 1, (60, 220)),
        ),
    ),
    Kind(
        name="food",
        incident_class="food_drug",
        family="food",
        per_day=5,
        places=("organisation",),
        hours=(4, 12),
        tellers=(
            Teller("sj_food_drug", 0.8, 1, (20, 120)),
            Teller(HOTLINE, 0.5, 2, (10, 120), "consumer"),
            Teller(GRIDS, 0.2, 1, (10, 150)),
        ),
    ),
    Kind(
        name="river",
        incident_class="river",
        family="river",
        per_day=6,
        places=("river_section",),
        hours=(4, 12),
        tellers=(
            Teller("sl_river_chief", 0.8, 1, (20, 120)),
            Teller(GRIDS, 0.5, 1, (10, 120), "pollution"),
            Teller(HOTLINE, 0.3, 1, (10, 150), "pollution"),
        ),
    ),
)

KIND_OF: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
