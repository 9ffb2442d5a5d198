"""Offices of the cases: spans of opening in minutes of a day; none: always open."""

from tests.oracle.counted_time import Hours

OFFICES: dict[str, Hours] = {
    "split": ((9 * 60, 12 * 60), (14 * 60, 18 * 60)),
    "through": ((8 * 60 + 30, 17 * 60 + 30),),
    "evening": ((13 * 60, 24 * 60),),
    "always": (),
}
