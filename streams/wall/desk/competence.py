"""Who may decide what, by the rules of the city: nobody is shown what waits for somebody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from streams.facts.incidents import IncidentActRule
from streams.facts.measures import Authority
from streams.facts.rules import Ending, RequestRule, Supervision, Unit
from streams.secrecy.actors import Actor

REVIEW = "review"


@dataclass(frozen=True)
class Competence:
    """What the rules say: `centres` are the codes of the units that are centres, `signers` the roles by urgency,
    `leaders` the roles that decide requests of their own unit (带班领导).

    The processors have the last word on every act, by the rules in force where it lies in the log; here it is only
    said what is shown to whom.
    """

    centres: frozenset[str]
    reviewers: tuple[Authority, ...]
    signers: Mapping[str, tuple[str, ...]]
    leaders: frozenset[str]

    def may_come(self, actor: Actor) -> bool:
        """Whether somebody has a desk at all: of the centre everybody, of another unit whoever decides for it."""
        return self.is_of_centre(actor) or actor.role in self.leaders

    def is_of_centre(self, actor: Actor) -> bool:
        return actor.unit in self.centres

    def reviews(self, actor: Actor) -> bool:
        """Whether somebody decides suspected duplicates (疑似重复)."""
        is_reviewer = any(one.role == actor.role and one.unit in (None, actor.unit) for one in self.reviewers)
        return is_reviewer and self.is_of_centre(actor)

    def signs(self, actor: Actor) -> bool:
        """Whether somebody signs supervision orders (督办单) of any urgency."""
        return self.is_of_centre(actor) and any(actor.role in roles for roles in self.signers.values())

    def decides_review(self, actor: Actor, review: Mapping[str, Any]) -> bool:
        """Whether a review waits for this officer: for his unit, and for one of his role."""
        return bool(review["owner"] == actor.unit) and self.reviews(actor)

    def decides_request(self, actor: Actor, request: Mapping[str, Any]) -> bool:
        """Whether a request (请示) waits for this officer."""
        return (request["approver_unit"], request["approver_role"]) == (actor.unit, actor.role)

    def decides_supervision(self, actor: Actor, supervision: Mapping[str, Any], urgency: str) -> bool:
        """Whether a supervision order waits for this officer: to be signed, or to be signed off (销号)."""
        if supervision["unit"] == actor.unit:
            return False
        if supervision["state"] == "proposed":
            return actor.role in self.signers.get(urgency, ())
        signed_by = (supervision["signer_unit"], supervision["signer_role"])
        return bool(supervision["state"] == "answered") and signed_by == (actor.unit, actor.role)

    def decides_meeting(self, actor: Actor, meeting: Mapping[str, Any]) -> bool:
        """Whether a meeting (联席会议, 联合检查) waits for the word of this officer's unit, which has called it."""
        return bool(meeting["unit"] == actor.unit)


def competence_of(rules: Iterable[Any]) -> Competence:
    """What the rules of a city say."""
    known = tuple(rules)
    kinds = {rule.centre for rule in known if isinstance(rule, Ending)}
    return Competence(
        centres=frozenset(rule.unit for rule in known if isinstance(rule, Unit) and rule.unit_kind in kinds),
        reviewers=tuple(
            authority
            for rule in known
            if isinstance(rule, IncidentActRule) and rule.act == REVIEW
            for authority in rule.ordered_by
        ),
        signers={rule.urgency: rule.signer_roles for rule in known if isinstance(rule, Supervision)},
        leaders=leaders_of(known),
    )


def leaders_of(rules: Iterable[Any]) -> frozenset[str]:
    """The roles that decide requests on orders of their own unit."""
    approvers = (rule.approver for rule in rules if isinstance(rule, RequestRule))
    return frozenset(one.role for one in approvers if one.unit is None)
