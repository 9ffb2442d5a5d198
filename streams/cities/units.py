"""A city's units, `units.yaml`: the region each answers for, and how it is reached, the first way first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from streams.facts.notices import TOPIC_TO
from streams.facts.rules import RULES_KEY, Shift, Unit, UnitChannel
from streams.facts.vocabulary import Channel
from streams.marked.form import Form, did_you_mean
from streams.marked.yaml_file import Fault, read_marked

CHANNELS: tuple[Channel, ...] = get_args(Channel)
SIGN_MINUTES = range(1, 241)
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
OF_UNIT = "{unit}"
"""In an address: the unit's code."""
SECRET = "secret:"  # noqa: S105 - how a reference begins
ADDRESSES: Mapping[Channel, tuple[str, ...]] = {
    "webhook": (SECRET, "https://", "http://127.0.0.1:"),
    "topic": (TOPIC_TO,),
    "app": ("",),
}
"""How an address may begin where it need not be a secret, as numbers and folders are. The duty page needs none."""


def read_units(path: Path, regions: Mapping[str, str], effective_at: int, faults: list[Fault]) -> list[Unit]:
    """Every unit of the file; what is wrong goes to `faults`. A unit without `channels` is reached as most are."""
    units: dict[str, Unit] = {}
    whole = Form(path.stem, read_marked(path, faults), faults)
    shifts = _read_shifts(whole)
    rooms = whole.names("duty_rooms", default=())
    usual = [_read_channel(form) for form in whole.listed("channels", "channel")]
    for form in whole.listed("units", "unit"):
        code = form.text("unit")
        own = _read_channels(form, usual)
        unit = Unit(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            unit=code,
            name=form.text("name"),
            unit_kind=form.text("unit_kind"),
            region=form.text("region"),
            shifts=shifts if code in rooms else (),
            letter=form.flag("letter", default=False),
            channels=tuple(replace(one, address=one.address.replace(OF_UNIT, code)) for one in own),
        )
        if code in units:
            form.fault(f"{code} stands here a second time")
        if unit.region not in regions:
            form.fault(f"region '{unit.region}' is no region of this city", "region")
        _check_channels(form, unit.channels)
        form.done()
        units[code] = unit
    for room in rooms:
        if room not in units:
            whole.fault(f"'{room}' keeps shifts and is no unit{did_you_mean(room, units)}", "duty_rooms")
    whole.done()
    return list(units.values())


def _read_shifts(whole: Form) -> tuple[Shift, ...]:
    """The shifts of every duty room, by their beginning; none where the file names none."""
    shifts: list[Shift] = []
    for form in whole.listed("shifts", "shift") if whole.has("shifts") else ():
        begins = _minutes_of_day(form)
        within = form.whole("sign_within_minutes")
        if form.has("sign_within_minutes") and within not in SIGN_MINUTES:
            form.fault(
                f"'sign_within_minutes' must be from {SIGN_MINUTES[0]} to {SIGN_MINUTES[-1]}", "sign_within_minutes"
            )
        if any(one.begins_minutes == begins or one.shift == form.text("shift") for one in shifts):
            form.fault("two shifts of one name, or with one beginning")
        shifts.append(Shift(shift=form.text("shift"), begins_minutes=begins, sign_within_minutes=within))
        form.done()
    return tuple(sorted(shifts, key=lambda one: one.begins_minutes))


def _read_channels(form: Form, usual: Sequence[UnitChannel]) -> list[UnitChannel]:
    """How a unit is reached: by `channels` of its own, or as most are; `first` stands for the first of these."""
    if form.has("channels"):
        return [_read_channel(each) for each in form.listed("channels", "channel")]
    return [_read_channel(form.form("first")), *usual[1:]] if form.has("first") else list(usual)


def _read_channel(form: Form) -> UnitChannel:
    channel = form.choice("channel", CHANNELS, "channel")
    address = form.text("address", default="" if channel == "app" else None)
    beginnings = ADDRESSES.get(channel, (SECRET,))
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


def _minutes_of_day(form: Form) -> int:
    told = TIME_OF_DAY.fullmatch(form.text("begins"))
    if told is None:
        form.fault("'begins' must be a time of the day like \"08:30\"", "begins")
        return 0
    return int(told[1]) * 60 + int(told[2])
