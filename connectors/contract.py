"""What the hub and a department agree on, and the parts of a connector.

A connector is one file under `connectors/systems/`: a contract (which items, of what type and class, how fresh) and a
function that says what a row means. A reader fetches rows over one medium and knows nothing of their content; what
checks, tokenises and places a row stands in `connectors/intake.py`, what carries it to Kafka in `publisher.py`.
"""

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from connectors.places import Place
from connectors.times import end_of_day
from connectors.uncertainties import PointWay
from connectors.values import Position, Text, ValueType, Violation
from connectors.vocabulary import Authorisation, Change, DataClass, Medium, Passage, Zone
from streams.codec import Origin
from streams.contract import Fact
from streams.durations import DAY_MILLISECONDS

JOINED_BY = "-"
MOST_LETTERS_OF_A_NUMBER = 200


@dataclass(frozen=True)
class ContractError:
    """One item of a row breaks one rule; `message` is for the department and holds no value."""

    item: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.item}[{self.rule}] {self.message}"


class ContractBroken(Exception):
    """A row that is not what was agreed, with every error found in it."""

    def __init__(self, errors: Sequence[ContractError]) -> None:
        super().__init__(";".join(map(str, errors)))
        self.errors = tuple(errors)


@dataclass(frozen=True)
class Item:
    """One data item. `field` is the department's own name of it where that differs from ours."""

    name: str
    title: str
    data_class: DataClass
    type: ValueType
    required: bool = True
    field: str = ""

    @property
    def source_field(self) -> str:
        return self.field or self.name


@dataclass(frozen=True)
class Whereabouts:
    """Which items say where it happened, if any do; `region` names the code of a grid, village, town or district.

    `accuracy` names the item with the metres within which two positions of three lie; where a row has none, `point_by`
    tells, which is how the system comes by its positions.
    """

    point: str = ""
    point_by: PointWay = "unsaid"
    accuracy: str = ""
    place_codes: tuple[str, ...] = ()
    region: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The agreement on one department system.

    `items` are the catalogue's shared items, `additions` what the source must also deliver (record number, times,
    place). `record` and `version` name the items that make up a row's number and version; without `version` the medium
    gives it (the name of a dump). `occurred` and `recorded` name the items with the two instants; without `recorded`
    the medium's own time counts. `device` names the item with the code of the device by whose clock a row occurred.
    A row is late when it arrives more than `late_seconds` after it was recorded. In a `full_dump` a line may also have
    gone since the last: a row with nothing but its record number.

    Within `correction_days` the department answers for what is wrong in a row: ten working days, as the regulation on
    sharing government data has it (decision 0085), where nothing else was agreed.
    A form that is collected for a while names with `expires_on` (YYYY-MM-DD) the last day on which its rows are taken;
    afterwards they are refused and what is kept of them is deleted.

    `agreement_no` is the number of the signed agreement, `authorisation` how it stands until the hub is told otherwise
    (`hub sources suspend`). `reply` is the medium over which the outcome goes to whoever asked there, `write_back` that
    over which the system's own orders are kept up to date. Nothing goes back through a one-way passage: ValueError.
    """

    system: str
    name: str
    department: str
    purpose: str
    zone: Zone
    passage: Passage
    agreement_no: str
    authorisation: Authorisation
    reply: Medium = "none"
    write_back: Medium = "none"
    event_types: tuple[str, ...]
    fresh_seconds: int
    late_seconds: int
    items: tuple[Item, ...]
    additions: tuple[Item, ...] = ()
    record: tuple[str, ...]
    version: tuple[str, ...] = ()
    occurred: str
    recorded: str = ""
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    device: str = ""
    full_dump: bool = False
    correction_days: int = 14
    expires_on: str = ""

    def __post_init__(self) -> None:
        if self.passage == "one_way" and (self.reply, self.write_back) != ("none", "none"):
            raise ValueError(f"{self.system}: nothing can be sent back through a one-way passage")
        if self.expires_on:
            end_of_day(self.expires_on)

    @cached_property
    def all_items(self) -> tuple[Item, ...]:
        return self.items + self.additions

    @cached_property
    def expires_at(self) -> int | None:
        """From when on no rows are taken (milliseconds), None where nothing is said of it."""
        return end_of_day(self.expires_on) if self.expires_on else None

    def answer_due_at(self, held_at: int) -> int:
        """By when the department answers for what is wrong since `held_at` (milliseconds)."""
        return held_at + self.correction_days * DAY_MILLISECONDS

    def item(self, name: str) -> Item:
        """An item by our name for it; KeyError."""
        return next(item for item in self.all_items if item.name == name)

    @property
    def position(self) -> Position | None:
        """The type of the item that says where it happened by coordinates, None where none does."""
        if not self.whereabouts.point:
            return None
        kind = self.item(self.whereabouts.point).type
        return kind if isinstance(kind, Position) else None

    @cached_property
    def _numbering(self) -> frozenset[str]:
        """The items in free letters that make up a row's number: no mask can stand in them."""
        free = {item.name for item in self.all_items if isinstance(item.type, Text) and item.type.pattern is None}
        return frozenset(free & {*self.record, *self.version})

    def check(self, values: Mapping[str, Any], *, removed: bool = False) -> dict[str, Any]:
        """The items of a row by our names, parsed, None where nothing came; ContractBroken with every error.

        Fields that the contract does not name go no further. A `removed` line needs only its number.
        """
        checked: dict[str, Any] = {}
        errors: list[ContractError] = []
        for item in self.all_items:
            value = values.get(item.source_field)
            checked[item.name] = None
            if value is None or value == "":
                if item.required and (not removed or item.name in self.record):
                    errors.append(ContractError(item.name, "required", f"缺少{item.title}"))
                continue
            try:
                checked[item.name] = item.type.parse(value)
                if item.name in self._numbering and checked[item.name] != str(value).strip():  # something was masked
                    raise Violation("person_number", "含公民身份号码或手机号")
            except Violation as violation:
                errors.append(ContractError(item.name, violation.rule, f"{item.title}{violation.message}"))
        if errors:
            raise ContractBroken(errors)
        return checked


