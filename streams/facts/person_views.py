"""Views about persons, by token: what is sealed in them opens only with the person's key, and none reaches the wall."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import record
from streams.facts.person_access import ContextContent, FieldMask, LinkKind, Section, Words
from streams.facts.person_rights import RightKind, RightState

ContextState = Literal["granted", "refused", "waiting"]
Basis = Literal["case", "consent", "break_glass", "right"]
"""What a reading rests on: the open case alone, the person's consent beside it, two officers' word (紧急查阅), or the
person's own right to a copy."""
LinkState = Literal["waiting", "linked", "refused", "undone", "lapsed"]
Resemblance = Literal["household_and_phone", "phone_of_caller"]
"""Why two tokens may be one person; neither is a verified identifier, so that nothing follows from it by itself."""


@record("views.context.v1")
@dataclass(frozen=True, kw_only=True)
class Context:
    """What became of a reading that was asked for; gone when it has ended, with its case or by its time.

    `reason` is a code: why it was refused or what it waits for; `article`: by which it was granted. Whoever shows
    `content` puts the `masks` on first.
    """

    request_no: str
    token: str
    purpose: str
    case_no: str
    state: ContextState
    reason: str
    basis: Basis = "case"
    unit: str = ""
    article: str = ""
    sections: tuple[Section, ...] = ()
    masks: tuple[FieldMask, ...] = ()
    decided_at: int
    ends_at: int
    content: ContextContent | None = None


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """Who was shown, through a link, what is known under the other token."""

    request_no: str
    case_no: str
    unit: str
    officer: str
    shown_at: int


@record("views.person_link.v1")
@dataclass(frozen=True, kw_only=True)
class PersonLink:
    """Two tokens that are, or were to be, taken for one person; `disclosures` is what to put right once it is undone.

    `reason` is a code: why it was refused.
    """

    token: str
    other: str
    kind: LinkKind
    state: LinkState
    request_no: str
    article: str
    until_at: int
    asked_by: str
    decided_by: str = ""
    reason: str = ""
    changed_at: int
    disclosures: tuple[Disclosure, ...] = ()


@record("views.suggestion.v1")
@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Two tokens of a purpose that somebody should look at: are they one person? Nothing follows from it by itself."""

    token: str
    other: str
    resemblance: Resemblance
    suggested_at: int


@record("views.person_right.v1")
@dataclass(frozen=True, kw_only=True)
class PersonRight:
    """A right that a person uses, or a review, and how it stands; who asked are the actor's fields.

    `reason` and `result` are codes. `second` is the second officer of a 紧急查阅. A deletion that is done has no token.
    """

    token: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str
    request_no: str
    kind: RightKind
    state: RightState
    subject_no: str
    unit: str
    document: str
    asked_at: int
    due_at: int
    changed_at: int
    system: str = ""
    record_no: str = ""
    item: str = ""
    second: str = ""
    decided_by: str = ""
    reason: str = ""
    result: str = ""
    content: Words | None = None
