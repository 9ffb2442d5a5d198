"""The hidden truth of one seed: what happened in Hechuan and what was told of it. The same for the same numbers."""

from random import Random

from tests.matching.city_map import hechuan_map
from tests.matching.happenings import happenings
from tests.matching.parameters import NORMAL, Parameters
from tests.matching.telling import Truth
from tests.matching.told import Desks


def truth(seed: int, parameters: Parameters = NORMAL) -> Truth:
    """Everything of one seed, the tellings in the order of their append times."""
    random = Random(f"matching:{seed}")
    city = hechuan_map()
    happened = happenings(city, parameters, random)
    desks = Desks(city, parameters, random)
    tellings = [telling for number, one in enumerate(happened) for telling in desks.tellings(number, one)]
    return Truth(
        incidents=[one.numbered(number) for number, one in enumerate(happened)],
        tellings=sorted(tellings, key=lambda telling: (telling.appended_at, telling.record)),
    )
