"""代录: an operator writes down what a unit says on the phone. Whether the operator may, the rules say."""

from streams.contract import Tables
from streams.durations import MINUTE_MILLISECONDS
from streams.facts import matters, rules
from streams.processors.dispatch_rules import RECORDERS, RULES, UNITS

MOST_AHEAD_MILLISECONDS = 15 * MINUTE_MILLISECONDS
"""Clocks are wrong by minutes; the door refuses what a person has mistyped much sooner."""


class MayNotRecord(Exception):
    """An answer was written down by somebody whose role does not allow it, or nobody can have said it then."""


def check_recorder(now: int, answered: matters.Answered, tables: Tables) -> None:
    """Return where the answer is the unit's own or was written down by right; raises MayNotRecord, NoRulesInForce."""
    recorder = answered.recorder
    if (answered.channel == "phone") != (recorder is not None):
        raise MayNotRecord("an answer by phone names who wrote it down, and no other answer does")
    if recorder is None:
        return
    if answered.claimed_at is None:
        raise MayNotRecord("an answer by phone names when it was given")
    if answered.claimed_at > now + MOST_AHEAD_MILLISECONDS:
        raise MayNotRecord("an answer by phone was not given at a time that is still to come")
    allowed: rules.RecorderRole | None = RULES.find(RECORDERS, recorder.role, tables)
    if allowed is None or not _is_of_kind(recorder.unit, allowed.unit_kind, tables):
        raise MayNotRecord(f"role '{recorder.role}' of {recorder.unit} may not write answers down for others")


def _is_of_kind(unit: str, kind: str, tables: Tables) -> bool:
    known = tables[UNITS].scan(f"{RULES.version(tables)}/{kind}/")
    return any(one.unit == unit for _, one in known)
