"""How far somebody comes who knows what happened, for reading the figures of the drawn truths. An estimate, no bound.

It is no matcher: it is told each happening's place, beginning, kind and wordings, and only decides of which one each
report speaks. What it is less sure of than `least_sure` it leaves alone. What it reaches is printed by
`python -m tests.matching.all_knowing [SEED ...]`.
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import exp, log, pi
from random import Random

from streams.rules.geography import TIERS, distance_metres
from tests.matching.city_map import TWO_OF_THREE, CityMap, hechuan_map
from tests.matching.happenings import Happening, happenings
from tests.matching.kinds import FAMILIES, Teller
from tests.matching.matcher import Grouping
from tests.matching.parameters import NOISES, TUNING_SEEDS, Parameters
from tests.matching.scoring import Score, score
from tests.matching.spoken import MOST_HOUSES_BESIDE, NAMED
from tests.matching.telling import MINUTE, Telling
from tests.matching.truth import truth

IMPOSSIBLE = -99.0
LONGEST_MINUTES = 230.0
OWN_WORD, KINDRED_WORD, STRANGE_WORD = 0.0, -3.5, -4.5
OUT_OF_ITS_TIME, NOBODY_TELLS_IT, A_READING = -6.0, -7.0, -2.0
SAME_GRID, NEXT_GRID, NEXT_GRID_METRES = -0.1, -4.6, 900.0
ITS_WORDING, NOT_ITS_WORDING, WITHIN_IT = -0.7, -4.0, 2.5
ITS_NAME, NOT_ITS_NAME, ITS_HOUSE, NEXT_HOUSE, NO_HOUSE, ANOTHER_HOUSE = 0.0, -3.0, -0.35, -3.1, -2.5, -6.0
FARTHEST_DEVIATIONS = 5.0
ALL_LEAST_SURE = (0.0, 0.6, 0.9)
HOUSE = re.compile(r"路(\d+)号")


class AllKnowing:
    """One seed's happenings."""

    def __init__(self, seed: int, parameters: Parameters) -> None:
        self._city: CityMap = hechuan_map()
        self._happened = happenings(self._city, parameters, Random(f"matching:{seed}"))
        self._beginnings = [happening.began_at for happening in self._happened]

    def sure_of(self, tellings: Sequence[Telling]) -> dict[str, tuple[int, float]]:
        """By record: the number of the likeliest happening, and how likely it is that one, from 0 to 1."""
        return {telling.record: self._likeliest(telling) for telling in tellings}

    def _likeliest(self, telling: Telling) -> tuple[int, float]:
        """Of those that had begun and are not long past."""
        at = telling.fact.occurred_at
        first = bisect_left(self._beginnings, at - round(LONGEST_MINUTES * MINUTE))
        last = bisect_right(self._beginnings, at + MINUTE)
        likely = [(self._log_likelihood(telling, self._happened[number]), number) for number in range(first, last)]
        best, number = max(likely, default=(IMPOSSIBLE, 0))
        if best <= IMPOSSIBLE:
            return number, 0.0
        return number, 1 / sum(exp(each - best) for each, _ in likely)

    def _log_likelihood(self, telling: Telling, happening: Happening) -> float:
        minutes = (telling.fact.occurred_at - happening.began_at) / MINUTE
        told = _told(telling, happening, minutes)
        where = self._where(telling, happening) if told > IMPOSSIBLE else IMPOSSIBLE
        if where <= IMPOSSIBLE:
            return IMPOSSIBLE
        return told + where + (self._words(telling.text, happening) if telling.text else 0.0)

    def _where(self, telling: Telling, happening: Happening) -> float:
        fact = telling.fact
        if fact.longitude is None or fact.latitude is None:
            return self._in_region(fact.region, happening)
        if telling.quirks & {"by_facility", "place_only"} and not (fact.place_code or "").startswith("DZ5"):
            return 0.0 if happening.spot.place_code == fact.place_code else IMPOSSIBLE
        deviation = (telling.fact.uncertainty_metres or 1.0) / TWO_OF_THREE
        metres = distance_metres(fact.longitude, fact.latitude, *happening.point)
        if metres > FARTHEST_DEVIATIONS * deviation:
            return IMPOSSIBLE
        return -((metres / deviation) ** 2) / 2 - log(2 * pi * deviation**2)

    def _in_region(self, region: str, happening: Happening) -> float:
        if len(region) < TIERS["grid"]:
            return 0.0 if happening.spot.grid.startswith(region) else IMPOSSIBLE
        if self._city.grid_of(happening.point)[0] == region:
            return SAME_GRID
        centre = self._city.places.grids.centres[region]
        return NEXT_GRID if distance_metres(*centre, *happening.point) < NEXT_GRID_METRES else IMPOSSIBLE

    def _words(self, text: str, happening: Happening) -> float:
        wording = ITS_WORDING if any(one in text for one in happening.wordings) else NOT_ITS_WORDING
        within = WITHIN_IT if happening.within and happening.within in text else 0.0
        return wording + within + self._name(text, happening)

    def _name(self, text: str, happening: Happening) -> float:
        spot = happening.spot
        if spot.kind in NAMED:
            return ITS_NAME if spot.name[-4:] in text else NOT_ITS_NAME
        road, number = self._city.road_and_number(happening.point)
        said = HOUSE.search(text)
        if said is None or road[-3:] not in text:
            return NO_HOUSE
        off = abs(int(said.group(1)) - number)
        return ITS_HOUSE if not off else NEXT_HOUSE if off <= MOST_HOUSES_BESIDE else ANOTHER_HOUSE


