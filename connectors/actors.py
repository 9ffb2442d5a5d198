"""The embedded default's tokens: a key pair of the hub's own, whose private half is the secret `actor_private_key`.

What is in a token, and who it is good for, is said in `streams/secrecy/actors.py`.
"""

from dataclasses import asdict
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from connectors.new_secrets import write_secret
from streams.secrecy.actors import ALGORITHM, AUDIENCE, PUBLIC_KEY, Actor, ActorCheck, Identified, TokenRefused

__all__ = ["PRIVATE_KEY", "PUBLIC_KEY", "Actor", "ActorCheck", "Identified", "TokenRefused", "issue_token", "make_keys"]

PRIVATE_KEY = "actor_private_key"


def issue_token(actor: Actor, private_key: bytes, *, issued_at_seconds: int, valid_seconds: int) -> str:
    """A token for `actor`; `private_key` is PEM. ValueError or TypeError where that is no Ed25519 key."""
    key = load_pem_private_key(private_key, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the private key is not an Ed25519 key")
    claims = {**asdict(actor), "aud": AUDIENCE, "iat": issued_at_seconds, "exp": issued_at_seconds + valid_seconds}
    return jwt.encode(claims, key, algorithm=ALGORITHM)


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
