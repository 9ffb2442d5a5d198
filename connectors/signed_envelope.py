"""What every fact begins with that somebody signed for over HTTP, and who it was."""

import re
from typing import Any

from connectors.problems import Problem
from streams.secrecy.actors import Actor, Identified


def district_in(number: str, numbers: re.Pattern[str], no_such: Problem) -> str:
    """The district that a number begins with, the first group of `numbers`; `no_such` where it is none of them."""
    found = numbers.fullmatch(number)
    if found is None:
        raise no_such
    return found.group(1)


def begun(identity: str, district: str, identified: Identified, claimed_at: int | None = None) -> dict[str, Any]:
    """The first fields of a fact of a district's log.

    Without a time of its own (`claimed_at`, milliseconds) it happened, for all the hub knows, no earlier than its token
    was signed.
    """
    return {
        "id": identity,
        "key": district,
        "source": "gateway",
        "trace": identity,
        "occurred_at": identified.issued_at if claimed_at is None else claimed_at,
    }


def on_duty(actor: Actor) -> dict[str, Any]:
    """Who it was, where the role makes no difference."""
    return {
        "actor_unit": actor.unit,
        "actor_post": actor.post,
        "actor_officer": actor.officer,
        "actor_shift": actor.shift,
    }


def signed(identity: str, district: str, identified: Identified, claimed_at: int | None = None) -> dict[str, Any]:
    """The first fields and who it was, with the role, by which the rules decide who may say what."""
    actor = identified.actor
    return {**begun(identity, district, identified, claimed_at), **on_duty(actor), "actor_role": actor.role}
