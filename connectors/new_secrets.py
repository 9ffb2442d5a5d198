"""Making secrets: for an embedded hub that has nobody to give it any, and where a department's key is replaced."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


def write_secret(path: Path, value: bytes) -> None:
    """Write a secret as a whole, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(value)
    draft.replace(path)


def new_key() -> bytes:
    """A random key in hexadecimal."""
    return secrets.token_hex(KEY_BYTES).encode()


def make_key(path: Path) -> None:
    """A new key, unless there is one."""
    if not path.exists():
        write_secret(path, new_key())
