"""Python's cycle collector, told what the engine's memory is like."""

import gc

YOUNG, MIDDLE, OLD = 100_000, 50, 100


def calm_garbage_collector() -> None:
    """Collect rarely, and never look again at what is there now.

    Entries are frozen values without cycles and die by their reference counts; with Python's own thresholds the
    collector took a fifth of the processor's time in `w1` looking for cycles among them (profile, ops/decisions/0020).
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
