"""The texts of a connector that is yet to be written, by its medium: they fit together and hold marks to be filled in.

Every mark begins with `FILL-IN`; `hub check` and the conformance tests fail until none is left. `form_until`
(YYYY-MM-DD, else empty) is the last day of a form: its rows mean no facts, which would outlive its deletion.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.contract import Item
from connectors.standard_items import (
    FILE_UPDATE_TIME,
    OBSERVED_AT,
    RECORD_TIME,
    SEQ,
    SEQUENCE,
    UPDATE_TIME,
    UPDATED_AT,
    VERSION,
)
from streams.checks.holes import MARK

LOCAL_MOMENT, ZONED_MOMENT, EPOCH_MOMENT = '"2026-11-22 08:00:00"', '"2026-11-22T08:00:00+08:00"', "1795305600000"
NO_MOMENT = "early"


@dataclass(frozen=True)
class Standard:
    """An item that all sources of a medium deliver: its constant, and how a good and a bad value stand in YAML."""

    constant: str
    item: Item
    good: str
    bad: str


@dataclass(frozen=True)
class Medium:
    """What follows from a reader: its settings (`{system}` stands for the system), a row's version and its time."""

    settings: str
    version: Standard
    moment: Standard
    every_seconds: int
    fresh_seconds: int
    names_events: bool = False

    @property
    def standards(self) -> tuple[Standard, ...]:
        return tuple(dict.fromkeys((self.version, self.moment)))


_UPDATED = Standard("UPDATE_TIME", UPDATE_TIME, LOCAL_MOMENT, NO_MOMENT)
_FILE_UPDATED = Standard("FILE_UPDATE_TIME", FILE_UPDATE_TIME, LOCAL_MOMENT, NO_MOMENT)

MEDIA: Mapping[str, Medium] = {
    "kafka": Medium(
        '{{topic: dept.{system}, bootstrap: "", group: hub-{system}}}',
        Standard("SEQ", SEQ, "1", "0"),
        Standard("RECORD_TIME", RECORD_TIME, LOCAL_MOMENT, NO_MOMENT),
        every_seconds=0,
        fresh_seconds=10,
    ),
    "http_push": Medium(
        '{{key: "secret:{system}"}}',
        Standard("VERSION", VERSION, "1", "0"),
        Standard("UPDATED_AT", UPDATED_AT, ZONED_MOMENT, NO_MOMENT),
        every_seconds=0,
        fresh_seconds=60,
        names_events=True,
    ),
    "db_poll": Medium(
        '{{database: "secret:{system}_database", table: {system}, every_seconds: 600, overlap_seconds: 120}}',
        _UPDATED,
        _UPDATED,
        every_seconds=600,
        fresh_seconds=1200,
    ),
    "file_drop": Medium(
        '{{folder: "secret:{system}_folder", pattern: "*.csv", encoding: gb18030, every_seconds: 60}}',
        _FILE_UPDATED,
        _FILE_UPDATED,
        every_seconds=86_400,
        fresh_seconds=129_600,
    ),
    "mqtt": Medium(
        '{{broker: "secret:{system}_broker", topic: "iot/{system}/#", client: hub-{system}}}',
        Standard("SEQUENCE", SEQUENCE, "1", "-1"),
        Standard("OBSERVED_AT", OBSERVED_AT, EPOCH_MOMENT, NO_MOMENT),
        every_seconds=0,
        fresh_seconds=60,
    ),
}

EVENT = f"{MARK} an event type"
SYSTEM_NAME = f"{MARK} the system's name in Chinese"
DEPARTMENT = f"{MARK} the department's name in Chinese"
PURPOSE = f"{MARK} what the data are for, in Chinese"
AGREEMENT = f"{MARK} the number of the signed agreement"
ITEM_TITLE = f"{MARK} the item's name in Chinese"
FRESH = f"# {MARK} how fresh the data have to be, as agreed"
LATE = f"# {MARK} when a row is late, as agreed"
LATE_SECONDS = 3600

_MODULE = '''"""{system_name}, what it holds, how it comes, what is peculiar about it."""

from collections.abc import {abstract}
{typing}
from connectors.contract import Connector, Contract, Item, Row
from connectors.standard_items import {constants}
from streams.contract import Fact

CONTRACT = Contract(
    system="{system}",
    name="{system_name}",
    department="{department}",
    purpose="{purpose}",
    zone="government",  # {mark} police, government, internet or operations
    passage="direct",  # {mark} one_way, front_machine, exchange or direct
    agreement_no="{agreement}",
    authorisation="pending",  # {mark} authorised, once the agreement is signed; nothing is taken before
    # {mark} reply and write_back, where the hub speaks back to the system
    event_types=("{event}",),
    fresh_seconds={fresh_seconds},  {fresh}
    late_seconds={late_seconds},  {late}
{last_day}    items=(
        Item("record_no", "{item_title}", "inner", NUMBER),
        # {mark} the other shared items, persons as tokens
    ),
    additions={additions},
    record=("record_no",),
    version=("{version}",),
    occurred="{moment}",
    recorded="{moment}",
)

{event_type}
def facts(row: Row) -> Sequence[Fact]:
    return []{meaning}


CONNECTOR = Connector(CONTRACT, facts{event_type_named})
'''

