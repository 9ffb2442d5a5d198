"""Secrets by name: one file each in the folder that HUB_SECRETS names."""

from pathlib import Path

PREFIX = "secret:"


class SecretMissing(Exception):
    """There is no such secret, or it cannot be read; the text names it, never its value."""


class SecretStore:
    """Reads on every call, so that a changed secret counts at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes:
        """The content of one secret without the newline at its end; SecretMissing."""
        if not name or name != Path(name).name:
            raise SecretMissing(f"{name!r} cannot be the name of a secret")
        try:
            return (self._folder / name).read_bytes().rstrip(b"\r\n")
        except OSError as error:
            raise SecretMissing(f"secret {name} cannot be read: {error.strerror}") from error

    def resolve(self, value: str) -> str:
        """`value` itself, or what `secret:<name>` stands for; SecretMissing."""
        if not value.startswith(PREFIX):
            return value
        try:
            return self.read(value.removeprefix(PREFIX)).decode()
        except UnicodeDecodeError as error:
            raise SecretMissing(f"{value} is no text") from error
