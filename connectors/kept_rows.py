"""What a source topic keeps of its rows, and how a contract is judged on it.

The topic holds checked items, not what the department wrote: a text, code or number stands as it came, an instant as
milliseconds, a person as a token, and a field that the contract does not name not at all. So a contract is judged on
kept rows with the types that can be: the format of instants, numbers of persons and fields that were not kept cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastavro import parse_schema

from connectors.contract import Connector, Contract, Item, RawRow
from connectors.intake import Intake
from connectors.places import Places
from connectors.row_schema import SEALED_ROWS, RowCodec, definition, schema_name
from connectors.tokens import Tokens
from connectors.values import EpochTime, LocalTime, PersonToken, ZonedTime
from streams.codec import Origin
from streams.schema_files import Schema
from streams.secrecy.sealing import Keys, Sealer

INSTANTS = (LocalTime, ZonedTime, EpochTime)
NUMBER_OF_AVRO = {"long": int, "double": float}


@dataclass(frozen=True)
class AsKept:
    """A value that was checked before and cannot be checked again: an instant, a token."""

    avro: str

    def parse(self, value: Any) -> Any:
        return value


@dataclass(frozen=True)
class Judged:
    """A contract as it can be judged on kept rows, and why it cannot be wholly: by item, in Chinese."""

    contract: Contract
    open_questions: Mapping[str, str]
    not_kept: frozenset[str] = frozenset()
    """Items of which the kept rows have no value at all."""


def judged_on(contract: Contract, kept: Contract) -> Judged:
    """`contract` for rows that were kept under `kept`."""
    known = {item.name: item for item in kept.all_items}
    questions: dict[str, str] = {}
    not_kept: set[str] = set()

    def judged(item: Item) -> Item:
        before = known.get(item.name)
        if before is None or not _is_told(item, before):
            not_kept.add(item.name)
            questions[item.name] = "源主题未保留该字段" if before is None else "源主题未保留原值,无法按新类型核对"
            return replace(item, type=AsKept(item.type.avro), field=item.name, required=False)
        if item.source_field != before.source_field:
            questions[item.name] = "部门字段名已改,源主题只按数据项名称保留"
        if not _is_checked_again(before):
            if item.type != before.type:
                questions[item.name] = "源主题只保留时刻或令牌,无法核对原文格式"
            return replace(item, type=AsKept(item.type.avro), field=item.name)
        return replace(item, field=item.name)

    items = tuple(map(judged, contract.items))
    additions = tuple(map(judged, contract.additions))
    return Judged(replace(contract, items=items, additions=additions), questions, frozenset(not_kept))


def _is_checked_again(before: Item) -> bool:
    """Whether what was kept is still what the department wrote."""
    return not isinstance(before.type, (*INSTANTS, PersonToken))


def _is_told(item: Item, before: Item) -> bool:
    """Whether what was kept can be a value of the item as it is now."""
    if isinstance(before.type, PersonToken):
        return isinstance(item.type, PersonToken)
    return not isinstance(before.type, INSTANTS) or isinstance(item.type, INSTANTS)


def trial_intake(connector: Connector, contract: Contract, places: Places, keys: Keys) -> Intake:
    """An intake for a trial: by a contract without a schema file, and nothing is sealed."""
    described = definition(contract, sealed=False)
    schema = Schema(
        schema_name(contract.system), 0, described, parse_schema(described, named_schemas={}), Path(contract.system)
    )
    codec = RowCodec(contract, schema, Sealer(keys, SEALED_ROWS), None, sealed=False)
    return Intake(replace(connector, contract=contract), codec, places, Tokens(keys))


def kept_row(contract: Contract, values: Mapping[str, Any], event_type: str, written_at: int, origin: Origin) -> RawRow:
    """A row that `RowCodec.decode` gave, as a row for `trial_intake`; sealed numbers are numbers again.

    What the medium itself knew of its time and version was not kept: the moment at which it was written
    (milliseconds) and its place stand for them, so that two contracts are asked the same.
    """
    typed = {
        item.name: _typed(item, values[item.name])
        for item in contract.all_items
        if item.name in values and values[item.name] is not None
    }
    return RawRow(
        b"",
        typed,
        origin,
        event_type=event_type,
        version=str(origin.offset),
        noted_at=written_at,
        change=values.get("change") or "new",
    )


def _typed(item: Item, value: Any) -> Any:
    return NUMBER_OF_AVRO.get(item.type.avro, str)(value)
