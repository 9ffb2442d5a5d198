"""A city's units, `units.yaml`: the region each answers for, and how it is reached, the first way first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from streams.facts.rules import RULES_KEY, Unit, UnitChannel
from streams.facts.vocabulary import Channel
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

CHANNELS: tuple[Channel, ...] = get_args(Channel)
OF_UNIT = "{unit}"
"""In an address: the unit's code."""
SECRET = "secret:"  # noqa: S105 - how a reference begins
ADDRESSES: Mapping[Channel, tuple[str, ...]] = {"webhook": ("https://", "http://127.0.0.1:"), "topic": ("hub.",)}
"""How an address may begin that is no secret; numbers and folders always are."""


def read_units(path: Path, regions: Mapping[str, str], effective_at: int, faults: list[Fault]) -> list[Unit]:
    """Every unit of the file; what is wrong goes to `faults`. A unit without `channels` is reached as most are."""
    units: dict[str, Unit] = {}
    whole = Form(path.stem, read_marked(path, faults), faults)
    usual = [_read_channel(form) for form in whole.listed("channels", "channel")]
    for form in whole.listed("units", "unit"):
        code = form.text("unit")
        own = [_read_channel(each) for each in form.listed("channels", "channel")] if form.has("channels") else usual
        unit = Unit(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            unit=code,
            name=form.text("name"),
            unit_kind=form.text("unit_kind"),
            region=form.text("region"),
            channels=tuple(replace(one, address=one.address.replace(OF_UNIT, code)) for one in own),
        )
        if code in units:
            form.fault(f"{code} stands here a second time")
        if unit.region not in regions:
            form.fault(f"region '{unit.region}' is no region of this city", "region")
        _check_channels(form, unit.channels)
        form.done()
        units[code] = unit
    whole.done()
    return list(units.values())


def _read_channel(form: Form) -> UnitChannel:
    channel = form.choice("channel", CHANNELS, "channel")
    address = form.text("address")
    beginnings = (SECRET, *ADDRESSES.get(channel, ()))
    if not address.startswith(beginnings):
        form.fault(f"the address of '{channel}' must begin with {' or '.join(beginnings)}", "address")
    form.done()
    return UnitChannel(channel=channel, address=address)


def _check_channels(form: Form, channels: Sequence[UnitChannel]) -> None:
    """A unit can always be phoned: when every machine has failed, a person is told to."""
    named = [one.channel for one in channels]
    if "phone" not in named:
        form.fault("no channel 'phone': when nothing else reaches the unit, a person must", "channels")
    for one in sorted({channel for channel in named if named.count(channel) > 1}):
        form.fault(f"two channels '{one}'", "channels")
