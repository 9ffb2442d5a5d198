"""Two fires 80 m apart in the same minute: a kitchen and a shop, each told of by 110, 119 and a resident.

Pure description. Two places of three lie within 30 m of what the operator has pinned: by places alone nobody could tell
the two apart, but every caller names a house.
"""

from random import Random

from tests.scenarios.flood_hour import STARTS_AT
from tests.scenarios.tellings import ALL_SETTLED, appended, reported
from tests.scenarios.units import SECOND, Said

TWO_OF_THREE = 1.5
"""A round normal scatter lies within so many standard deviations of one axis in two cases of three."""
KITCHEN = {"ga_alarm110/K1", "xj_alarm119/K2", "zz_grid_app/K3"}
SHOP = {"ga_alarm110/S1", "xj_alarm119/S2", "zz_grid_app/S3"}
FIRST_FIRE, SECOND_FIRE = "50011720250707E00001", "50011720250707E00002"
ENDS_AT = STARTS_AT + ALL_SETTLED

EAST_METRES = {"K": 0.0, "S": 80.0}
WORDS = {"K": ("118号", "三楼", "厨房"), "S": ("34号", "理发店", "电表箱")}
CALLS = (
    ("ga_alarm110", "K1", 5, 30),
    ("ga_alarm110", "S1", 15, 30),
    ("xj_alarm119", "S2", 25, 30),
    ("xj_alarm119", "K2", 35, 30),
    ("zz_grid_app", "K3", 50, 15),
    ("zz_grid_app", "S3", 55, 15),
)
"""System, record, second of the minute, within how many metres. Residents tell their grid's app."""


def told(seed: int) -> list[Said]:
    """The calls of the minute; where exactly each is pinned is drawn."""
    random = Random(f"two fires {seed}")
    return [
        appended(
            reported(
                system,
                record_no,
                "fire",
                STARTS_AT + second * SECOND,
                EAST_METRES[record_no[0]] + random.gauss(0, metres / TWO_OF_THREE),
                random.gauss(0, metres / TWO_OF_THREE),
                metres,
                urgency="critical",
                words=WORDS[record_no[0]],
            )
        )
        for system, record_no, second, metres in CALLS
    ]
