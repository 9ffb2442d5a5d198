"""Who did it: signed tokens (JWT, EdDSA) that name a unit, post, officer, shift, role and purpose (design 2.13).

A city's identity service signs them and its public key stands in the secret `actor_public_key` (PEM); the embedded
default makes a key pair of its own, whose private half is the secret `actor_private_key`.
"""

from dataclasses import asdict, dataclass, fields
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from connectors.new_secrets import write_secret

PRIVATE_KEY, PUBLIC_KEY = "actor_private_key", "actor_public_key"
ALGORITHM = "EdDSA"
AUDIENCE = "hub"
LEEWAY_SECONDS = 5
LONGEST_CLAIM = 128


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
    """An actor whose token was good; `issued_at` is when that was signed (milliseconds)."""

    actor: Actor
    issued_at: int


CLAIMS = tuple(field.name for field in fields(Actor))


def issue_token(actor: Actor, private_key: bytes, *, issued_at_seconds: int, valid_seconds: int) -> str:
    """A token for `actor`; `private_key` is PEM. ValueError or TypeError where that is no Ed25519 key."""
    key = load_pem_private_key(private_key, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the private key is not an Ed25519 key")
    claims = {**asdict(actor), "aud": AUDIENCE, "iat": issued_at_seconds, "exp": issued_at_seconds + valid_seconds}
    return jwt.encode(claims, key, algorithm=ALGORITHM)


class ActorCheck:
    """Tells actors by their tokens; `public_key` is PEM. ValueError or TypeError where that is no Ed25519 key."""

    def __init__(self, public_key: bytes) -> None:
        key = load_pem_public_key(public_key)
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError("the public key is not an Ed25519 key")
        self._key = key

    def identify(self, authorization: str | None) -> Identified:
        """Who an `Authorization: Bearer …` header names; TokenRefused."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenRefused("token_missing", "an Authorization: Bearer header with a token is needed")
        try:
            claims = jwt.decode(
                token.strip(),
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "aud", *CLAIMS]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefused("token_expired", "the token has expired") from error
        except jwt.PyJWTError as error:
            raise TokenRefused("token_wrong", f"the token is not good: {error}") from error
        for name in CLAIMS:
            if not (isinstance(claims[name], str) and 0 < len(claims[name]) <= LONGEST_CLAIM):
                raise TokenRefused("token_wrong", f"'{name}' must be text of 1 to {LONGEST_CLAIM} characters")
        return Identified(Actor(**{name: claims[name] for name in CLAIMS}), int(claims["iat"] * 1000))


def make_keys(secrets: Path) -> bool:
    """Make the embedded default's key pair unless a public key is there; whether it was made."""
    if (secrets / PUBLIC_KEY).exists():
        return False
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_secret(secrets / PRIVATE_KEY, private)
    write_secret(secrets / PUBLIC_KEY, public)
    return True
