"""Facts of the situation log: what counts in the tiles. Keyed by district."""

from dataclasses import dataclass

from streams.contract import Fact, record


@record("situation.matter_moved.v1")
@dataclass(frozen=True, kw_only=True)
class MatterMoved(Fact):
    """How one matter counts in every tile above it from now on."""

    matter_no: str
    incident_class: str
    region: str
    open: bool
    acknowledged: bool
    overdue: bool
