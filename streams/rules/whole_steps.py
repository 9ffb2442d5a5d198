"""Counts of persons as they may leave: in whole steps, so that a small one is nothing and no remainder is ever told."""


def in_whole_steps(count: int, step: int) -> int:
    """The most whole steps that a count holds: at least so many there are."""
    return max(count, 0) // step * step
