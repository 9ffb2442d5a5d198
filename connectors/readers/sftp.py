"""SFTP servers of departments: the host key is agreed on beforehand, and every wait has an end.

All that an account needs is one text, which is replaced as a whole: in its first line the address, in the second the
server's key as ssh-keyscan shows it (kind and key), below them the private key, unless the address has a password:

    sftp://user[:password]@host[:port]/path
    ssh-ed25519 AAAA...
    -----BEGIN OPENSSH PRIVATE KEY-----
    ...
"""

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

SCHEME = "sftp://"
PORT = 22
ANSWER_SECONDS = 30.0
"""How long a server may take to connect, to greet, to let us in, and to answer each request."""
WRONG_ADDRESS = "the address is not sftp://user@host:port/path"
KEY_KINDS: tuple[type[PKey], ...] = (Ed25519Key, ECDSAKey, RSAKey)

# What paramiko would say at length stands in the reason why a source is away.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Account:
    """An account on a server: by a private key, or by a password where the server knows no better."""

    host: str
    port: int
    user: str
    path: str
    password: str | None = field(repr=False)
    key: PKey | None = field(repr=False)
    host_key: PKey


def is_sftp(folder: str) -> bool:
    """Whether what names a folder is the text of an account, else it is a path."""
    return folder.startswith(SCHEME)


def sftp_folder(text: str) -> Folder:
    """The folder of an account; ValueError, which shows nothing of the text."""
    account = account_of(text)
    return Folder(lambda: _PinnedServer(account), account.path)


def account_of(text: str) -> Account:
    """The account that the text tells of; ValueError, which shows nothing of it."""
    address, _, keys = text.strip().partition("\n")
    host_key, _, key = keys.strip().partition("\n")
    try:
        parts = urlsplit(address.strip())
        port = parts.port or PORT
    except ValueError:
        raise ValueError(WRONG_ADDRESS) from None
    if not parts.hostname or not parts.username or not parts.path or parts.query or parts.fragment:
        raise ValueError(WRONG_ADDRESS)
    known = known_key(host_key)
    if not parts.password and not key.strip():
        raise ValueError("an account needs a private key below the host key, or a password in its address")
    return Account(
        parts.hostname,
        port,
        unquote(parts.username),
        unquote(parts.path),
        unquote(parts.password) if parts.password else None,
        private_key(key) if key.strip() else None,
        known,
    )


def known_key(text: str) -> PKey:
    """A server's public key; ValueError."""
    try:
        entry = HostKeyEntry.from_line(f"server {text.strip()}")
    except SSHException:
        entry = None
    if entry is None or entry.key is None:
        raise ValueError("the second line is not a host key: its kind and the key")
    return entry.key


def private_key(text: str) -> PKey:
    """A private key without a passphrase, of Ed25519, ECDSA or RSA; ValueError, which shows nothing of it."""
    for kind in KEY_KINDS:
        try:
            return kind.from_private_key(io.StringIO(text.strip() + "\n"))
        except (SSHException, ValueError, IndexError):
            continue
    raise ValueError("what stands below the host key is not a private key without a passphrase (Ed25519, ECDSA, RSA)")


class _PinnedServer(SFTPFileSystem):  # type: ignore[misc]
    """fsspec's file system, connected to the one server whose key is known."""

    cachable = False

    def __init__(self, account: Account) -> None:
        self._account = account
        super().__init__(account.host)

    def _connect(self) -> None:
        account = self._account
        self.client = SSHClient()
        self.client.set_missing_host_key_policy(RejectPolicy())
        name = account.host if account.port == PORT else f"[{account.host}]:{account.port}"
        self.client.get_host_keys().add(name, account.host_key.get_name(), account.host_key)
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
            self._account.host,
            self._account.port,
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