def row_id(system: str, record_no: str, version: str) -> str:
    """What names one version of one record for ever: the `ce_id` of its row."""
    return f"{system}:{record_no}:{version}"


@dataclass(frozen=True)
class RawRow:
    """A row as a reader found it.

    `origin` says where: a topic with partition and offset, a file with the line as offset, a table or a door (-1).
    `raw` is what came, to be sealed if the row is wrong; `values` are its fields by the department's names, None where
    the bytes could not be read, and then `fault` says why. `event_type` and `event_id` are what a CloudEvents sender
    named. `version` and `noted_at` (milliseconds) are what the medium itself knows of the row.
    """

    raw: bytes
    values: Mapping[str, Any] | None
    origin: Origin
    fault: ContractError | None = None
    event_type: str = ""
    event_id: str = ""
    version: str = ""
    noted_at: int | None = None
    change: Change = "new"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row that fits its contract: persons are tokens, times are milliseconds, the place is found.

    `is_under_14`: one of its persons was when it was recorded, by an identity number.
    """

    system: str
    record_no: str
    version: str
    event_type: str
    change: Change
    values: Mapping[str, Any]
    occurred_at: int
    recorded_at: int
    place: Place
    is_under_14: bool

    @cached_property
    def id(self) -> str:
        return row_id(self.system, self.record_no, self.version)


@dataclass(frozen=True)
class Connector:
    """A contract, what kind of event a checked row is, and what it means to the hub.

    `event_type` takes the checked items and returns one of the contract's types; where a sender names the type
    itself, it is None. `facts` may leave ids open: the n-th fact of a row gets `<row id>#n`.
    """

    contract: Contract
    facts: Callable[[Row], Sequence[Fact]]
    event_type: Callable[[Mapping[str, Any]], str] | None = None


Status = Literal["accepted", "duplicate", "quarantined"]
CONFLICT = "conflict"
"""Why a row is quarantined whose number and version were taken with other content."""


@dataclass(frozen=True)
class Receipt:
    """What became of one row: accepted or quarantined and written there, or a duplicate of what is written there.

    `id` is the sender's own where it named one, else the row's, else where it was read. `reason` is a stable code of
    why the row was quarantined; it stands in the quarantine, not in what the sender is told.
    """

    id: str
    status: Status
    topic: str
    partition: int
    offset: int
    reason: str = ""

    def told(self) -> dict[str, str | int]:
        """What the sender is told, as JSON values."""
        return {
            "id": self.id,
            "status": self.status,
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
        }


@dataclass(frozen=True)
class Batch:
    """Rows read together, and where the reader stands after them (None: nothing to remember).

    `on_receipts` is called with one receipt a row when Kafka has acknowledged all. A batch without rows says that the
    source was asked and had nothing new. With `more` the next batch follows at once, and may be asked for while this
    one is on its way to Kafka.
    """

    rows: Sequence[RawRow]
    cursor: str | None = None
    on_receipts: Callable[[Sequence[Receipt]], None] | None = None
    more: bool = False


class SourceAway(Exception):
    """The department's side does not answer or has changed; the text says what, and the reader is started again."""


class Reader(Protocol):
    """Fetches rows over one medium and never changes the source."""

    def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
        """Batches from `cursor` on until `stop` is set; may raise SourceAway.

        When the next batch is asked for, Kafka has acknowledged the one before, unless that said that there is `more`.
        A generator that is closed instead must leave the source as if that one had never been read.
        """
