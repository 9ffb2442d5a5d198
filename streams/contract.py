"""The whole contract between the engine and a processor.

A processor is a pure state machine over one log. The engine calls it in log order, one partition at a time, with the
partition's clock; it answers with outputs and changes its tables. It reads no clock, file, network or random source,
and its results do not depend on where a batch ends. The same object runs in the live engine and in the in-memory hub.

Instants are integer milliseconds since the epoch, UTC.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - exported, with its types checked

V = TypeVar("V")
T = TypeVar("T")
F = TypeVar("F", bound="Fact")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What every record of a log begins with; the engine fills `id`, `source` and `trace` of what a processor emits.

    `id` is unique within `key`: a second record with it is dropped, or quarantined if it says something else.
    `key` decides the partition: a district, a unit or a system. `trace` is the id of the row that all began with.
    `occurred_at` is when it happened in the world; the partition clock, not this, decides what is late.
    """

    id: str = ""
    key: str
    source: str = ""
    trace: str = ""
    occurred_at: int


class TableName(Generic[V]):
    """A table's name and the type of its values; `ordered` tables can be scanned by prefix."""

    def __init__(self, name: str, values: type[V], *, ordered: bool = False) -> None:
        self.name = name
        self.values = values
        self.ordered = ordered


class Table(Protocol[V]):
    """One table of one partition. Values are frozen dataclasses; a change is a `put` of another value."""

    def get(self, key: str) -> V | None: ...

    def put(self, key: str, value: V, due_at: int | None = None) -> None:
        """Set an entry; with `due_at` the engine calls `on_due` when the partition clock reaches it, once."""

    def delete(self, key: str) -> None: ...

    def scan(self, prefix: str = "") -> Iterator[tuple[str, V]]:
        """The entries whose key starts with `prefix`, in key order; only for ordered tables."""

    def following(self, key: str, most: int) -> list[tuple[str, V]]:
        """The first `most` entries after a key, in key order; only for ordered tables."""


class Tables(Protocol):
    """The tables of one partition: `tables[CLOCKS].get(key)`."""

    def __getitem__(self, name: TableName[V]) -> Table[V]: ...


class Entry(NamedTuple):
    """An entry whose due moment has come. Its `due_at` is already cleared; the value stays until changed."""

    table: str
    key: str
    value: Any


class Output(NamedTuple):
    """One record to emit. `value` None deletes `key` from a compacted topic. A Fact's own `key` must be `key`."""

    port: str
    key: str
    value: Any


class Processor(Protocol):
    """What the engine runs. A step may change at most 500 entries; an exception quarantines what caused it."""

    name: ClassVar[str]
    tables: ClassVar[tuple[TableName[Any], ...]]
    reads: ClassVar[tuple[type[Fact], ...]]
    ports: ClassVar[dict[str, tuple[type[Any], ...]]]

    def on_record(self, now: int, record: Any, tables: Tables) -> Iterable[Output]:
        """Apply one record of the log. `now` is the partition clock: the highest append time consumed so far."""

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        """Apply one due moment; `now` is that moment itself, however late the machine is."""


KINDS: dict[type[Any], str] = {}
"""The schema that each record class stands for, filled by `record`."""


def record(schema: str) -> Callable[[type[T]], type[T]]:
    """Tie a frozen, keyword-only dataclass to its schema, `<domain>.<record>.v<n>` under `schemas/`.

    The dataclass keeps its fields, defaults and immutability; only its `__init__` sets all of them at once, because a
    frozen dataclass's own sets them one by one and costs as much as decoding them.
    """

    def tie(values: type[T]) -> type[T]:
        KINDS[values] = schema
        values.__init__ = _whole_init(values)  # type: ignore[method-assign]
        return values

    return tie


def named(fact: F, identity: str) -> F:
    """The same fact under this id; a record's own fields one by one, as `dataclasses.replace` sets them, cost more."""
    same = object.__new__(type(fact))
    object.__setattr__(same, "__dict__", {**fact.__dict__, "id": identity})
    return same


if not TYPE_CHECKING:

    def replace(value, **changes):
        """As `dataclasses.replace`, for values without `__post_init__`, as all facts and entries are: in one go.

        That one asks the dataclass for each of its fields and calls `__init__`; here it is a tenth of a replayed year.
        """
        before = value.__dict__
        same = object.__new__(type(value))
        after = {**before, **changes}
        if len(after) != len(before):
            raise TypeError(f"{type(value).__name__} has no field {', '.join(changes.keys() - before.keys())}")
        object.__setattr__(same, "__dict__", after)
        return same


def _whole_init(values: type[Any]) -> Callable[..., None]:
    """An `__init__` with the dataclass's signature that sets the instance's dict in one go."""
    told = fields(values)
    defaults = {f"default_{one.name}": one.default for one in told if one.default is not MISSING}
    parameters = (f"{one.name}=default_{one.name}" if one.default is not MISSING else one.name for one in told)
    filled = ", ".join(f"{one.name!r}: {one.name}" for one in told)
    source = f"def __init__(self, *, {', '.join(parameters)}):\n    set_whole(self, '__dict__', {{{filled}}})\n"
    made: dict[str, Any] = {"set_whole": object.__setattr__, **defaults}
    exec(source, made)  # noqa: S102 - as dataclasses do it, from field names alone
    init: Callable[..., None] = made["__init__"]
    init.__annotations__ = values.__init__.__annotations__
    init.__qualname__ = f"{values.__qualname__}.__init__"
    return init
