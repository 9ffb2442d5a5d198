"""Who may read a unit's orders: the unit itself by its token, and the centre."""

from streams.facts.vocabulary import CENTRE_ROLES
from streams.secrecy.actors import Actors, Identified, TokenRefused
from streams.secrecy.secret_store import SecretMissing, SecretStore


class NotReadable(Exception):
    """Nobody may read now, or not this reader. `status` is HTTP's, `reason` a stable code."""

    def __init__(self, status: int, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason


class Readers:
    """Tells readers by their tokens."""

    def __init__(self, secrets: SecretStore) -> None:
        self._actors = Actors(secrets)

    def check(self, authorization: str | None, unit: str) -> Identified:
        """Who reads the orders of `unit`; NotReadable."""
        identified = self.identify(authorization)
        if not may_read(identified, unit):
            raise NotReadable(403, "wrong_unit", "a token reads the orders of its own unit only")
        return identified

    def identify(self, authorization: str | None) -> Identified:
        """Who a token names; NotReadable."""
        try:
            return self._actors.identify(authorization)
        except TokenRefused as refused:
            raise NotReadable(401, refused.reason, str(refused)) from refused
        except (SecretMissing, ValueError, TypeError) as error:
            raise NotReadable(503, "no_actor_key", "there is no key to check tokens with") from error


def may_read(identified: Identified, unit: str) -> bool:
    """Whether somebody may read a unit's orders: whoever is of it, and the centre."""
    return identified.actor.unit == unit or identified.actor.role in CENTRE_ROLES
