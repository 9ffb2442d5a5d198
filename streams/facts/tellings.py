"""What reports say of incidents that may be one, as it is put before whoever decides."""

from dataclasses import dataclass

from streams.facts.vocabulary import Urgency


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What a report says of one of two incidents that may be one: enough to compare them, and no exact place."""

    incident_no: str
    system: str
    record_no: str
    incident_class: str
    urgency: Urgency
    region: str
    words: tuple[str, ...] = ()
    occurred_at: int
    closed: bool = False
