"""How what is known of a person is shown: masked by the table of the reading's role (`persons.yaml`)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from streams.facts.person_access import ContextContent, Mask

TOWN_DIGITS, MONTH_LENGTH = 9, len("2026-01")


def shown(content: ContextContent, masks: Mapping[str, Mask]) -> dict[str, Any]:
    """The content as whoever asked sees it: what is hidden is left out, so that its length says nothing."""
    return {name: _shown(value, masks) for name, value in asdict(content).items() if value not in (None, ())}


def _shown(value: Any, masks: Mapping[str, Mask]) -> Any:
    if not isinstance(value, tuple):
        return value
    return [
        {name: _masked(told, masks.get(name)) for name, told in part.items() if masks.get(name) != "hidden"}
        for part in value
    ]


def _masked(value: Any, mask: Mask | None) -> Any:
    if not isinstance(value, str):
        return value
    return value[: {"month": MONTH_LENGTH, "town": TOWN_DIGITS}[mask]] if mask in ("month", "town") else value
