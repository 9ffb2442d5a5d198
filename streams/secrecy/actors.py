"""Who did it: signed tokens (JWT, EdDSA) that name a unit, post, officer, shift, role and purpose (design 2.13).

A city's identity service signs them; its public key stands in the secret `actor_public_key` (PEM).
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, fields

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from streams.secrecy.secret_store import SecretStore

PUBLIC_KEY = "actor_public_key"
ALGORITHM = "EdDSA"
AUDIENCE = "hub"
LEEWAY_SECONDS = 5
LONGEST_CLAIM = 128
KNOWN_TOKENS = 10_000
"""An officer signs a shift's answers with one token: checked once, it is looked up until it expires (decision 0088)."""


class TokenRefused(Exception):
    """The token does not say who acts. `reason` is a stable code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class Actor:
    """Who acts: the unit (code), and in it the post and officer, in which shift and role, for what purpose."""

    unit: str
    post: str
    officer: str
    shift: str
    role: str
    purpose: str


@dataclass(frozen=True)
class Identified:
    """An actor whose token was good: when that was signed and until when it is good (milliseconds)."""

    actor: Actor
    issued_at: int
    expires_at: int


CLAIMS = tuple(field.name for field in fields(Actor))


class ActorCheck:
    """Tells actors by their tokens; `public_key` is PEM. ValueError or TypeError where that is no Ed25519 key."""

    def __init__(self, public_key: bytes) -> None:
        key = load_pem_public_key(public_key)
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError("the public key is not an Ed25519 key")
        self._key = key
        self._known: OrderedDict[str, Identified] = OrderedDict()

    def identify(self, authorization: str | None, at_seconds: float | None = None) -> Identified:
        """Who an `Authorization: Bearer …` header names, now or `at_seconds` (since the epoch); TokenRefused."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenRefused("token_missing", "an Authorization: Bearer header with a token is needed")
        token = token.strip()
        known = self._known.get(token)
        if known is None:
            known = self._known[token] = self._checked(token)
            if len(self._known) > KNOWN_TOKENS:
                self._known.popitem(last=False)
        if known.expires_at <= ((time.time() if at_seconds is None else at_seconds) - LEEWAY_SECONDS) * 1000:
            raise TokenRefused("token_expired", "the token has expired")
        return known

    def _checked(self, token: str) -> Identified:
        """Who a token names that is good but for its end, which `identify` looks at."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "aud", *CLAIMS], "verify_exp": False},
            )
        except jwt.PyJWTError as error:
            raise TokenRefused("token_wrong", f"the token is not good: {error}") from error
        if not isinstance(claims["exp"], int | float):
            raise TokenRefused("token_wrong", "'exp' must be a number of seconds")
        for name in CLAIMS:
            if not (isinstance(claims[name], str) and 0 < len(claims[name]) <= LONGEST_CLAIM):
                raise TokenRefused("token_wrong", f"'{name}' must be text of 1 to {LONGEST_CLAIM} characters")
        actor = Actor(**{name: claims[name] for name in CLAIMS})
        return Identified(actor, int(claims["iat"] * 1000), int(claims["exp"] * 1000))


class Actors:
    """Tells actors by their tokens with the public key that the secrets hold now: one that is exchanged counts at once.

    A token that the old key was good for is then checked anew.
    """

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets
        self._public_key = b""
        self._check: ActorCheck | None = None

    def identify(self, authorization: str | None, at_seconds: float | None = None) -> Identified:
        """Who an `Authorization` header names, now or `at_seconds`; TokenRefused.

        Where there is no key SecretMissing, ValueError or TypeError.
        """
        public_key = self._secrets.read(PUBLIC_KEY)
        if self._check is None or public_key != self._public_key:
            self._check, self._public_key = ActorCheck(public_key), public_key
        return self._check.identify(authorization, at_seconds)
