"""Between 110 and 12345 in two phases (国办发〔2022〕12号): who was told first is responsible until the other took it.

A record is offered when its platform says that it goes to the other, and taken when the other reports under a number of
its own and names the first one. Where the first platform speaks of its record again, it goes on with it itself; where
nothing is heard for a while, the offer lapses and it has to.
"""

from streams.durations import MINUTE_MILLISECONDS

OTHER_PLATFORM = {"ga_alarm110": "zw_hotline12345", "zw_hotline12345": "ga_alarm110"}
OFFER_MILLISECONDS = 30 * MINUTE_MILLISECONDS
"""How long an offer may lie. Proposed; the notice of the State Council says 'at once' and names no time."""


def first_record(system: str, transferred_from: str | None) -> str | None:
    """`<system>/<record_no>` of the record that a report takes over, None where it takes none."""
    other = OTHER_PLATFORM.get(system)
    return f"{other}/{transferred_from}" if other and transferred_from else None
