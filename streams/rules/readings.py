"""Whether somebody may read a person's context: narrow by law, one reason code for each refusal.

PIPL 6 and 34 (what the stated purpose needs, within the powers of the organ), GB/T 35273-2020 7.4 and 7.6.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from streams.facts.person_access import (
    Asked,
    CaseContent,
    ContextContent,
    KnownPart,
    KnownService,
    MatterMoved,
    PersonAccess,
    Section,
)
from streams.facts.services import ITS_UNIT_ALONE

Refusal = Literal[
    "token_expired",
    "token_replayed",
    "wrong_role",
    "wrong_purpose",
    "wrong_case",
    "case_closed",
    "erased",
    "not_of_the_case",
    "no_consent",
    "not_decided",
    "declined",
    "same_person",
    "too_many",
]
MOST_STANDING = 50
"""Readings of one person that stand at a time: more is no service but somebody collecting."""


@dataclass(frozen=True)
class Ground:
    """What a reading can rest on: the rule for the role and purpose, the case, and until when the person has agreed."""

    rule: PersonAccess | None
    case: MatterMoved | None
    consent_until_at: int | None


def purpose_of(token: str) -> str:
    """The purpose that a person's token is of: it begins with it."""
    return token.partition(":")[0]


def refusal_of_actor(now: int, asked: Asked, ground: Ground, *, seen: bool) -> Refusal | None:
    """Why whoever asks may not read for this purpose, whatever the case; `seen`: the actor's token was used before."""
    if asked.token_ends_at <= now:
        return "token_expired"
    if seen:
        return "token_replayed"
    if not (asked.purpose == asked.actor_purpose == purpose_of(asked.token)):
        return "wrong_purpose"
    return "wrong_role" if ground.rule is None else None


def refusal_of_case(now: int, asked: Asked, rule: PersonAccess, ground: Ground) -> Refusal | None:
    """Why there is no reading under this case; two persons may pass over this (紧急查阅)."""
    case = ground.case
    if case is None:
        return "wrong_case"
    if not case.open:
        return "case_closed"
    if case.content is None:
        return "erased"
    if not rule.of_any_unit and asked.actor_unit not in case.content.units:
        return "not_of_the_case"
    if rule.needs_consent and (ground.consent_until_at is None or ground.consent_until_at <= now):
        return "no_consent"
    return None


def seen_by(unit: str, case: CaseContent | None, sections: Iterable[Section], known: ContextContent) -> ContextContent:
    """What of all that is known a unit may see under a case at all; the rest is left out of what is written.

    What is sensitive whatever else is said (under 14, health, correction: GB/T 45574-2025) is seen under its own case
    alone, and by the unit that must see to it alone.
    """
    kept = {section: getattr(known, section) for section in sections}
    own = case.records if case is not None and unit in case.units else ()
    if "services" in kept:
        services = (one for one in known.services if not is_restricted(one) or f"{one.system}/{one.record_no}" in own)
        kept["services"] = tuple(services)
    return ContextContent(**kept, consent_until_at=known.consent_until_at)


def parts_of(content: ContextContent) -> list[KnownPart]:
    """All that it consists of."""
    return [*content.matters, *content.services, *content.calls, *content.residences]


def is_restricted(service: KnownService) -> bool:
    """Whether a service is for the eyes of its own unit alone."""
    return service.under_14 or service.kind in ITS_UNIT_ALONE
