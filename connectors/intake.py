"""From a row as it came to a row that fits its contract and the facts it means. Pure: no clock, no Kafka, no files."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from connectors.ages import is_child
from connectors.contract import (
    JOINED_BY,
    MOST_LETTERS_OF_A_NUMBER,
    Connector,
    ContractBroken,
    ContractError,
    RawRow,
    Row,
    Whereabouts,
)
from connectors.datums import Comparison
from connectors.faults import place_of
from connectors.meanings.people import rotated
from connectors.places import Place, Places
from connectors.recognition import Recognition
from connectors.row_schema import SEALED_ROWS, RowCodec, schema_name
from connectors.tokens import Tokens
from connectors.uncertainties import uncertainties
from connectors.values import CreditCode, PersonToken
from streams.codec import Codec
from streams.contract import Fact, named
from streams.durations import DAY_MILLISECONDS
from streams.facts.people import Help, Resident, Service
from streams.facts.person_access import Reached
from streams.secrecy.sealing import KeyMissing, Keys, Sealer

LARGEST_ROW_BYTES = 512 * 1024
FUTURE_MILLISECONDS = DAY_MILLISECONDS
"""Clocks of devices are wrong by minutes; what lies more than a day ahead is no time of anything that has happened."""

ROWS_AT_ONCE = 64
"""So many go through one step before the next: their own data stay near, too."""

NOWHERE = Whereabouts()
Earlier = Mapping[str, list[str]]
"""By a person's token those that the person had under older keys which are still there, the newest first."""

Before = TypeVar("Before")
After = TypeVar("After")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Accepted:
    """A row that fits, the bytes of it for the source topic, its facts with their ids.

    It is `doubtful` where an item was taken though a check of it fails: a credit code with a wrong check character.
    It is `is_unlocated` where its contract says where things happen and this row does not.
    `comparison` is there where it says the position of a place whose standard position is known.
    """

    row: Row
    value: bytes
    facts: tuple[Fact, ...]
    doubtful: bool = False
    comparison: Comparison | None = None
    is_unlocated: bool = False


@dataclass(frozen=True)
class Refused:
    """A row that does not; `reason` is a stable code, `detail` names items and rules and shows no value."""

    raw: RawRow
    reason: str
    detail: str


