"""What a matcher answers, whoever it is: the plain baseline, today's hub, the one to come."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.matching.telling import Step


@dataclass(frozen=True)
class Grouping:
    """By record: the incident that it lies in at the end. What was not answered lies alone.

    `reviewed` are the records that a person was asked about; they lie where they lie until that person has spoken.
    """

    incident_of: Mapping[str, str]
    reviewed: frozenset[str] = frozenset()


Matcher = Callable[[Sequence[Step]], Grouping]
