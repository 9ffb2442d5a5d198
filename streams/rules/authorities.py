"""Whether somebody has the role, and is of the unit, that the rules name for what was ordered or decided."""

from collections.abc import Iterable
from typing import Protocol

from streams.facts.measures import Authority


class Actor(Protocol):
    """Whoever a fact names."""

    @property
    def actor_unit(self) -> str: ...
    @property
    def actor_role(self) -> str: ...


class NotAuthorised(Exception):
    """The rules do not let this role, or this unit, order or decide that."""


def check_authority(actor: Actor, ordered_by: Iterable[Authority], what: str) -> None:
    """NotAuthorised unless one of them is the actor's; `what` is the rule's code, for the message."""
    if not any(one.role == actor.actor_role and one.unit in (None, actor.actor_unit) for one in ordered_by):
        raise NotAuthorised(f"role '{actor.actor_role}' of {actor.actor_unit} may not order '{what}'")
