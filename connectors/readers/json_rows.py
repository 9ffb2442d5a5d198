"""JSON as departments send it, into raw rows: whatever the bytes are, a row comes out, if need be one with a fault."""

import json
from typing import Any

from connectors.contract import ContractError, RawRow
from streams.codec import Origin


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse)


class NotJson(ValueError):
    """Bytes that are no JSON."""


def json_row(raw: bytes, origin: Origin, noted_at: int | None = None) -> RawRow:
    """A row whose fields are those of one JSON object in UTF-8."""
    values, fault = read_object(raw)
    return RawRow(raw, values, origin, fault, noted_at=noted_at)


def read_json(raw: bytes) -> Any:
    """Whatever JSON in UTF-8 the bytes hold; NotJson for anything else, NaN and infinities included."""
    try:
        return DECODER.decode(raw.decode())
    except (ValueError, RecursionError) as error:
        raise NotJson("not JSON in UTF-8") from error


def read_object(raw: bytes) -> tuple[dict[str, Any] | None, ContractError | None]:
    """The object that the bytes hold, or what is wrong with them."""
    try:
        values = read_json(raw)
    except NotJson:
        return None, ContractError("", "not_json", "不是UTF-8编码的JSON")
    if not isinstance(values, dict):
        return None, ContractError("", "not_object", "应为JSON对象")
    return values, None
