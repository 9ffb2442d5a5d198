"""Rules by which reports of one happening are recognised, as facts: what is told of it by whom, and what counts how."""

from dataclasses import dataclass

from streams.contract import Fact, record

DELAY_MINUTES = (2, 5, 10, 20, 40, 80, 160, 400)
"""Bounds of how long after the first report of a happening another one comes."""


@dataclass(frozen=True, kw_only=True)
class SaidShare:
    """In what share of its reports (0 to 1) a system uses this class for the happening."""

    incident_class: str
    share: float


@dataclass(frozen=True, kw_only=True)
class TellerShare:
    """A system's part in telling of a kind of happening, in shares from 0 to 1.

    `share`: of so many it tells at all; `first_share`: of so many it is the first; `again_share`: whoever has told of
    it tells once more. `delays`: how many of its reports come up to so many minutes after the first of all, from the
    bound before (`DELAY_MINUTES`). `says` adds up to no more than 1.
    """

    system: str
    share: float
    first_share: float
    again_share: float
    delays: tuple[float, ...]
    says: tuple[SaidShare, ...]


@record("rules.happening.v1")
@dataclass(frozen=True, kw_only=True)
class Happening(Fact):
    """A kind of happening: how often there is one, how long it is told of, and by whom under which classes.

    `incident_class` is what it is called by who knows it; `share`: of all happenings of the city; `minutes`: how long
    after its first report the others come, on average. Two of a kind that is `life_threatening` are joined only when
    that is next to certain.
    """

    version: str
    happening: str
    name: str
    incident_class: str
    share: float
    minutes: float
    life_threatening: bool
    tellers: tuple[TellerShare, ...]


@record("rules.matching.v1")
@dataclass(frozen=True, kw_only=True)
class Matching(Fact):
    """What counts how much. Points are natural logarithms of odds; probabilities and shares are of 0 to 1.

    A report is looked at in the order in which things happened when `settled_after_minutes` have gone by, and once
    more after `again_after_minutes`. `caution_points` speak for a new one where it threatens lives: to take two for one
    is worse there than the other way round. A review belongs to `review_owner` and ends after `review_minutes`.
    """

    version: str
    join_probability: float
    join_probability_life: float
    review_probability: float
    merge_points: float
    merge_points_life: float
    caution_points: float
    rate: float
    crowding: float
    crowding_metres: float
    spread_metres: float
    deviation_share: float
    region_deviation_share: float
    stray_share: float
    stray_factor: float
    merge_stray_share: float
    head_minutes: float
    town_points: float
    facility_points: float
    other_facility_points: float
    reporter_points: float
    transfer_points: float
    name_points: float
    figure_points: float
    word_ground: float
    most_word_points: float
    any_word_points: float
    same_house_points: float
    next_house_points: float
    other_house_points: float
    settled_after_minutes: int
    again_after_minutes: int
    review_owner: str
    review_minutes: int
