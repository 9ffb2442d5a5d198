"""What the hidden truth is drawn by, all of it in one place, and the seeds that are for tuning and for scoring.

Nothing here is measured in a real city: what a source says is named beside its figure, the rest is ours. The figures
were fixed before there was a matcher to be scored by them (ops/decisions/0115).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

TUNING_SEEDS = (11, 12, 13, 14, 15)
"""For whoever makes a matcher: look at these as often as you like."""
SCORING_SEEDS = (9001, 9002, 9003)
"""For `make bench CASE=matching` alone. Whoever tunes on them has no figures."""

Way = str
"""How a department comes to know where something is."""


@dataclass(frozen=True)
class Parameters:
    """One district's evening and the days around it. Shares are of 0 to 1; pairs are from, to.

    `noise` multiplies the metres and shares of what is said wrongly; 1 is normal, 2 is double.
    """

    noise: float = 1.0

    # How much happens. Rates a day of each kind stand in `kinds.py`; they follow connectors/city/happenings.py, which
    # adds up to the catalogue's messages a day (domain G: 2,300 items a day of which four in five are settled at once).
    ordinary_hours: float = 60.0
    burst: float = 50.0  # domain G: ×50 for two hours on the non-sensor part
    flood_hours: float = 2.0
    flood_towns: tuple[str, ...] = tuple(f"50011700{street}" for street in range(1, 8))  # the streets at the rivers
    low_lying_quarters: int = 24
    low_lying_share: float = 0.5
    quarter_metres: float = 400.0
    touching_metres: float = 100.0  # two of one kind nearer than this are one to everybody

    # What a dispatcher fears (work order of the matcher; domain D3 24 to 28).
    close_pairs: int = 12
    close_metres: tuple[float, float] = (40.0, 150.0)
    close_minutes: tuple[float, float] = (0.0, 10.0)
    same_facility_share: float = 0.4
    recurrences: int = 40
    recurs_after_hours: tuple[float, float] = (20.0, 28.0)
    sensor_hazards: int = 12
    readings: tuple[int, int] = (5, 12)
    reading_every_seconds: tuple[float, float] = (60.0, 240.0)

    # Where it is said to be: within so many metres in two cases of three (work order: 30 to 300 m by source).
    metres_of: Mapping[Way, float] = field(
        default_factory=lambda: {"officer": 30.0, "mobile": 80.0, "camera": 100.0, "landmark": 150.0, "mast": 300.0}
    )
    address_is_code_share: float = 0.5  # B1.3, E: free-text addresses; an agent's standard code where one is registered
    address_is_standard_share: float = 0.3  # of the others: a house that the address library has (A1 row 42)
    standard_metres: float = 30.0
    address_is_grid_share: float = 0.8  # of the rest: a grid, else the town alone
    facility_named_share: float = 0.3  # beside a point, where the system has codes for such places
    grid_metres: float = 150.0  # half of what lies between the centres of two of the 3,633 grids in a street
    town_metres: float = 2_000.0
    neighbouring_grid_share: float = 0.08
    wrong_town_share: float = 0.007

    # What it is said to be (C18: duty classes of a department's own; E: own_code_table).
    class_within_share: float = 0.06
    class_outside_share: float = 0.02
    place_named_share: float = 0.9
    town_named_share: float = 0.5
    next_house_share: float = 0.3  # who calls stands at the house beside it
    within_named_share: float = 0.6
    other_within_share: float = 0.2  # and sees it from elsewhere
    effect_named_share: float = 0.5
    typing_error_share: float = 0.15
    most_wrong_letters: int = 2

    # When it is said (E: late_batch, out_of_order; work order: up to 20 minutes late).
    late_share: float = 0.08
    late_minutes: tuple[float, float] = (2.0, 20.0)
    transmission_seconds: tuple[float, float] = (1.0, 30.0)
    closed_first_share: float = 0.02
    updated_share: float = 0.3
    closed_share: float = 0.8

    # Who says it, and how often (E: dup_push, dup_rows; 国办发〔2022〕12号: both numbers on a transfer; B1.3 serials).
    repeated_share: float = 0.04
    written_twice_share: float = 0.015
    transferred_share: float = 0.35
    from_hotline_share: float = 0.3
    transfer_minutes: tuple[float, float] = (1.0, 6.0)
    same_reporter_share: float = 0.15
    busy_reporter_share: float = 0.01

    def of_wrongs(self, share: float) -> float:
        """A share of what is said wrongly, under this noise."""
        return min(1.0, share * self.noise)


NORMAL = Parameters()
DOUBLE = replace(NORMAL, noise=2.0)
SMALL = replace(
    NORMAL, ordinary_hours=6.0, burst=15.0, low_lying_quarters=3, close_pairs=4, recurrences=6, sensor_hazards=4
)
"""The same city with less in it, for tests."""
NOISES: Mapping[str, Parameters] = {"normal": NORMAL, "double": DOUBLE}
