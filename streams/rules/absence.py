"""When an item that rows may leave out has been left out too often to be chance."""

from math import lgamma

from streams.rules.rhythm import CALLS_IN_A_PERIOD, PERIODS_MISSED

CHANCE_LOGARITHM = -CALLS_IN_A_PERIOD * PERIODS_MISSED
"""One in a million, the measure of a system's silence."""


def is_beyond_chance(rows: int, came: int, missed: int) -> bool:
    """Whether `missed` rows in a row without the item are beyond chance, where `came` of the `rows` before had it.

    The share of rows that have it is not known but for those rows: every share is as likely beforehand (a beta-binomial
    forecast), so that an item seen a few times is not missed soon.
    """
    left_out = rows - came
    chance = lgamma(left_out + 1 + missed) - lgamma(left_out + 1) - lgamma(rows + 2 + missed) + lgamma(rows + 2)
    return chance <= CHANCE_LOGARITHM
