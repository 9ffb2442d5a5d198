"""Who leads in a region by way of exception, where a report says its class of incident and not its item."""

from collections.abc import Iterable

from streams.facts.rules import Item


def local_lead(items: Iterable[Item], region: str) -> str | None:
    """The kind of unit that leads in a region by way of exception, by the items of one class of incident.

    Only where all of them say the same: a report names its class and not its item, and whose it is must not be guessed.
    """
    first: str | None = None
    for number, item in enumerate(items):
        lead = next((each.lead for each in item.exceptions if region.startswith(each.region)), None)
        if lead is None or (number and lead != first):
            return None
        first = lead
    return first
