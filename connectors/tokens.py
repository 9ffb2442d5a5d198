"""Persons become tokens before anything else sees them: HMAC-SM3 under a key of the purpose.

The same person has the same token within a purpose and key version, and unrelated ones in different purposes, so that
data collected for different purposes cannot be joined. A token says its purpose and key version: `requests:1:9f3c…`.
"""

import hmac

from connectors.vocabulary import PURPOSES, Purpose
from streams.secrecy.sealing import Keys

TOKEN_HEX_DIGITS = 40
"""160 bits: no two of ten thousand million persons share one by chance."""


class Tokens:
    """Makes tokens; the keys are named `token.<purpose>` in HUB_KEYS."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._keyed: dict[Purpose, tuple[str, hmac.HMAC]] = {}

    def token(self, purpose: Purpose, identifier: str) -> str:
        """The token of a person by an identifier in its one form; ValueError for a purpose that is not on the list."""
        prefix, keyed = self._keyed.get(purpose) or self._key(purpose)
        digest = keyed.copy()
        digest.update(identifier.encode())
        return f"{prefix}{digest.hexdigest()[:TOKEN_HEX_DIGITS]}"

    def _key(self, purpose: Purpose) -> tuple[str, hmac.HMAC]:
        """What a purpose's tokens begin with, and its key, taken in once: that costs as much as a token."""
        if purpose not in PURPOSES:
            raise ValueError(f"no purpose {purpose!r}")
        key = self._keys.current(f"token.{purpose}")
        known = self._keyed[purpose] = f"{purpose}:{key.version}:", hmac.new(key.secret, digestmod="sm3")
        return known
