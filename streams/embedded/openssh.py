"""An OpenSSH server of the hub's own: folders of simulated departments over SFTP, to be read by one account."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from streams.embedded.child import Child, Command
from streams.embedded.errors import EmbeddedError
from streams.embedded.ports import HOST
from streams.embedded.programs import installed
from streams.embedded.server import ServerFailed, SettableServer

ANSWER_SECONDS = 1.0
GREETING = b"SSH-"
UNPRIVILEGED = "daemon"
"""Whom the server runs as where the hub runs as root: an account of every Linux, which owns nothing."""


class NoOpenSsh(EmbeddedError):
    """There is no SFTP server to start."""


class SftpServer(SettableServer):
    """One server over one folder, which holds its keys; open to this machine only, and for its own key only.

    An account that is not root's can let in nobody but itself, and never needs a password for that. `settings` are
    sshd's own by name, and go before those of this module.
    """

    name = "sshd"
    title = "OpenSSH"
    port_names = ("sftp",)

    @property
    def access(self) -> Path:
        """After a start it holds what a connector's secret does: the address of `/`, the host key, a private key."""
        return self.folder / "access"

    def answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=ANSWER_SECONDS) as connection:
                return connection.recv(len(GREETING)) == GREETING
        except OSError:
            return False

    def make_key(self, name: str) -> None:
        """A new pair of keys, `name` and `name.pub`, unless there is one. NoOpenSsh, ServerFailed."""
        private, public = self.folder / name, self.folder / f"{name}.pub"
        if public.exists():
            return
        private.unlink(missing_ok=True)
        command = (_needed("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(private))
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise ServerFailed(f"ssh-keygen made no key: {made.stderr.strip() or made.returncode}")

    def _prepare(self, ports: Sequence[int]) -> Child:
        (port,) = ports
        sshd, user = _needed("sshd"), _user()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        for name in ("host_key", "user_key"):
            self.make_key(name)
        if os.getuid() == 0:
            shutil.chown(self.folder / "host_key", user)
        self._write("authorized_keys", (self.folder / "user_key.pub").read_text(), 0o644)
        self._write("sshd_config", self._configuration(port, user), 0o644)
        host_key = " ".join((self.folder / "host_key.pub").read_text().split()[:2])
        address = f"sftp://{user}@{HOST}:{port}/"
        self._write("access", "\n".join([address, host_key, (self.folder / "user_key").read_text()]), 0o600)
        self.log_path.unlink(missing_ok=True)
        return Child(
            self.name,
            Command((*_as(user), sshd, "-D", "-e", "-f", str(self.folder / "sshd_config"))),
            log_path=self.log_path,
            pid_path=self.folder / "sshd.pid",
        )

    def _write(self, name: str, text: str, mode: int) -> None:
        path = self.folder / name
        path.touch(mode=mode)
        path.chmod(mode)
        path.write_text(text, encoding="utf-8")

    def _configuration(self, port: int, user: str) -> str:
        """Connections whose other end is gone are given up after half a minute."""
        settings = {
            "ListenAddress": HOST,
            "Port": str(port),
            "HostKey": f'"{self.folder}/host_key"',
            "AuthorizedKeysFile": f'"{self.folder}/authorized_keys"',
            "AllowUsers": user,
            "PidFile": "none",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "UsePAM": "no",
            # It would ask that nobody but root and the account can write to any folder above the keys.
            "StrictModes": "no",
            "DisableForwarding": "yes",
            "PermitTTY": "no",
            "Subsystem": "sftp internal-sftp -R",
            "ForceCommand": "internal-sftp -R",
            "ClientAliveInterval": "10",
            "LogLevel": "ERROR",
        }
        return "".join(f"{name} {value}\n" for name, value in {**settings, **self._settings}.items())


def _needed(program: str) -> str:
    """Where a program stands; NoOpenSsh."""
    if found := installed(program):
        return str(found)
    raise NoOpenSsh(f"{program} is missing: install it (Debian: apt-get install openssh-server)")


def _user() -> str:
    """Who the server is; NoOpenSsh where the account has no name."""
    number = os.getuid()
    try:
        return pwd.getpwnam(UNPRIVILEGED).pw_name if number == 0 else pwd.getpwuid(number).pw_name
    except KeyError as error:
        raise NoOpenSsh(f"sshd needs an account with a name: {error.args[0]}") from error


def _as(user: str) -> tuple[str, ...]:
    """What a command begins with so that it runs as `user`.

    Who becomes another account is off the leash; `setpriv` puts it on again.
    """
    if os.getuid() != 0:
        return ()
    group = str(pwd.getpwnam(user).pw_gid)
    return (_needed("setpriv"), f"--reuid={user}", f"--regid={group}", "--clear-groups", "--pdeathsig=KILL", "--")
