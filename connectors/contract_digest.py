"""What names a contract by its content: two contracts with one digest agree on the same."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from connectors.contract import Contract

DECIDED_ELSEWHERE = "authorisation"
"""Of the contract's words the one that is decided for itself (`hub sources suspend`)."""
SHOWN_LETTERS = 12


def digest(contract: Contract) -> str:
    """SHA-256 of all that was agreed, in hexadecimal: items with their types, codes, classes and names, times, purpose.

    How code tables are sorted makes no difference. What stands at its default is left out, so that a word that the hub
    adds to contracts later changes no digest of a contract that does not use it.
    """
    agreed = {name: value for name, value in _words(contract).items() if name != DECIDED_ELSEWHERE}
    text = json.dumps(agreed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def shortened(contract_digest: str) -> str:
    """As people compare it."""
    return contract_digest[:SHOWN_LETTERS]


def _words(value: Any) -> dict[str, Any]:
    return {
        one.name: _plain(getattr(value, one.name)) for one in fields(value) if getattr(value, one.name) != _usual(one)
    }


def _usual(one: Field[Any]) -> Any:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return one.default


def _plain(value: Any) -> Any:
    """As JSON has it, each type by its name; TypeError for what could be written in more than one way."""
    if is_dataclass(value):
        return [type(value).__name__, _words(value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a contract holds a {type(value).__name__}, which has no one form")
