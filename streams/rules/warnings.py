"""Which warning explains an incident: one of its class, in force where and when it began."""

from collections.abc import Iterable

from streams.durations import MINUTE_MILLISECONDS
from streams.facts.warnings import HazardWarning


def over_at(warning: HazardWarning) -> int:
    """The instant from which on nothing that begins is explained by it any more (milliseconds)."""
    return warning.until_at + warning.lasts_minutes * MINUTE_MILLISECONDS


def explains(warning: HazardWarning, incident_class: str, region: str, began_at: int) -> bool:
    """Whether the warning explains an incident of a class that began in a region; what is only known to lie somewhere
    in the district is explained by a warning of all of it alone.
    """
    return (
        incident_class in warning.explains
        and warning.from_at <= began_at < over_at(warning)
        and any(region.startswith(area) for area in warning.areas)
    )


def gravest(warnings: Iterable[HazardWarning]) -> HazardWarning | None:
    """Of several the gravest one, of those the one that came last."""
    return min(warnings, key=lambda one: (one.level, -one.from_at, one.warning_no), default=None)
