"""SFTP servers of departments: the host key is agreed on beforehand, and every wait has an end."""

import io
import logging
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from fsspec.implementations.sftp import SFTPFileSystem  # type: ignore[import-untyped]
from paramiko import (
    BadHostKeyException,
    ECDSAKey,
    Ed25519Key,
    PKey,
    RejectPolicy,
    RSAKey,
    SSHClient,
    SSHException,
)
from paramiko.hostkeys import HostKeyEntry

from connectors.readers.folders import Folder

PORT = 22
ANSWER_SECONDS = 30.0
"""How long a server may take to connect, to greet, to let us in, and to answer each request."""
KEY_KINDS: tuple[type[PKey], ...] = (Ed25519Key, ECDSAKey, RSAKey)

# What paramiko would say at length stands in the reason why a source is away.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Account:
    """Whom a server lets in: by a private key, or by a password where it knows no better."""

    user: str
    key: PKey | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def sftp_folder(url: str, account: Account, host_key: str) -> Folder:
    """The folder at `sftp://host:port/path`. `host_key` is as ssh-keyscan shows it: kind and key; ValueError."""
    parts = urlsplit(url)
    if parts.scheme != "sftp" or not parts.hostname or not parts.path or parts.username or parts.password:
        raise ValueError("url is not sftp://host:port/path")
    host, port = parts.hostname, parts.port or PORT
    known = known_key(host_key)
    return Folder(lambda: _PinnedServer(host, port, account, known), unquote(parts.path))


def known_key(text: str) -> PKey:
    """A server's public key; ValueError."""
    try:
        entry = HostKeyEntry.from_line(f"server {text}")
    except SSHException:
        entry = None
    if entry is None or entry.key is None:
        raise ValueError("host_key is not the kind of a key and the key")
    return entry.key


def private_key(text: str) -> PKey:
    """A private key without a passphrase, of Ed25519, ECDSA or RSA; ValueError, which shows nothing of it."""
    for kind in KEY_KINDS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except (SSHException, ValueError, IndexError):
            continue
    raise ValueError("key is not a private key without a passphrase (Ed25519, ECDSA, RSA)")


class _PinnedServer(SFTPFileSystem):  # type: ignore[misc]
    """fsspec's file system, connected to the one server whose key is known."""

    cachable = False

    def __init__(self, host: str, port: int, account: Account, known: PKey) -> None:
        self._port, self._account, self._known = port, account, known
        super().__init__(host)

    def _connect(self) -> None:
        self.client = SSHClient()
        self.client.set_missing_host_key_policy(RejectPolicy())
        name = self.host if self._port == PORT else f"[{self.host}]:{self._port}"
        self.client.get_host_keys().add(name, self._known.get_name(), self._known)
        try:
            self._log_in()
        except BadHostKeyException as error:
            self.client.close()
            raise SSHException(f"{name} shows another host key than the one agreed on") from error
        except BaseException:
            self.client.close()
            raise

    def _log_in(self) -> None:
        self.client.connect(
            self.host,
            self._port,
            self._account.user,
            self._account.password,
            self._account.key,
            timeout=ANSWER_SECONDS,
            banner_timeout=ANSWER_SECONDS,
            auth_timeout=ANSWER_SECONDS,
            channel_timeout=ANSWER_SECONDS,
            allow_agent=False,
            look_for_keys=False,
        )
        self.ftp = self.client.open_sftp()
        if channel := self.ftp.get_channel():
            channel.settimeout(ANSWER_SECONDS)
