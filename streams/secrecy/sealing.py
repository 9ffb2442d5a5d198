"""Keys that stand outside Kafka, and payloads sealed with them: SM4-GCM under a key of the owner.

A key is a file in the folder that HUB_KEYS names, `<name>.<version>`, 64 hex digits; the highest version is used, older
ones still open what they sealed. Destroying the files of an owner deletes all that was sealed for it.
"""

import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from streams.codec import Origin
from streams.facts.quarantine import Held, Stage

ALGORITHM = "SM4-GCM"
KEY_BYTES = 32
SM4_KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_VERSION_BYTES = 2
PRIVATE = 0o600
PAYLOAD = "payload"


QUARANTINED = "quarantine"
"""What the keys of sealed payloads in the quarantine are for."""


class KeyMissing(Exception):
    """There is no such key and none may be made, or its file holds none; the text names the file, not its content."""


class SealBroken(Exception):
    """Sealed bytes that were not sealed by this key, for this owner and identity, or were changed since."""


@dataclass(frozen=True)
class Key:
    """One version of a named key."""

    name: str
    version: int
    secret: bytes


class Keys:
    """The keys of a folder; `create` lets a missing first version be made, as the embedded hub does."""

    def __init__(self, folder: Path, *, create: bool) -> None:
        self._folder = folder
        self._create = create
        self._known: dict[tuple[str, int], Key] = {}
        self._current: dict[str, Key] = {}

    def current(self, name: str) -> Key:
        """The newest version at the time of its first use by this object; KeyMissing."""
        key = self._current.get(name)
        if key is None:
            key = self._current[name] = self.version(name, self._newest_version(name))
        return key

    def version(self, name: str, version: int) -> Key:
        """One version of a key; KeyMissing."""
        key = self._known.get((name, version))
        if key is None:
            key = self._known[name, version] = Key(name, version, self._read(self._folder / f"{name}.{version}"))
        return key

    def versions(self, name: str) -> dict[int, float]:
        """Every version that there is, and when its file was written (seconds since the epoch)."""
        paths = {path: path.name.removeprefix(f"{name}.") for path in self._folder.glob(f"{name}.*")}
        return {int(ending): path.stat().st_mtime for path, ending in paths.items() if ending.isdecimal()}

    def make_next(self, name: str) -> int:
        """Make the version after the newest, which other objects use from their next look on; its number. OSError."""
        version = max(self.versions(name), default=0) + 1
        self._make(self._folder / f"{name}.{version}")
        self._current.pop(name, None)
        return version

    def destroy_version(self, name: str, version: int) -> None:
        """Delete one version: what it has sealed or wrapped opens no more. OSError."""
        (self._folder / f"{name}.{version}").unlink(missing_ok=True)
        self._current.pop(name, None)
        self._known.pop((name, version), None)

    def destroy(self, name: str) -> bool:
        """Delete every version of a key: what it has sealed opens no more. False where there was none; OSError."""
        paths = list(self._folder.glob(f"{name}.*"))
        for path in paths:
            path.unlink(missing_ok=True)
        self._current.pop(name, None)
        self._known = {known: key for known, key in self._known.items() if known[0] != name}
        return bool(paths)

    def _newest_version(self, name: str) -> int:
        versions = self.versions(name)
        if versions:
            return max(versions)
        if not self._create:
            raise KeyMissing(f"no key {name} in {self._folder}")
        self._make(self._folder / f"{name}.1")
        return 1

    def _make(self, path: Path) -> None:
        """Write a new key whole or not at all; another process that makes it at the same moment wins or loses."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    @staticmethod
    def _read(path: Path) -> bytes:
        try:
            secret = bytes.fromhex(path.read_text().strip())
        except (OSError, ValueError) as error:
            raise KeyMissing(f"key file {path} cannot be read") from error
        if len(secret) != KEY_BYTES:
            raise KeyMissing(f"key file {path} does not hold {2 * KEY_BYTES} hex digits")
        return secret


@dataclass(frozen=True)
class Sealed:
    """Sealed bytes and what is needed to open them; the tag is at the end of `content`."""

    algorithm: str
    key_version: int
    nonce: bytes
    content: bytes

    def packed(self) -> bytes:
        """Two bytes of key version, the nonce, the content with its tag: how a sealed field stands in a row."""
        return self.key_version.to_bytes(KEY_VERSION_BYTES, "big") + self.nonce + self.content

    @classmethod
    def unpacked(cls, data: bytes) -> "Sealed":
        """The same again; what is too short opens with no key."""
        version, rest = data[:KEY_VERSION_BYTES], data[KEY_VERSION_BYTES:]
        return cls(ALGORITHM, int.from_bytes(version, "big"), rest[:NONCE_BYTES], rest[NONCE_BYTES:])


@dataclass(frozen=True)
class HeldBytes:
    """Bytes on their way into the quarantine: whose they are, where they were read, the record's key if it had one.

    `steward` has to put them right by `answer_due_at` (milliseconds), where a department has to.
    """

    owner: str
    origin: Origin
    payload: bytes
    key: bytes | None = None
    steward: str = ""
    answer_due_at: int | None = None


class Sealer:
    """Seals payloads for owners (a department system, a processor), each under a key of its own for each `use`."""

    def __init__(self, keys: Keys, use: str = QUARANTINED) -> None:
        self._keys = keys
        self._use = use

    def seal(self, owner: str, identity: str, field: str, payload: bytes) -> Sealed:
        """Seal `payload`, the `field` of what `identity` names. The same again gives the same bytes."""
        key = self._keys.current(f"{self._use}.{owner}")
        nonce = _hmac(_hmac(key.secret, b"nonce"), _framed(owner, identity, field) + payload)[:NONCE_BYTES]
        encryptor = Cipher(_sm4(key), GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(_framed(owner, identity, field))
        content = encryptor.update(payload) + encryptor.finalize() + encryptor.tag
        return Sealed(ALGORITHM, key.version, nonce, content)

    def fingerprint(self, owner: str, kind: str, data: bytes) -> str:
        """A digest of `data` in hexadecimal; without the owner's key nobody can try guesses on it. KeyMissing."""
        key = self._keys.current(f"{self._use}.{owner}")
        return _hmac(_hmac(key.secret, b"fingerprint"), _framed(owner, kind) + data).hex()

    def hold(self, stage: Stage, reason: str, detail: str, held: HeldBytes, held_at: int) -> Held:
        """What cannot be applied, for the quarantine; `reason` is a stable code, `detail` must not show the payload."""
        sealed = self.seal(held.owner, str(held.origin), PAYLOAD, held.payload)
        return Held(
            stage=stage,
            reason=reason,
            detail=detail,
            owner=held.owner,
            topic=held.origin.topic,
            partition=held.origin.partition,
            offset=held.origin.offset,
            held_at=held_at,
            record_key=held.key,
            algorithm=sealed.algorithm,
            key_version=sealed.key_version,
            nonce=sealed.nonce,
            sealed=sealed.content,
            steward=held.steward,
            answer_due_at=held.answer_due_at,
        )

    def payload_of(self, held: Held) -> bytes:
        """The bytes that were held, for their owner to repair; SealBroken, KeyMissing."""
        origin = Origin(held.topic, held.partition, held.offset)
        sealed = Sealed(held.algorithm, held.key_version, held.nonce, held.sealed)
        return self.unseal(held.owner, str(origin), PAYLOAD, sealed)

    def unseal(self, owner: str, identity: str, field: str, sealed: Sealed) -> bytes:
        """The payload; SealBroken where owner, identity or field are others, KeyMissing where the key is gone."""
        key = self._keys.version(f"{self._use}.{owner}", sealed.key_version)
        if sealed.algorithm != ALGORITHM or len(sealed.content) < TAG_BYTES:
            raise SealBroken(f"not sealed by {ALGORITHM}")
        content, tag = sealed.content[:-TAG_BYTES], sealed.content[-TAG_BYTES:]
        try:
            decryptor = Cipher(_sm4(key), GCM(sealed.nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(_framed(owner, identity, field))
            return decryptor.update(content) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"what was sealed for {owner} does not open") from error


def _sm4(key: Key) -> SM4:
    return SM4(_hmac(key.secret, b"seal")[:SM4_KEY_BYTES])


def _hmac(secret: bytes, message: bytes) -> bytes:
    return hmac.digest(secret, message, "sm3")


def _framed(*parts: str) -> bytes:
    """Parts with their lengths before them, so that no two sequences of parts give the same bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
