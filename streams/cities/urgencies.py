"""Rules of which a city has one for each urgency."""

from typing import Generic, Protocol, TypeVar

from streams.cities.clocks import URGENCIES
from streams.facts.vocabulary import Urgency
from streams.marked.form import Form


class HasUrgency(Protocol):
    @property
    def urgency(self) -> Urgency: ...


Rule = TypeVar("Rule", bound=HasUrgency)


class OneForEach(Generic[Rule]):
    """Collects the rules of a file's lines; a second one for an urgency is a fault of its line."""

    def __init__(self) -> None:
        self._found: dict[Urgency, Rule] = {}

    def add(self, rule: Rule, form: Form) -> None:
        """Take the rule of a line."""
        if rule.urgency in self._found:
            form.fault(f"{rule.urgency} stands here a second time")
        self._found[rule.urgency] = rule

    def all(self, whole: Form, key: str, lacking: str) -> list[Rule]:
        """What was added; each urgency without a rule is a fault under `key`: `lacking`, with a place for its name."""
        for urgency in URGENCIES:
            if urgency not in self._found:
                whole.fault(lacking.format(urgency), key)
        return list(self._found.values())
