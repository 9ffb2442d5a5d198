"""Who tells: the systems of the catalogue that report incidents, which classes each can say, and how it says where.

Classes follow `connectors/systems/`; a test compares. How often a system knows a place in which way is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from streams.facts.vocabulary import Urgency
from tests.matching.parameters import Way

POLICE, BRIGADE, AMBULANCES, HOTLINE = "ga_alarm110", "xj_alarm119", "wj_ambulance120", "zw_hotline12345"
RESIDENTS, GRIDS, STREETS, CENTRE = "zz_community_e", "zz_grid_app", "cg_digital", "zz_shzl2"
COMMAND, CAMERAS, SENSORS, ESTATES = "yj_command", "video_xueliang", "cg_municipal_iot", "ga_estate_security"
TRAFFIC_POLICE, FIRE_SENSORS, GAS_SENSORS = "ga_traffic_accident", "xj_fire_iot", "cg_gas"

PLACES_OF_ORGANISATIONS = ("organisation",)
NO_CLASS = "service_request"
"""What a desk without a code for something calls it."""


@dataclass(frozen=True, kw_only=True)
class System:
    """A department system as it reports.

    `ways` are shares of how it knows where: a way with metres, `text` (a free-text address), `grid` (a grid's code
    alone) or `facility` (a registered place's code alone). `facilities` are the kinds of places that it can name.
    `has_text`: its rows carry an account and who calls, as a token. `updates` and `closes`: what it says later.
    """

    classes: tuple[str, ...]
    ways: Mapping[Way, float]
    facilities: tuple[str, ...] = ()
    has_text: bool = False
    updates: bool = False
    closes: bool = False


DEVICE: Mapping[Way, float] = {"facility": 1.0}
WATER = ("burst_main", "flooding")
GRID_CLASSES = (
    "wage", "property", "consumer", "gas_leak", "campus", "manhole", "flooding", "environment", "street_order",
    "illegal_construction", "pollution", "geohazard", "fire", "water_supply", "medical", "public_health", "food_drug",
    "service_request", "dispute", "hazard",
)  # fmt: skip
HOTLINE_CLASSES = (
    *WATER, "manhole", "streetlight", "environment", "street_order", "pollution", "property", "gas_leak", "wage",
    "consumer", "road_block", "service_request",
)  # fmt: skip
CENTRE_CLASSES = (
    "dispute", "petition", "hazard", "campus", "traffic", "food_drug", "gas_leak", "flooding", "pollution",
    "environment", "manhole", "property", "wage", "public_health", "service_request",
)  # fmt: skip

SYSTEMS: Mapping[str, System] = {
    POLICE: System(
        classes=("fire", "traffic", "public_security", *WATER, "gas_leak", "service_request"),
        ways={"landmark": 0.45, "mobile": 0.35, "mast": 0.15, "facility": 0.05},
        facilities=("estate", "organisation", "road", "bridge"),
        updates=True,
        closes=True,
    ),
    BRIGADE: System(
        classes=("fire", "rescue", "hazardous_chemicals"),
        ways={"landmark": 0.5, "mobile": 0.35, "mast": 0.1, "facility": 0.05},
        facilities=("estate", "organisation"),
        updates=True,
        closes=True,
    ),
    AMBULANCES: System(
        classes=("medical",), ways={"mobile": 0.5, "landmark": 0.4, "mast": 0.1}, updates=True, closes=True
    ),
    TRAFFIC_POLICE: System(
        classes=("traffic",),
        ways={"officer": 0.8, "landmark": 0.2},
        facilities=("road", "bridge"),
        updates=True,
        closes=True,
    ),
    COMMAND: System(
        classes=("flooding", "geohazard", "fire", "rescue", "hazardous_chemicals", "traffic", "gas_leak",
                 "public_health"),
        ways={"landmark": 1.0}, updates=True, closes=True,
    ),
    HOTLINE: System(
        classes=HOTLINE_CLASSES,
        ways={"text": 1.0},
        facilities=("estate", "organisation", "road", "bridge", "manhole", "streetlight"),
        has_text=True,
        closes=True,
    ),
    RESIDENTS: System(
        classes=(*WATER, "manhole", "streetlight", "environment", "service_request"),
        ways={"text": 0.6, "grid": 0.4},
        facilities=("estate", "organisation", "road"),
        has_text=True,
    ),
    GRIDS: System(classes=GRID_CLASSES, ways={"officer": 0.85, "grid": 0.15}),
    STREETS: System(
        classes=("manhole", "streetlight", "burst_main", "environment", "street_order", "flooding", "pollution"),
        ways={"officer": 1.0},
        facilities=("manhole", "streetlight", "water_main"),
        closes=True,
    ),
    CENTRE: System(classes=CENTRE_CLASSES, ways={"grid": 1.0}, closes=True),
    CAMERAS: System(
        classes=("fire", "flooding", "crowd", "street_order", "environment"), ways={"camera": 1.0}
    ),
    SENSORS: System(
        classes=("manhole", "streetlight", "traffic", *WATER),
        ways=DEVICE,
        facilities=("manhole", "streetlight", "bridge", "water_main"),
    ),
    ESTATES: System(classes=("fire", "flooding", "elevator", "hazard"), ways=DEVICE, facilities=("estate",)),
    FIRE_SENSORS: System(classes=("fire", "hazard"), ways=DEVICE, facilities=PLACES_OF_ORGANISATIONS),
    GAS_SENSORS: System(classes=("gas_leak",), ways=DEVICE, facilities=PLACES_OF_ORGANISATIONS),
    "yj_hazchem_iot": System(classes=("hazardous_chemicals",), ways=DEVICE, facilities=PLACES_OF_ORGANISATIONS),
    "gz_geohazard": System(classes=("geohazard",), ways=DEVICE, facilities=("slope",)),
    "sl_hydrology": System(classes=("high_water",), ways=DEVICE, facilities=("river_station",)),
    "sw_water_supply": System(classes=("water_supply",), ways=DEVICE, facilities=("water_plant",)),
    "jt_highway": System(classes=("road_block",), ways=DEVICE, facilities=("road_section", "road"), closes=True),
    "hb_monitor": System(classes=("pollution",), ways=DEVICE, facilities=("air_station",)),
    "hb_complaint": System(classes=("pollution",), ways={"mobile": 0.8, "mast": 0.2}),
    "sj_special_equipment": System(classes=("elevator", "rescue"), ways=DEVICE, facilities=("lift",), closes=True),
    "zj_property": System(classes=("property",), ways=DEVICE, facilities=("estate",), closes=True),
    "yj_hazard": System(classes=("hazard",), ways=DEVICE, facilities=PLACES_OF_ORGANISATIONS, closes=True),
    "ga_dangerous_goods": System(
        classes=("hazardous_goods",), ways=DEVICE, facilities=("storage", "organisation"), closes=True
    ),
    "ga_public_order": System(
        classes=("public_security",), ways=DEVICE, facilities=("estate", "organisation", "road"), closes=True
    ),
    "sj_food_drug": System(classes=("food_drug",), ways=DEVICE, facilities=PLACES_OF_ORGANISATIONS, closes=True),
    "jy_school": System(classes=("campus",), ways=DEVICE, facilities=PLACES_OF_ORGANISATIONS, closes=True),
    "sl_river_chief": System(classes=("river",), ways=DEVICE, facilities=("river_section",), closes=True),
}  # fmt: skip

METRES_OF_FACILITY: Mapping[str, float] = {
    "manhole": 5.0, "streetlight": 5.0, "lift": 5.0, "river_station": 50.0, "air_station": 200.0, "storage": 30.0,
    "organisation": 40.0, "estate": 80.0, "bridge": 60.0, "slope": 60.0, "water_main": 100.0, "water_plant": 50.0,
    "road": 300.0, "road_section": 300.0, "river_section": 300.0,
}  # fmt: skip
"""How far from a registered place's one point what happens at it may lie: two cases of three."""

CRITICAL = frozenset({"fire", "gas_leak", "hazardous_chemicals", "rescue", "medical", "elevator"})
URGENT = frozenset({"burst_main", "flooding", "traffic", "public_security", "manhole", "road_block", "geohazard"})


def urgency_of(incident_class: str) -> Urgency:
    """What a desk says by the class alone, as connectors do; it tells no more of the truth than the class."""
    if incident_class in CRITICAL:
        return "critical"
    return "urgent" if incident_class in URGENT else "routine"