_EVENT_TYPE = f"""
def event_type(values: Mapping[str, Any]) -> str:
    return CONTRACT.event_types[0]  # {MARK} which values are which event

"""


_MEANING = f"  # {MARK} what a row means to the hub: `connectors/meanings/` has the words"


def module(system: str, reader: str, form_until: str = "") -> str:
    """`connectors/systems/<system>.py`: it can be imported, and means nothing yet."""
    medium = MEDIA[reader]
    names = [standard.constant for standard in medium.standards]
    return _MODULE.format(
        mark=MARK,
        system=system,
        system_name=SYSTEM_NAME,
        department=DEPARTMENT,
        purpose=PURPOSE,
        agreement=AGREEMENT,
        event=EVENT,
        item_title=ITEM_TITLE,
        fresh_seconds=medium.fresh_seconds,
        fresh=FRESH,
        late_seconds=LATE_SECONDS,
        late=LATE,
        last_day=f'    expires_on="{form_until}",\n' if form_until else "",
        meaning="" if form_until else _MEANING,
        abstract="Sequence" if medium.names_events else "Mapping, Sequence",
        typing="" if medium.names_events else "from typing import Any\n",
        constants=", ".join(sorted([*names, "NUMBER"])),
        additions=f"({', '.join(names)}{',' * (len(names) == 1)})",
        version=medium.version.item.name,
        moment=medium.moment.item.name,
        event_type="" if medium.names_events else _EVENT_TYPE,
        event_type_named="" if medium.names_events else ", event_type",
    )


def sample(reader: str, form_until: str = "") -> str:
    """`tests/connectors/samples/<system>.yaml`: a good row, each event, a bad value of each item."""
    standards = MEDIA[reader].standards
    good = "".join(f", {one.item.source_field}: {one.good}" for one in standards)
    facts = "" if form_until else f'"{MARK} the facts of this event"'
    bad = "".join(f", {one.item.source_field}: {one.bad}" for one in standards)
    return (
        f"good: {{record_no: R1{good}}} # {MARK} a good value of each other item, by the department's names\n"
        f'events:\n  "{EVENT}": {{row: {{}}, facts: [{facts}]}}\n'
        f"bad: {{record_no: null{bad}}} # {MARK} a bad value of each other item\n"
    )


def topic(system: str) -> str:
    """The line of `topology.yaml` for the source topic."""
    return (
        f"  hub.source.{system}.v1: {{schemas: [source.{system}.v1], key: system, partitions: 1, retention: 30, "
        f"owner: {system}}}\n"
    )


def stanza(system: str, reader: str, form_until: str = "") -> str:
    """The stanza of `topology.yaml` for the connector."""
    others = "" if form_until else f" # {MARK} the logs that its facts go to"
    return (
        f"  {system}:\n    reader: {reader}\n    settings: {MEDIA[reader].settings.format(system=system)}\n"
        f"    publishes: [hub.source.{system}.v1, hub.log.sources.v1]{others}\n"
    )


def listed(system: str, reader: str, number: int) -> str:
    """The entry of `catalogue.yaml`; `number` counts systems."""
    medium = MEDIA[reader]
    period = f"\n    every_s: {medium.every_seconds}" if medium.every_seconds else ""
    return f"""  - id: S{number:02d}
    code: {system}
    name: "{SYSTEM_NAME}"
    department: "{DEPARTMENT}"
    group: "{MARK} the group of departments"
    transport: {reader}{period}
    per_day: 1 # {MARK} how many rows come a day
    fresh_s: {medium.fresh_seconds} {FRESH}
    late_min: {LATE_SECONDS // 60} {LATE}
    purpose: "{PURPOSE}"
    event_types: ["{EVENT}"]
    quirks: [none] # {MARK} what is peculiar, of the list above
    data_items: 1
    items:
      - [record_no, "{ITEM_TITLE}", inner]
"""


def additions(system: str, reader: str) -> str:
    """The entry of `additions.yaml`."""
    items = [one.item for one in MEDIA[reader].standards]
    return f"  {system}:\n" + "".join(f"    - [{item.name}, {item.title}, {item.data_class}]\n" for item in items)