class Intake:
    """Checks, tokenises, dates and places the rows of one system."""

    def __init__(self, connector: Connector, codec: RowCodec, places: Places, tokens: Tokens) -> None:
        self.connector = connector
        self._contract = connector.contract
        self.codec = codec
        self._places = places
        self._tokens = tokens
        self._doubtable = {
            item.name: item.type for item in self._contract.all_items if isinstance(item.type, CreditCode)
        }
        self._position = self._contract.position
        self._recognition = Recognition(self._contract, places.lexicon)
        self._version_fields = [self._contract.item(name).source_field for name in self._contract.version]
        self._persons = {
            item.name: item.type for item in self._contract.all_items if isinstance(item.type, PersonToken)
        }

    @classmethod
    def of(cls, connector: Connector, codec: Codec, places: Places, keys: Keys) -> "Intake":
        """With the schema and the keys of its system; SchemaDiffers."""
        contract = connector.contract
        schema, sealer = codec.schemas[schema_name(contract.system)], Sealer(keys, SEALED_ROWS)
        row_codec = RowCodec(contract, schema, sealer, codec.contents.keys)
        return cls(connector, row_codec, places, Tokens(keys))

    def take(self, raw: RawRow, now: int) -> Accepted | Refused:
        """What becomes of one row; `now` (milliseconds) only bounds times in the future.

        Raises KeyMissing, which is not the row's fault.
        """
        (taken,) = self.take_all([raw], now)
        return taken

    def take_all(self, raws: Sequence[RawRow], now: int) -> list[Accepted | Refused]:
        """What becomes of each row, as `take` says it: each step for many rows, then the next one for them.

        A step's code and tables stay in the processor's caches so, which is two fifths of what a row costs
        (decision 0131).
        """
        taken: list[Accepted | Refused] = []
        for first in range(0, len(raws), ROWS_AT_ONCE):
            taken += self._take(raws[first : first + ROWS_AT_ONCE], now)
        return taken

    def _take(self, raws: Sequence[RawRow], now: int) -> list[Accepted | Refused]:
        checked = self._each(raws, raws, lambda raw: (raw, self._checked(raw)))
        rows = self._each(raws, checked, lambda one: self._row(*one, now))
        said = self._each(raws, rows, lambda one: (one[0], self._facts(*one)))
        sealed = self._each(raws, said, lambda one: (*one, self.codec.sealed(one[0].values, one[0].id)))
        return self._each(raws, sealed, lambda one: self._accepted(*one))

    def _each(
        self, raws: Sequence[RawRow], before: Sequence[Before | Refused], step: Callable[[Before], After]
    ) -> list[After | Refused]:
        """What a step makes of each row; one that was refused before stays so. KeyMissing."""
        after: list[After | Refused] = []
        for raw, one in zip(raws, before, strict=True):
            if isinstance(one, Refused):
                after.append(one)
                continue
            try:
                after.append(step(one))
            except ContractBroken as broken:
                after.append(Refused(raw, broken.errors[0].rule, str(broken)))
            except KeyMissing:
                raise
            except Exception as error:  # noqa: BLE001 - a fault in a mapping holds its row, never the reader
                logger.error("%s: %s; the row is held", self._contract.system, place_of(error))  # noqa: TRY400
                after.append(Refused(raw, "mapping", f"mapping failed: {place_of(error)}"))
        return after

    def _facts(self, row: Row, earlier: Earlier) -> tuple[Fact, ...]:
        said = self.connector.facts(row)
        return tuple(
            named(self._recognition.carried(fact, row.values), f"{row.id}#{number}")
            for number, fact in enumerate((*said, *_links(row, said, earlier)), 1)
        )

    def _accepted(self, row: Row, facts: tuple[Fact, ...], sealed: Mapping[str, Any]) -> Accepted:
        return Accepted(
            row=row,
            value=self.codec.written(sealed),
            facts=facts,
            doubtful=self._is_doubtful(row.values),
            comparison=self._comparison(row.values),
            is_unlocated=row.place.located_by == "system" and self._contract.whereabouts != NOWHERE,
        )

    def earlier_values(self, raw: RawRow, now: int) -> Iterator[bytes]:
        """What a row that fits would have been in the source topic under each older key of its tokens, if there is one.

        Raises KeyMissing.
        """
        row, earlier = self._row(raw, self._checked(raw), now)
        for place in range(max(map(len, earlier.values()), default=0)):
            before = {
                name: earlier[row.values[name]][place]
                for name in self._persons
                if len(earlier.get(row.values[name], ())) > place
            }
            yield self.codec.encode({**row.values, **before}, row.id)

    def _checked(self, raw: RawRow) -> dict[str, Any]:
        """The items; persons still stand in them by their numbers."""
        if len(raw.raw) > LARGEST_ROW_BYTES:
            raise _broken("", "too_large", f"超过{LARGEST_ROW_BYTES}字节")
        if raw.values is None:
            raise ContractBroken([raw.fault or ContractError("", "unreadable", "无法读取")])
        fields = {**raw.values, "change": raw.change} if self._contract.full_dump else raw.values
        return self._contract.check(fields, removed=raw.change == "removed")

    def _row(self, raw: RawRow, values: dict[str, Any], now: int) -> tuple[Row, Earlier]:
        """The row of checked items, in which tokens take the places of persons."""
        occurred_at, recorded_at = self._times(raw, values, now)
        is_under_14 = self._is_under_14(values, recorded_at)
        earlier = self._tokenise(values)
        row = Row(
            system=self._contract.system,
            record_no=JOINED_BY.join(str(values[name]) for name in self._contract.record),
            version=self._version(raw, raw.values or {}),
            event_type=self._event_type(raw, values),
            change=raw.change,
            values=values,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            place=self._place(values),
            is_under_14=is_under_14,
        )
        return row, earlier

    def _is_under_14(self, values: Mapping[str, Any], at: int) -> bool:
        numbers = (values[name] for name, kind in self._persons.items() if kind.by == "certificate")
        return any(is_child(number, at) for number in numbers if number is not None)

    def _tokenise(self, values: dict[str, Any]) -> Earlier:
        """Put a token wherever a person was named."""
        earlier: dict[str, list[str]] = {}
        for name, kind in self._persons.items():
            number = values[name]
            if number is not None:
                token = values[name] = self._tokens.token(kind.purpose, number)
                if older := self._tokens.earlier(kind.purpose, number):
                    earlier[token] = older
        return earlier

    def _is_doubtful(self, values: Mapping[str, Any]) -> bool:
        return any(
            kind.doubt(values[name]) is not None for name, kind in self._doubtable.items() if values[name] is not None
        )

    def _times(self, raw: RawRow, values: Mapping[str, Any], now: int) -> tuple[int, int]:
        """When it happened and when the department wrote it down; each stands for the other where that is missing."""
        occurred_at = values[self._contract.occurred]
        is_said = self._contract.recorded and raw.change != "removed"
        recorded_at = values[self._contract.recorded] if is_said else raw.noted_at
        named = occurred_at if occurred_at is not None else recorded_at
        if named is None:
            raise _broken(self._contract.occurred, "required", "缺少时间")
        if max(named, recorded_at or 0) > now + FUTURE_MILLISECONDS:
            raise _broken(self._contract.occurred, "future", "时间晚于当前一天以上")
        return named, named if recorded_at is None else recorded_at

    def _version(self, raw: RawRow, fields: Mapping[str, Any]) -> str:
        """In the source's own words, or the medium's where it has none: a dump's name, that a row has gone."""
        names = self._version_fields
        said = [fields.get(name) for name in names]
        version = JOINED_BY.join(str(part).strip() for part in said) if names and None not in said else raw.version
        if not version or len(version) > MOST_LETTERS_OF_A_NUMBER:
            raise _broken(JOINED_BY.join(self._contract.version), "version", "缺少版本或版本过长")
        return version

    def _event_type(self, raw: RawRow, values: Mapping[str, Any]) -> str:
        event_type = self.connector.event_type(values) if self.connector.event_type else raw.event_type
        if event_type not in self._contract.event_types:
            raise _broken("type", "event_type", "事件类型不在契约内")
        return event_type

    def _place(self, values: Mapping[str, Any]) -> Place:
        where = self._contract.whereabouts
        said = values[where.point] if where.point else None
        accuracy_metres = (values[where.accuracy] or None) if where.accuracy else None
        return self._places.locate(
            point=self._position.to_cgcs2000(said) if self._position and said else None,
            rounded_metres=self._position.uncertainty_metres(said) if self._position and said else 0.0,
            within_metres=uncertainties().of_point(where.point_by, accuracy_metres),
            place_codes=self._place_codes(values),
            region=values[where.region] if where.region else None,
            address=values[where.address] if where.address else None,
        )

    def _comparison(self, values: Mapping[str, Any]) -> Comparison | None:
        where = self._contract.whereabouts
        said = values[where.point] if where.point else None
        if self._position is None or said is None:
            return None
        address = values[where.address] if where.address else None
        facility = self._places.standard(self._place_codes(values), address)
        if facility is None or facility.point is None:
            return None
        return Comparison(facility.place_code, self._position.point(said), facility.point)

    def _place_codes(self, values: Mapping[str, Any]) -> list[str]:
        return [values[name] for name in self._contract.whereabouts.place_codes if values[name]]


def _links(row: Row, said: Iterable[Fact], earlier: Earlier) -> Iterator[Fact]:
    """That the persons of whom something is said had other tokens before."""
    tokens = dict.fromkeys(fact.token for fact in said if isinstance(fact, Resident | Service | Help | Reached))
    return (rotated(row, older, token) for token in tokens for older in earlier.get(token, ()))


def _broken(item: str, rule: str, message: str) -> ContractBroken:
    return ContractBroken([ContractError(item, rule, message)])
