"""What the departments said of each field of an incident, and where they contradict one another."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import record

FieldName = Literal["place", "incident_class", "urgency", "status"]
"""地点, 类别, 紧急程度, 来源系统的办理状态."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """What one report says of a field: a code, or `<longitude>,<latitude>` of a place that has a point."""

    value: str
    system: str
    record_no: str
    said_at: int
    uncertainty_metres: float | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """The saying that is shown, and what others said; what each system said best comes first, at most 20."""

    name: FieldName
    shown: Saying
    others: tuple[Saying, ...]


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Two systems that cannot both be right on a field; the first one is shown."""

    field: FieldName
    shown: Saying
    other: Saying


@record("views.fields.v1")
@dataclass(frozen=True, kw_only=True)
class Fields:
    """An incident's fields with their sources; of a confidential one those that lead to nobody."""

    incident_no: str
    fields: tuple[Field, ...]
    conflicts: tuple[Conflict, ...]
    as_of: int


@record("notices.question.v1")
@dataclass(frozen=True, kw_only=True)
class Question:
    """Two systems are asked, once, which of them is right on a field of an incident."""

    incident_no: str
    field: FieldName
    shown: Saying
    other: Saying
    asked_at: int
