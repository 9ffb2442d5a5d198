"""Facts of the people log about who may know what of a person, and why: readings, links, consents, cases.

All are keyed by the token that they speak of. What is said about the person is sealed for that token; who asked, under
which case and article stays readable, since whoever processes personal data has to show it (PIPL 55, GB/T 35273 11.3).
"""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.measures import Authority
from streams.facts.vocabulary import PersonPurpose

PersonAct = Literal["break_glass", "link", "consent", "access", "correction", "deletion", "access_review"]
"""What may be done beside reading; `break_glass` (紧急查阅): to read without the case or consent that it needs."""
Section = Literal["matters", "services", "calls", "residences"]
"""The parts of a context (服务上下文): open matters, due services, calls for help that wait, the registered address."""
Mask = Literal["hidden", "month", "town"]
"""How a field is shown: not at all, a day by its month, a region by its town."""
LinkKind = Literal["same_person", "cross_purpose", "rotated"]
"""Why two tokens are one person: within a purpose, across two of them, or the same identifier under a newer key."""


@dataclass(frozen=True, kw_only=True)
class FieldMask:
    """One field of a section and how it is shown."""

    field: str
    mask: Mask


@record("rules.person_access.v1")
@dataclass(frozen=True, kw_only=True)
class PersonAccess(Fact):
    """What a role may read for a purpose, how it is masked, and for how many minutes a reading stands.

    Only under an open case of the person that the actor's unit has a part in, unless `of_any_unit`.
    """

    version: str
    role: str
    purpose: PersonPurpose
    sections: tuple[Section, ...]
    masks: tuple[FieldMask, ...]
    of_any_unit: bool
    needs_consent: bool
    standing_minutes: int
    article: str
    document: str


@record("rules.person_act_rule.v1")
@dataclass(frozen=True, kw_only=True)
class PersonActRule(Fact):
    """Who may ask for an act, who may decide it (never the same officer), and within how many minutes.

    `unit` must see to a right that is used, and to the review of a reading ('' for all other acts).
    """

    version: str
    act: PersonAct
    name: str
    asked_by: tuple[Authority, ...]
    decided_by: tuple[Authority, ...]
    decided_minutes: int
    document: str
    unit: str = ""


@record("people.words.v1")
@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody wrote, which may say something of the person: sealed wherever it stands."""

    words: str


@dataclass(frozen=True, kw_only=True)
class ActOnPerson(Fact):
    """What an officer asks for, says or decides about the person that `token` stands for."""

    token: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("people.asked.v1")
@dataclass(frozen=True, kw_only=True)
class Asked(ActOnPerson):
    """Somebody wants to read a person's context for a purpose, in the case of a matter.

    `actor_purpose` is what the actor's own token is good for, `signature` names that token (SM3, 32 hex digits), which
    is good for one reading and until `token_ends_at`. With `break_glass` a second person decides.
    """

    purpose: str
    case_no: str
    actor_purpose: str
    signature: str
    token_ends_at: int
    break_glass: bool = False
    content: Words | None = None


@record("people.link_asked.v1")
@dataclass(frozen=True, kw_only=True)
class LinkAsked(ActOnPerson):
    """Two tokens are to be taken for one person by an article, until a moment, or no longer (`undo`)."""

    other: str
    kind: LinkKind
    article: str
    until_at: int
    undo: bool = False
    content: Words | None = None


@record("people.decided.v1")
@dataclass(frozen=True, kw_only=True)
class Decided(ActOnPerson):
    """A second person says whether what was asked for under `request_no` shall be."""

    request_no: str
    decision: Literal["approve", "refuse"]
    content: Words | None = None


@record("people.consented.v1")
@dataclass(frozen=True, kw_only=True)
class Consented(ActOnPerson):
    """The person has agreed, by a document, that what is known for the token's purpose is used until a moment."""

    until_at: int
    document: str
    withdrawn: bool = False


@record("people.linked.v1")
@dataclass(frozen=True, kw_only=True)
class Linked(Fact):
    """Two tokens are one person, or no longer are (`undo`): to `token`'s owner from the other's or a connector.

    A connector says so when the key of a purpose's tokens has been replaced (`rotated`), with `token` the older one.
    `shows`: what is known under `token` is told to the other's owner. `told`: that one knows of the link already.
    """

    token: str
    other: str
    kind: LinkKind
    article: str
    until_at: int
    undo: bool = False
    request_no: str = ""
    shows: bool = True
    told: bool = False


@record("people.case_content.v1")
@dataclass(frozen=True, kw_only=True)
class CaseContent:
    """A matter of a person: what it is about, where, the units that have an order in it.

    `records` (`<system>/<record_no>`) are the person's own in it: what was reported, or the service that is owed.
    """

    incident_class: str
    region: str
    units: tuple[str, ...]
    records: tuple[str, ...] = ()


@record("people.matter_moved.v1")
@dataclass(frozen=True, kw_only=True)
class MatterMoved(Fact):
    """A matter of a person was opened, changed or closed: while it is open it is a case (案由) to read under."""

    token: str
    matter_no: str
    open: bool
    content: CaseContent | None = None


@dataclass(frozen=True, kw_only=True)
class KnownMatter:
    """An open matter of a person."""

    matter_no: str
    incident_class: str
    region: str
    units: tuple[str, ...]
    through: str = ""


@dataclass(frozen=True, kw_only=True)
class KnownService:
    """A service that a unit owes a person, under the number by which its system knows it.

    `disputed`: the person wants it put right, and the department has not answered yet.
    """

    system: str
    record_no: str
    kind: str
    unit: str
    region: str
    state: str
    due_on: str | None
    under_14: bool
    through: str = ""
    disputed: bool = False


@dataclass(frozen=True, kw_only=True)
class KnownCall:
    """A call for help that waits."""

    system: str
    record_no: str
    region: str
    through: str = ""
    disputed: bool = False


@dataclass(frozen=True, kw_only=True)
class KnownResidence:
    """Where a person is registered, in which household (both tokens and codes)."""

    household: str
    address_code: str
    through: str = ""


KnownPart = KnownMatter | KnownService | KnownCall | KnownResidence


@record("people.context_content.v1")
@dataclass(frozen=True, kw_only=True)
class ContextContent:
    """What is known of a person within a purpose. `through`: known under another token, by a link on this article."""

    matters: tuple[KnownMatter, ...] = ()
    services: tuple[KnownService, ...] = ()
    calls: tuple[KnownCall, ...] = ()
    residences: tuple[KnownResidence, ...] = ()
    consent_until_at: int | None = None


@record("people.shared.v1")
@dataclass(frozen=True, kw_only=True)
class Shared(Fact):
    """What is known under another token, told to the owner of `token` while a link holds; the last word counts.

    It is sealed for the `other` one, whom it tells of: with that one's key it is gone.
    """

    token: str
    other: str
    kind: LinkKind
    article: str
    content: ContextContent | None = None


@record("people.reached_content.v1")
@dataclass(frozen=True, kw_only=True)
class ReachedContent:
    """Whom a department reaches under a number, and in which household (all tokens); `gone`: no longer."""

    person: str
    household: str
    gone: bool


@record("people.reached.v1")
@dataclass(frozen=True, kw_only=True)
class Reached(Fact):
    """A department reaches somebody under the number that `token` stands for: no proof of who answers there."""

    token: str
    recorded_at: int
    content: ReachedContent | None = None
