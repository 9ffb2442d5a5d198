"""Sample rows of every system of the fleet, and what is needed to take them in."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from connectors.contract import Connector, RawRow
from connectors.intake import Accepted, Intake, Refused
from connectors.places import Places
from connectors.surroundings import CITIES
from connectors.systems import fleet
from streams.codec import Codec, Origin
from streams.secrecy.person_keys import MemoryPersonKeys
from streams.secrecy.sealing import Keys

NOW = 1_795_320_000_000
"""2026-11-22 12:00 in Beijing: after the times of all samples but those that close something."""
AFTERWARDS = NOW + 86_400_000
SAMPLES = Path(__file__).with_name("samples")


@dataclass(frozen=True)
class Sample:
    """What `samples/<system>.yaml` says of one system."""

    system: str
    good: dict[str, Any]
    events: dict[str, dict[str, Any]]
    bad: dict[str, Any]
    medium: dict[str, Any]

    def row(self, **changes: Any) -> RawRow:
        """The good row with some fields changed, as a reader would deliver it."""
        values = {**self.good, **changes}
        raw = json.dumps(values, ensure_ascii=False).encode(errors="surrogatepass")
        event_type = next(iter(self.events))
        return RawRow(raw, values, Origin("sample", 0, 1), event_type=event_type, event_id="e-1", **self.medium)

    def event(self, event_type: str) -> RawRow:
        """The row that is an event of the given type."""
        return replace(self.row(**self.events[event_type]["row"]), event_type=event_type)


@cache
def samples() -> dict[str, Sample]:
    """Every sample; a system of the fleet without one has no entry, and a test says so."""
    read = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SAMPLES.glob("*.yaml"))}
    return {
        system: Sample(system, said["good"], said["events"], said["bad"], said.get("medium", {}))
        for system, said in read.items()
    }


@cache
def codec() -> Codec:
    return Codec.load(persons=MemoryPersonKeys())


@cache
def hechuan() -> Places:
    return Places.load(CITIES / "hechuan")


def intake_of(connector: Connector, keys: Path) -> Intake:
    """The intake of one system with keys of its own folder."""
    return Intake.of(connector, codec(), hechuan(), Keys(keys, create=True))


def intake(system: str, keys: Path) -> Intake:
    return intake_of(fleet()[system], keys)


def accepted(outcome: Accepted | Refused) -> Accepted:
    assert isinstance(outcome, Accepted), outcome
    return outcome


def refused(outcome: Accepted | Refused) -> Refused:
    assert isinstance(outcome, Refused), outcome
    return outcome
