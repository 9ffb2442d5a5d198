"""A key for each person: what the people log says of a person is sealed under it, and unreadable once it is destroyed.

A person is a token, `<purpose>:<version>:<hex>`. Its key is random and is never kept but wrapped by the key of the
purpose (`person.<purpose>`, a file of HUB_KEYS). What is said of a person after the key was destroyed gets a key of
the next generation; the one before never comes back.
"""

import hmac
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from hashlib import new as new_hash
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

SM4_GCM = 1
"""The algorithm, as it stands in the first byte of what is sealed."""
SECRET_BYTES = 32
SM4_KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
GENERATION_BYTES = 2
HEADER_BYTES = 1 + GENERATION_BYTES
NONCE_END = HEADER_BYTES + NONCE_BYTES
ALGORITHM_BYTE = bytes([SM4_GCM])
LEAST_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES

Now = Callable[[], int]
"""Milliseconds since the epoch."""


class PersonKeyMissing(Exception):
    """There never was such a key here: the folder is another's, or older than what was sealed."""


class ContentBroken(Exception):
    """Sealed bytes that this person's key has not sealed, or that were changed since."""


class Destroyed(NamedTuple):
    """One key that is no more; `digest` is the SM3 of its wrapped form, so that a copy that turns up is recognised."""

    generation: int
    destroyed_at: int
    digest: str


@dataclass(frozen=True)
class Proof:
    """Every key of a person that was destroyed, the oldest first; none where the person never had one."""

    token: str
    keys: tuple[Destroyed, ...]


class PersonKey:
    """One key of one person: half of the secret seals, half makes the nonces."""

    __slots__ = ("_secret", "_token", "generation")

    def __init__(self, token: str, generation: int, secret: bytes) -> None:
        self.generation = generation
        self._token = token
        self._secret = secret

    def seal(self, content: bytes) -> bytes:
        """Algorithm, generation, nonce, content, tag. The same content again gives the same bytes."""
        header, secret = self._header(), self._secret
        nonce = hmac.digest(secret[SM4_KEY_BYTES:], content, "sm3")[:NONCE_BYTES]
        return header + nonce + encrypted(secret[:SM4_KEY_BYTES], nonce, header + self._token.encode(), content)

    def open(self, sealed: bytes) -> bytes:
        """The content; ContentBroken."""
        nonce, rest = sealed[HEADER_BYTES:NONCE_END], sealed[NONCE_END:]
        return decrypted(self._secret[:SM4_KEY_BYTES], nonce, sealed[:HEADER_BYTES] + self._token.encode(), rest)

    def _header(self) -> bytes:
        return ALGORITHM_BYTE + self.generation.to_bytes(GENERATION_BYTES, "big")


class PersonKeys(ABC):
    """The keys of all persons. Each call sees what any process has destroyed before it."""

    def seal(self, token: str, content: bytes) -> bytes | None:
        """Seal what is said of a person; None where the key was destroyed and this process begins no new one.

        A key that is made for it is kept for good before this returns, within `batch` before that ends.
        """
        key = self._current(token)
        return None if key is None else key.seal(content)

    def open(self, token: str, sealed: bytes) -> bytes | None:
        """What was sealed for a person; None where the key was destroyed. PersonKeyMissing, ContentBroken."""
        if len(sealed) < LEAST_BYTES or sealed[0] != SM4_GCM:
            raise ContentBroken("not sealed under a person's key")
        key = self._of(token, int.from_bytes(sealed[1:HEADER_BYTES], "big"))
        return None if key is None else key.open(sealed)

    def is_renewed(self, token: str) -> bool:
        """Whether the key that seals for a person now is not the first one."""
        key = self._current(token)
        return key is not None and key.generation > 1

    def batch(self) -> AbstractContextManager[None]:
        """Keep the keys that are made within it together: one write for many. Publish only after it has ended."""
        return nullcontext()

    @abstractmethod
    def expect(self, tokens: Iterable[str]) -> None:
        """Look up together the keys of persons of whom something is to be opened or sealed next; none is made.

        It saves a look-up for each of them, and changes nothing else. Raises KeyMissing where no key can be used.
        """

    @abstractmethod
    def destroy(self, token: str, request_no: str = "") -> Proof:
        """Destroy a person's key: nothing opens that was sealed before. The same again gives the same proof.

        With a `request_no` also where the person has got a new key since: none is destroyed twice for one request.
        """

    @abstractmethod
    def _current(self, token: str) -> PersonKey | None:
        """The key that seals; made where there is none."""

    @abstractmethod
    def _of(self, token: str, generation: int) -> PersonKey | None:
        """One key; None where it was destroyed. PersonKeyMissing."""


class MemoryPersonKeys(PersonKeys):
    """Keys that are gone with the process."""

    def __init__(self) -> None:
        self._live: dict[str, PersonKey] = {}
        self._destroyed: dict[str, tuple[Destroyed, ...]] = {}
        self._proofs: dict[tuple[str, str], Proof] = {}

    def expect(self, tokens: Iterable[str]) -> None:
        """All are at hand."""

    def destroy(self, token: str, request_no: str = "") -> Proof:
        if request_no and (known := self._proofs.get((token, request_no))):
            return known
        proof = self._proofs[token, request_no] = self._destroy(token)
        return proof

    def _destroy(self, token: str) -> Proof:
        key = self._live.pop(token, None)
        if key is not None:
            proof = Destroyed(key.generation, 0, digest_of(token, key.generation, b""))
            self._destroyed[token] = (*self._destroyed.get(token, ()), proof)
        return Proof(token, self._destroyed.get(token, ()))

    def _current(self, token: str) -> PersonKey:
        key = self._live.get(token)
        if key is None:
            purpose_of(token)
            generation = len(self._destroyed.get(token, ())) + 1
            key = self._live[token] = PersonKey(token, generation, secrets.token_bytes(SECRET_BYTES))
        return key

    def _of(self, token: str, generation: int) -> PersonKey | None:
        key = self._live.get(token)
        if key is not None and key.generation == generation:
            return key
        if generation in (one.generation for one in self._destroyed.get(token, ())):
            return None
        raise PersonKeyMissing(f"no key of generation {generation}")


def purpose_of(token: str) -> str:
    """What a token is for; ValueError where it is none."""
    purpose, _, rest = token.partition(":")
    version, _, digits = rest.partition(":")
    if not (purpose.isidentifier() and version.isdecimal() and digits):
        raise ValueError("not a token of a person")
    return purpose


def digest_of(token: str, generation: int, wrapped: bytes) -> str:
    """What a proof says of a wrapped key: SM3, hexadecimal."""
    return new_hash("sm3", f"{token}|{generation}|".encode() + wrapped).hexdigest()


def encrypted(key: bytes, nonce: bytes, about: bytes, content: bytes) -> bytes:
    """Content under SM4-GCM with its tag at the end; `about` has to be said again to open it."""
    encryptor = Cipher(SM4(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(about)
    return encryptor.update(content) + encryptor.finalize() + encryptor.tag


def decrypted(key: bytes, nonce: bytes, about: bytes, sealed: bytes) -> bytes:
    """The content again; ContentBroken."""
    try:
        decryptor = Cipher(SM4(key), GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(about)
        return decryptor.update(sealed[:-TAG_BYTES]) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise ContentBroken("what was sealed for a person does not open") from error
