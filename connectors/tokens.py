"""Persons become tokens before anything else sees them: HMAC-SM3 under a key of the purpose.

The same person has the same token within a purpose and key version, and unrelated ones in different purposes, so that
data collected for different purposes cannot be joined. A token says its purpose and key version: `requests:1:9f3c…`.

A new version of a key is taken up by every process at the same instant, soon after it was made. While the older one is
there, a person's earlier token can be told too, so that it is linked to the new one.
"""

import hmac
import time
from collections.abc import Callable
from typing import NamedTuple

from connectors.vocabulary import PURPOSES, Purpose
from streams.secrecy.sealing import Keys

TOKEN_HEX_DIGITS = 40
"""160 bits: no two of ten thousand million persons share one by chance."""
LOOK_SECONDS = 10.0
TAKEN_UP_SECONDS = 60.0
"""A new version counts so long after its file was written: by then every process has looked."""


class _Version(NamedTuple):
    """What the tokens of a key version begin with, and the key, taken in once: that costs as much as a token."""

    prefix: str
    keyed: hmac.HMAC

    def token(self, identifier: str) -> str:
        digest = self.keyed.copy()
        digest.update(identifier.encode())
        return f"{self.prefix}{digest.hexdigest()[:TOKEN_HEX_DIGITS]}"


class Tokens:
    """Makes tokens; the keys are named `token.<purpose>` in HUB_KEYS. `now` in seconds since the epoch."""

    def __init__(self, keys: Keys, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._now = now
        self._look_at = 0.0
        self._versions: dict[Purpose, tuple[_Version, ...]] = {}

    def token(self, purpose: Purpose, identifier: str) -> str:
        """The token of a person by an identifier in its one form; ValueError for a purpose that is not on the list."""
        return self._of(purpose)[0].token(identifier)

    def earlier(self, purpose: Purpose, identifier: str) -> list[str]:
        """The tokens that the same person had under older versions that are still there, the newest first."""
        return [version.token(identifier) for version in self._of(purpose)[1:]]

    def _of(self, purpose: Purpose) -> tuple[_Version, ...]:
        """The versions that count, the newest first."""
        now = self._now()
        if now >= self._look_at:
            self._versions, self._look_at = {}, now + LOOK_SECONDS
        return self._versions.get(purpose) or self._read(purpose, now)

    def _read(self, purpose: Purpose, now: float) -> tuple[_Version, ...]:
        if purpose not in PURPOSES:
            raise ValueError(f"no purpose {purpose!r}")
        name = token_key(purpose)
        made = self._keys.versions(name) or {self._keys.current(name).version: now}
        oldest = min(made)
        counting = [one for one, made_at in made.items() if one == oldest or made_at + TAKEN_UP_SECONDS <= now]
        keys = [self._keys.version(name, version) for version in sorted(counting, reverse=True)]
        known = self._versions[purpose] = tuple(
            _Version(f"{purpose}:{key.version}:", hmac.new(key.secret, digestmod="sm3")) for key in keys
        )
        return known


def token_key(purpose: str) -> str:
    """The name of the key that makes a purpose's tokens."""
    return f"token.{purpose}"
