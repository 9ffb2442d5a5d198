"""From where on a reading is unusual, as `topology.yaml` says it."""

from streams.rules.unusual_reading import ReadingLimits
from streams.topology import ReceiptWatch


def reading_limits(watch: ReceiptWatch) -> ReadingLimits:
    """The limits of a city."""
    return ReadingLimits(
        persons_an_hour=watch.persons_an_hour,
        refused_in_a_row=watch.refused_in_a_row,
        night_from_hour=watch.night_from_hour,
        night_until_hour=watch.night_until_hour,
    )