def _told(telling: Telling, happening: Happening, minutes: float) -> float:
    """How likely a department tells of it in this class after so many minutes."""
    system = telling.fact.system
    tellers = [teller for teller in happening.kind.tellers if teller.system == system]
    ways = [_by(teller, telling.fact.incident_class, happening, minutes) for teller in tellers]
    if happening.reader == system:
        ways.append(A_READING)
    if "transferred" in telling.quirks:
        ways.append(NOBODY_TELLS_IT)
    return max(ways, default=IMPOSSIBLE)


def _by(teller: Teller, said: str, happening: Happening, minutes: float) -> float:
    own = teller.says or happening.kind.incident_class
    kin = FAMILIES[happening.kind.family]
    word = OWN_WORD if said == own else KINDRED_WORD if said in kin else STRANGE_WORD
    first, last = teller.after_minutes
    in_time = 0.0 if first <= minutes <= last else OUT_OF_ITS_TIME
    return word + in_time - log(max(last - first, 1.0)) + log(teller.chance * (1 + teller.most) / 2)


def reached(seed: int, parameters: Parameters, all_least_sure: Sequence[float]) -> list[Score]:
    """What it reaches on one seed, leaving alone what it is less sure of."""
    one = truth(seed, parameters)
    found = AllKnowing(seed, parameters).sure_of(one.tellings)
    scores = []
    for least_sure in all_least_sure:
        incident_of = {record: str(number) for record, (number, sure) in found.items() if sure >= least_sure}
        asked = frozenset(found.keys() - incident_of.keys())
        scores.append(score(one.tellings, Grouping(incident_of, asked), one.life_threatening))
    return scores


def main(seeds: Sequence[int]) -> None:
    """Prints precision, recall, the share left alone and the pairs of life-threatening incidents joined."""
    for noise, parameters in NOISES.items():
        runs = [reached(seed, parameters, ALL_LEAST_SURE) for seed in seeds]
        for least_sure, scores in zip(ALL_LEAST_SURE, zip(*runs, strict=True), strict=True):
            found = sum(scores, Score())
            sys.stdout.write(
                f"{noise} noise, at least {least_sure:.0%} sure: precision {found.overall.precision:.4f}, "
                f"recall {found.overall.recall:.4f}, left alone {found.review_share:.1%}, "
                f"life-threatening joined {found.life_threatening_joined}\n"
            )


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or TUNING_SEEDS[:1])
